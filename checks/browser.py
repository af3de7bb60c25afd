"""What a report does in a real browser: `python -m checks.browser`, which needs Chromium and nothing else.

- No script of an input runs. A beacon is put into every text that an input can reach, in every way that scripts are
  smuggled; elements are opened, focused and hovered. A control shows that the beacon can fire, another that the policy
  of the page stops a script even where one stood in it.
- Nothing is asked of a network, nothing is blocked or complained of, and no page is wider than its window.
- A report on a long log is below two megabytes and opens within a second, and so does a triage of thousands of cases.

With `--pictures FOLDER` it takes the pictures of the documentation as well.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from markdown_it import MarkdownIt

from benchmarks.generate import write_one
from benchmarks.session import Session
from checks.chromium import Tab, chromium
from mcplog.model.finding import Analysis
from mcplog.pipeline import analyze
from mcplog.report.formats import html, markdown, svg
from mcplog.report.layout import Page
from mcplog.report.view import report_v1
from mcplog.triage.html_report import html_page
from mcplog.triage.rows import CaseRow
from mcplog.triage.summary import summary_of
from tests.report.analyses import many, refused
from tests.report.poisoned import SCRIPTS, poisoned

ROOT: Final = Path(__file__).parents[1]
SAMPLES: Final = ROOT / "samples"
MOST_BYTES: Final = 2_000_000
MOST_MS: Final = 1_000
WIDTHS: Final = (1200, 380)
# Opens, focuses, hovers and clicks whatever there is, as a curious reader would.
_CURIOUS: Final = """
(() => {
  for (const one of document.querySelectorAll("*")) {
    if (one.tagName === "DETAILS") one.open = true;
    for (const kind of ["mouseover", "mouseenter", "focus", "click", "toggle", "load", "error"])
      one.dispatchEvent(new Event(kind, {bubbles: false}));
    if (one.focus) one.focus();
  }
})()
"""
_Check = Callable[[Tab, Path], Iterator[str]]


def write(folder: Path, name: str, text: str) -> str:
    """Write `text` into a file of `folder` and return its address."""
    path = folder / name
    path.write_text(text, "utf-8", "surrogatepass")
    return path.as_uri()


def beacons(tab: Tab, address: str) -> int:
    """Open a page, be curious, and return how often the beacon fired."""
    tab.open(address)
    tab.ask(_CURIOUS)
    tab.ask("new Promise(done => setTimeout(done, 30))")
    return len(tab.events("Runtime.bindingCalled")) + len(tab.events("Page.javascriptDialogOpening"))


def requests(tab: Tab) -> list[str]:
    """Return what the open page asked for beside itself."""
    return [one["request"]["url"] for one in tab.events("Network.requestWillBeSent") if one["type"] != "Document"]


def told(tab: Tab) -> list[str]:
    """Return what the browser complains of."""
    errors = [one["entry"]["text"] for one in tab.events("Log.entryAdded")]
    return [*errors, *(one["exceptionDetails"]["text"] for one in tab.events("Runtime.exceptionThrown"))]


def controls(tab: Tab, folder: Path) -> Iterator[str]:
    """Yield what is wrong with the beacon itself: it has to fire, and not to fire under the policy of a report."""
    fired = beacons(tab, write(folder, "control.html", f"<!doctype html><p>{SCRIPTS[0]}<img src=x onerror=beacon()>"))
    if fired < 2:  # noqa: PLR2004 - the script and the image
        yield f"the control fires {fired} times and not twice: the beacon proves nothing"
    report = html.render(report_v1(refused(), tool_version="1"), Page())
    for number, script in enumerate(SCRIPTS):
        broken = report.replace("<main ", f"{script}<main ", 1)
        if beacons(tab, write(folder, f"policy-{number}.html", broken)):
            yield f"the policy lets this run: {script}"


def hostile_reports(tab: Tab, folder: Path) -> Iterator[str]:
    """Yield the scripts that run out of a report in which every text holds them."""
    for source in (refused(), many()):
        report = report_v1(source, tool_version="1")
        for number, script in enumerate(SCRIPTS):
            hostile = poisoned(report, script)
            read = MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(markdown.render(hostile, Page()))
            pages = {
                "html": html.render(hostile, Page()),
                "svg": svg.render(hostile, Page()),
                "md.html": f"<!doctype html><meta charset=utf-8>{read}",
            }
            for name, text in pages.items():
                if beacons(tab, write(folder, f"hostile-{number}.{name}", text)):
                    yield f"{name}: this runs: {script}"
                if asked := requests(tab):
                    yield f"{name}: {script} asks for {asked}"


def hostile_logs(tab: Tab, folder: Path) -> Iterator[str]:
    """Yield the scripts that run out of a report on a log, a store and file names that are made of them."""
    for number, script in enumerate(SCRIPTS):
        top = folder / f"log-{number}" / script.replace("/", "\u2044").replace("\x00", "")[:100]
        analysis = analyze([hostile_folder(top, script)])
        report = report_v1(analysis, tool_version="1")
        address = write(folder, f"log-{number}.html", html.render_with_events(report, Page(), analysis))
        if not analysis.counts.events:
            yield f"nothing was read with {script}"
        if beacons(tab, address):
            yield f"out of a log this runs: {script}"
        if asked := requests(tab):
            yield f"out of a log {script} asks for {asked}"


def hostile_folder(top: Path, script: str) -> Path:
    """Write a configuration folder in which the sample's server, URL, messages and claims are a `script`."""
    for source in sorted((SAMPLES / "401-after-sign-in").rglob("*")):
        if source.is_file():
            target = top / source.relative_to(SAMPLES / "401-after-sign-in")
            target.parent.mkdir(parents=True, exist_ok=True)
            in_json = json.dumps(script)[1:-1]
            is_log = source.suffix == ".txt"
            said = " ".join(script.split()) if is_log else in_json
            text = source.read_text("utf-8")
            for word in ("notes", "localhost", "mcp:read", "Unauthorized", "Streamable"):
                text = text.replace(word, f"{word}{said}")
            target.write_text(text, "utf-8", "surrogatepass")
    return top


