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

  const sortable = (table) => {
    const body = table.tBodies[0];
    const rows = [...body.rows];
    for (const [column, head] of [...table.tHead.rows[0].cells].entries()) {
      const sort = button(head.textContent.trim());
      sort.className = "sort";
      head.replaceChildren(sort);
      sort.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const keyed = rows.map((row) => [value(row, column), row]);
        keyed.sort((a, b) => (down ? compare(b[0], a[0]) : compare(a[0], b[0])));
        body.append(...keyed.map((pair) => pair[1]));
      });
    }
    return rows;
  };

  const filterable = (table, rows) => {
    if (rows.length < 8) return;
    const box = document.createElement("p");
    box.className = "filter";
    const label = document.createElement("label");
    label.textContent = "Show rows with ";
    const field = document.createElement("input");
    field.type = "search";
    const told = document.createElement("output");
    const texts = rows.map((row) => row.textContent.toLowerCase());
    const tell = (shown) => {
      told.textContent = ` ${shown} of ${rows.length}`;
    };
    field.addEventListener("input", () => {
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      rows.forEach((row, at) => {
        row.hidden = !words.every((word) => texts[at].includes(word));
        if (!row.hidden) shown += 1;
      });
      tell(shown);
    });
    label.append(field);
    box.append(label, told);
    tell(rows.length);
    (table.closest(".scroll") ?? table).before(box);
  };

  for (const table of document.querySelectorAll("table[data-sortable]")) {
    filterable(table, sortable(table));
  }
})();
