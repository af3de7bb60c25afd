"use strict";
(() => {
  // Details are open on paper, and as they were afterwards.
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open])")];
    for (const one of closed) one.open = true;
  });
  addEventListener("afterprint", () => {
    for (const one of closed) one.open = false;
  });

  const button = (text) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    return made;
  };

  for (const proof of document.querySelectorAll(".proof")) {
    const lines = [...proof.querySelectorAll("details")];
    if (lines.length < 2) continue;
    const all = button("Open all lines");
    all.className = "all";
    all.addEventListener("click", () => {
      const open = lines.some((one) => !one.open);
      for (const one of lines) one.open = open;
      all.textContent = open ? "Close all lines" : "Open all lines";
    });
    proof.before(all);
  }

  const value = (row, column) => {
    const cell = row.cells[column];
    return cell ? cell.dataset.value ?? cell.textContent.trim() : "";
  };
  const compare = new Intl.Collator("en", { numeric: true }).compare;
  const most = 500; // rows that are shown until somebody asks for all
  const few = 8; // rows that need no filter

  const tools = (table) => {
    const body = table.tBodies[0];
    const heads = [...table.tHead.rows[0].cells];
    let rows = [...body.rows];
    let limit = most;
    let words = [];
    const texts = new Map();
    const text = (row) => {
      if (!texts.has(row)) texts.set(row, row.textContent.toLowerCase());
      return texts.get(row);
    };
    const told = document.createElement("output");
    const all = button("Show all");
    all.className = "all";

    const show = () => {
      let found = 0;
      for (const row of rows) {
        const fits = words.every((word) => text(row).includes(word));
        if (fits) found += 1;
        row.hidden = !fits || found > limit;
        row.classList.remove("late");
      }
      told.textContent = ` ${Math.min(found, limit)} of ${rows.length} `;
      all.hidden = found <= limit;
    };

    heads.forEach((head, column) => {
      const sort = button(head.textContent.trim());
      sort.className = "sort";
      head.replaceChildren(sort);
      sort.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const keyed = rows.map((row) => [value(row, column), row]);
        keyed.sort((a, b) => (down ? compare(b[0], a[0]) : compare(a[0], b[0])));
        rows = keyed.map((pair) => pair[1]);
        body.append(...rows);
        show();
      });
    });

    if (rows.length >= few) {
      const box = document.createElement("p");
      box.className = "filter";
      const label = document.createElement("label");
      label.textContent = "Show rows with ";
      const field = document.createElement("input");
      field.type = "search";
      field.addEventListener("input", () => {
        words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
        show();
      });
      all.addEventListener("click", () => {
        limit = Infinity;
        show();
      });
      label.append(field);
      box.append(label, told, all);
      (table.closest(".scroll") ?? table).before(box);
    }
    show();
  };

  for (const table of document.querySelectorAll("table[data-sortable]")) tools(table);
})();