def plain_reports(tab: Tab, folder: Path) -> Iterator[str]:
    """Yield what is wrong with the reports on the samples: complaints, requests, pages wider than their window."""
    for sample in sorted(path for path in SAMPLES.iterdir() if path.is_dir()):
        analysis = analyze([sample])
        address = write(folder, f"{sample.name}.html", _report(analysis))
        for width in WIDTHS:
            tab.look(width)
            tab.open(address)
            wide = tab.ask("document.documentElement.scrollWidth")
            yield from (f"{sample.name} at {width}: {one}" for one in (*told(tab), *requests(tab)))
            if wide > width:
                yield f"{sample.name} at {width} pixels is {wide} wide"
        tab.look(WIDTHS[0])


def keyboard(tab: Tab, folder: Path) -> Iterator[str]:
    """Yield what cannot be done with keys alone: reach the proof, open a line of it, sort and filter a table."""
    tab.open(write(folder, "keys.html", _report(analyze([SAMPLES / "401-after-sign-in"]))))
    if tab.ask("(document.querySelector('.proof summary').focus(), document.activeElement.tagName)") != "SUMMARY":
        yield "a line of the proof cannot be reached"
    for kind in ("keyDown", "keyUp"):
        tab.call("Input.dispatchKeyEvent", type=kind, key="Enter", code="Enter", windowsVirtualKeyCode=13, text="\r")
    if not tab.ask("document.querySelector('.proof details').open"):
        yield "Enter does not open a line of the proof"
    if tab.ask("document.querySelectorAll('.lanes table, .data').length") < 1:
        yield "the lanes have no table"
    tab.ask("document.querySelectorAll('.more').forEach(one => { one.open = true })")
    tab.ask("document.querySelector('.data button.sort').click()")
    if tab.ask("document.querySelector('.data th').getAttribute('aria-sort')") != "ascending":
        yield "a table cannot be sorted"
    shown = "[...document.querySelector('.data').tBodies[0].rows].filter(row => !row.hidden).length"
    before = tab.ask(shown)
    tab.ask(
        "(field => { field.value = 'refreshes'; field.dispatchEvent(new Event('input')) })"
        "(document.querySelector('.filter input'))"
    )
    if not 0 < tab.ask(shown) < before:
        yield "a table cannot be filtered"


def long_log(tab: Tab, folder: Path, lines: int) -> Iterator[str]:
    """Yield what is wrong with the report on a log of many `lines`: its size, how long it takes to open."""
    top = folder / "long"
    write_one(top, Session(seed=1, share=0.05, servers=40), lines, snapshots=100)
    analysis = analyze([top / "log.txt"], credentials=[top / "credentials"])
    text = _report(analysis)
    address = write(folder, "long.html", text)
    opened = sorted(opening_ms(tab, address) for _ in range(5))
    (busy, waited), _, (median, _), *_ = opened
    said = f"opens in {waited:.0f} ms, busy for {busy:.0f} at best and {median:.0f} in the middle of five"
    print(f"a log of {lines:,} lines: {len(text.encode()):,} bytes, {said}")
    if len(text.encode()) > MOST_BYTES:
        yield f"the report has {len(text.encode()):,} bytes"
    if median > MOST_MS:
        yield f"the report keeps the browser busy for {median:.0f} ms"


