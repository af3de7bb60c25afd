"""The summary of a triage for a terminal."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from mcplog.report.layout import BLANK, Ink, Line, Page, clipped, padded, wrapped
from mcplog.report.paint import text
from mcplog.report.wording import RUNGS
from mcplog.triage.baseline import Baseline
from mcplog.triage.clusters import Cluster, largest_first
from mcplog.triage.running import Ran
from mcplog.triage.summary import Summary, actors

GUTTER: Final = 12
NUMBER: Final = 7
MOST: Final = 12  # rows of any one part
MIB: Final = 1024 * 1024


def screen(summary: Summary, ran: Ran, baseline: Baseline | None, page: Page) -> str:
    """Return the summary as text.

    Args:
        summary: What the triage comes to.
        ran: How it went.
        baseline: What has changed since another one; null where none was named.
        page: What the text is laid out for.
    """
    lines = [*_head(summary, ran, page)]
    lines += _part(page, "kinds", list(_kinds(summary, page)))
    lines += _part(page, "severity", [_row(page, *one) for one in summary.severity_counts()])
    lines += _part(page, "client", _ranked(page, summary.versions))
    lines += _part(page, "provider", _ranked(page, summary.providers))
    lines += _part(page, "duplicates", list(_clusters(largest_first(summary.clusters), page)))
    lines += _part(page, "undecided", _undecided(summary, page))
    lines += _part(page, "baseline", list(_changes(baseline, page)) if baseline else [])
    lines += _part(page, "not used", _problems(summary, page))
    return text(lines, page)


def stats(ran: Ran, *, listing_s: float, writing_s: float, peak_bytes: int, page: Page) -> str:
    """Return what the triage took.

    Args:
        ran: How it went.
        listing_s: Seconds to find the inputs.
        writing_s: Seconds to write what was asked for.
        peak_bytes: Most memory of this process.
        page: What the text is laid out for.
    """
    spent, seconds = ran.spent, max(ran.seconds, 0.001)
    phases = (("listing", listing_s), ("opening", spent.opening_s), ("judging", spent.judging_s))
    rates = (
        f"{spent.documents / seconds:,.0f} logs/s, {spent.lines / seconds:,.0f} lines/s, "
        f"{spent.bytes / seconds / MIB:,.1f} MiB/s over {seconds:,.2f} s"
    )
    peak = f"{peak_bytes / MIB:,.0f} MiB here, {spent.peak_bytes / MIB:,.0f} MiB where the work was done"
    took = [page.span(f"{name} {taken:,.2f} s  ") for name, taken in (*phases, ("writing", writing_s))]
    return text(
        [
            *_part(page, "phases", [(tuple(took))]),
            *_part(page, "rates", [(page.span(rates),)]),
            *_part(page, "peak", [(page.span(peak),)]),
        ],
        page,
    )


def _head(summary: Summary, ran: Ran, page: Page) -> Iterator[Line]:
    dot = f" {page.glyphs.dot} "
    counts = f"{dot}{summary.documents:,} logs{dot}{summary.lines:,} lines"
    yield (page.span(f"{summary.cases:,} cases", Ink.STRONG), page.span(counts))
    yield (page.span(dot.join(f"{count:,} {word}" for word, count in summary.verdicts.most_common()), Ink.FAINT),)
    if ran.units_done < ran.units:
        said = f"interrupted: {ran.units_done:,} of {ran.units:,} inputs are done"
        yield (page.span(said, Ink.BAD),)


def _part(page: Page, label: str, rows: Sequence[Line]) -> list[Line]:
    if not rows:
        return []
    blank = page.span(" " * GUTTER)
    lead = page.span(padded(label, GUTTER), Ink.FAINT)
    return [BLANK, *((blank if number else lead, *row) for number, row in enumerate(rows))]


def _row(page: Page, word: str, count: int) -> Line:
    room = page.columns - GUTTER - NUMBER - 2
    return (page.span(f"{count:>{NUMBER},}  "), page.span(clipped(word, room, page.glyphs.more)))


def _ranked(page: Page, counts: Counter[str]) -> list[Line]:
    ranked = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return _capped(page, [_row(page, word, count) for word, count in ranked])


def _kinds(summary: Summary, page: Page) -> Iterator[Line]:
    kinds = summary.worst_kinds()
    width = max((len(kind.rule) for kind in kinds[:MOST]), default=0)
    rows: list[Line] = []
    for kind in kinds:
        count = kind.confirmed + kind.possible
        who = actors(kind.responsible)
        tail = f"  {kind.severity:<13} {kind.confirmed:,} confirmed  {who}"
        room = max(NUMBER, page.columns - GUTTER - NUMBER - 2 - width)
        tail = tail if len(tail) <= room else f"{tail[: room - len(page.glyphs.more)]}{page.glyphs.more}"
        name = page.span(padded(kind.rule, width), Ink.NAME)
        rows.append((page.span(f"{count:>{NUMBER},}  "), name, page.span(tail, Ink.FAINT)))
    yield from _capped(page, rows)


def _clusters(clusters: Sequence[Cluster], page: Page) -> Iterator[Line]:
    rows: list[Line] = []
    for cluster in clusters[:MOST]:
        name = page.span(cluster.signature, Ink.NAME)
        rows.append((page.span(f"{len(cluster.cases):>{NUMBER},}  "), name))
        shared = [f"{name} {RUNGS.get(value, value)}" for name, value, _ in cluster.shared()]
        lead = (page.span(" " * (NUMBER + 2)),)
        said = f"share: {', '.join(shared)}" if shared else ""
        if said:
            rows += wrapped([page.span(said, Ink.FAINT)], page.columns - GUTTER, first=lead, rest=lead)
    yield from rows
    if len(clusters) > MOST:
        yield (page.span(f"{page.glyphs.more} and {len(clusters) - MOST:,} more clusters", Ink.FAINT),)


def _undecided(summary: Summary, page: Page) -> list[Line]:
    if not summary.undecided_cases:
        return []
    head = (page.span(f"{summary.undecided_cases:>{NUMBER},}  "), page.span("cases, because", Ink.FAINT))
    return [head, *_ranked(page, summary.undecided)]


def _problems(summary: Summary, page: Page) -> list[Line]:
    shown = Counter({f"{what} ({summary.problem_files[what]})": n for what, n in summary.problems.items()})
    return _ranked(page, shown)


def _changes(baseline: Baseline, page: Page) -> Iterator[Line]:
    counts = f"{len(baseline.new):,} new, {len(baseline.gone):,} gone, {len(baseline.changed):,} changed, "
    yield (page.span(f"{counts}{baseline.same:,} as before"),)
    rows = [
        (page.span(f"{word:<8} "), page.span(one.case, Ink.NAME), page.span(f"  {_became(one.before, one.now)}"))
        for word, group in (("new", baseline.new), ("gone", baseline.gone), ("changed", baseline.changed))
        for one in group
    ]
    yield from _capped(page, rows)


def _became(before: str, now: str) -> str:
    return f"{before} became {now}" if before and now else before or now


def _capped(page: Page, rows: Sequence[Line]) -> list[Line]:
    left = len(rows) - MOST
    more = [(page.span(f"{page.glyphs.more} and {left:,} more", Ink.FAINT),)] if left > 0 else []
    return [*rows[:MOST], *more]