def large_triage(tab: Tab, folder: Path) -> Iterator[str]:
    """Yield what is wrong with the page on very many cases: its size, how long it takes to open."""
    hostile = SCRIPTS[0]
    cases = [
        CaseRow(
            case=f"dump/{number:05}.txt{hostile}",
            source=f"dump/{number:05}.txt",
            verdict="incident",
            signature=f"kind-{number % 200}",
            rule="rejected-after-auth",
            title="Server refuses a token that was issued seconds ago",
            certainty="confirmed",
            severity="high",
            responsible=("mcp-server",),
            server=f"server-{number % 40}",
            cause=f"The MCP server answered 401 to a token that was just issued {hostile}",
            client_versions=("2.1.90",),
        )
        for number in range(10_000)
    ]
    text = html_page(summary_of(cases), cases, None, tool="mcplog 0")
    address = write(folder, "triage.html", text)
    busy, waited = sorted(opening_ms(tab, address) for _ in range(5))[2]
    print(
        f"a triage of {len(cases):,} cases: {len(text.encode()):,} bytes, opens in {waited:.0f} ms, busy for {busy:.0f}"
    )
    if len(text.encode()) > MOST_BYTES:
        yield f"the page has {len(text.encode()):,} bytes"
    if busy > MOST_MS:
        yield f"the page keeps the browser busy for {busy:.0f} ms"
    if beacons(tab, address):
        yield "a script in a case runs"


def opening_ms(tab: Tab, address: str) -> tuple[float, float]:
    """Return how long the browser works on a page until its first picture, and how long one waits for it.

    What one waits for depends on what else the machine does; the work does not.
    """
    tab.open("about:blank")
    start = time.perf_counter()
    tab.open(address)
    waited = 1_000 * (time.perf_counter() - start)
    metrics = {one["name"]: one["value"] for one in tab.call("Performance.getMetrics")["metrics"]}
    return 1_000 * float(metrics["TaskDuration"]), waited


def _report(analysis: Analysis) -> str:
    return html.render_with_events(report_v1(analysis, tool_version="0.1.0"), Page(), analysis)


def pictures(tab: Tab, folder: Path, target: Path) -> None:
    """Write the pictures of the documentation into `target`: light, dark, and narrow."""
    target.mkdir(parents=True, exist_ok=True)
    address = write(folder, "picture.html", _report(analyze([SAMPLES / "race"], key=b"0" * 16)))
    looks = (("light", 1100, 1010, False), ("dark", 1100, 1010, True), ("narrow", 380, 1400, False))
    for name, width, height, dark in looks:
        tab.look(width, dark=dark)
        tab.open(address)
        tab.photograph(target / f"report-{name}.png", height=height)
    tab.look(WIDTHS[0])


def main() -> int:
    """Run the checks and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=1_000_000, help="of the long log")
    parser.add_argument("--pictures", type=Path, metavar="FOLDER", help="write the pictures of the documentation")
    wanted = parser.parse_args()
    checks: list[tuple[str, _Check]] = [
        ("the beacon", controls),
        ("hostile reports", hostile_reports),
        ("hostile logs", hostile_logs),
        ("plain reports", plain_reports),
        ("keyboard", keyboard),
        ("long log", lambda tab, folder: long_log(tab, folder, wanted.lines)),
        ("large triage", large_triage),
    ]
    failed = 0
    with tempfile.TemporaryDirectory() as scratch, chromium() as tab:
        tab.call("Performance.enable", timeDomain="threadTicks")
        tab.call("Runtime.addBinding", name="ring")
        tab.call("Page.addScriptToEvaluateOnNewDocument", source="window.beacon = () => ring('')")
        for name, check in checks:
            faults = list(check(tab, Path(scratch)))
            print(f"{name}: {'; '.join(faults[:5]) if faults else 'well'}")
            failed += bool(faults)
        if wanted.pictures:
            pictures(tab, Path(scratch), wanted.pictures)
    print(f"{len(checks) - failed} passed, {failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
