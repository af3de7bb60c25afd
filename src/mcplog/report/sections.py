"""The parts of the terminal report, one function each: values of ReportV1 in, lines out."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from mcplog.report.clause_words import sentences, tells_something
from mcplog.report.layout import MAX_PROSE, Ink, Line, Page, Span, cells, padded, text_cells, wrapped
from mcplog.report.v1 import (
    ClauseV1,
    EvidenceV1,
    FindingV1,
    HeldV1,
    MomentV1,
    PlaceV1,
    RedHerringV1,
    ServerV1,
)
from mcplog.report.wording import FINAL_STATES, PARTIES, RUNGS, Places, by_party, clock, counted, day, either

GUTTER: Final = 10
MAX_ROWS: Final = 24  # of any one part; what is left out is counted
MAX_IGNORED: Final = 3
MAX_REPORTS: Final = 3
ROWS_BEFORE: Final = 6  # of the decisive minute
ROWS_AFTER: Final = 3
_CLOCK: Final = 12


def labelled(page: Page, label: str, lines: Sequence[Line]) -> list[Line]:
    """Return `lines` behind a gutter that holds `label` beside the first one; nothing for no lines."""
    blank = page.span(" " * GUTTER)
    lead = page.span(padded(label, GUTTER), Ink.FAINT)
    return [(blank if number else lead, *line) for number, line in enumerate(lines)]


def prose(page: Page, text: str, ink: Ink = Ink.PLAIN) -> list[Line]:
    """Return a paragraph for the column beside the gutter."""
    return wrapped([page.span(text, ink)], _prose_width(page))


def listed(page: Page, texts: Iterable[str], most: int = MAX_ROWS) -> list[Line]:
    """Return texts as a list with dashes, the first `most` of them."""
    lead, rest = (page.span("- ", Ink.FAINT),), (page.span("  "),)
    groups = [wrapped([page.span(text)], _prose_width(page), first=lead, rest=rest) for text in texts]
    return _capped(page, groups, most)


def verdict_line(page: Page, finding: FindingV1, server: ServerV1) -> list[Line]:
    """Return how sure, how bad, since when: `rejected-after-auth · confirmed · high · seen 3 times …`."""
    dot = f" {page.glyphs.dot} "
    sure = Ink.BAD if finding.verdict == "confirmed" else Ink.OPEN
    told = [f"suppressed {finding.suppressed}"] if finding.suppressed else []
    told += [f"{finding.baseline} against the baseline"] if finding.baseline else []
    tail = [finding.severity, FINAL_STATES[server.final_state], *_seen(finding), *told]
    spans = [
        page.span(finding.rule, Ink.NAME),
        page.span(dot, Ink.FAINT),
        page.span(finding.verdict, sure),
        page.span(dot + dot.join(tail), Ink.FAINT),
    ]
    return wrapped(spans, page.columns - GUTTER)


def actors(page: Page, finding: FindingV1) -> list[Line]:
    """Return who has to act on a `finding` and what to do, the responsible party first, then the others."""
    who = page.span(either(finding.responsible), Ink.STRONG)
    remedies = dict(finding.remedy)
    due = remedies.pop(finding.responsible[0], "") if len(finding.responsible) == 1 else ""
    told = by_party(remedies, finding.responsible)
    others = (_spoken(page, page.span(party, Ink.NAME), text) for party, text in told)
    return [*_spoken(page, who, due), *(line for lines in others for line in lines)]


def proof(page: Page, finding: FindingV1, places: Places, collected: Iterable[str] = ()) -> list[Line]:
    """Return the proof of a `finding`: what each clause rests on, with file and line, and which stays open.

    What would settle an open one is told unless it is one of the sentences of `collected`, which stand below.
    """
    if not finding.clauses:
        return _capped(page, [_evidence(page, item, places) for item in finding.evidence])
    below = {text.rstrip(".").lower() for text in collected}
    told = zip(finding.clauses, sentences(finding.clauses), strict=True)
    return _capped(
        page,
        [
            _clause(page, clause, sentence, places, settle=clause.settled_by.rstrip(".").lower() not in below)
            for clause, sentence in told
            if tells_something(clause)
        ],
    )


def _clause(page: Page, clause: ClauseV1, sentence: str, places: Places, *, settle: bool) -> list[Line]:
    mark = _truth(page, clause)
    if not sentence:
        return [line for item in clause.evidence for line in _evidence(page, item, places, mark)]
    ink = Ink.OPEN if clause.truth == "unknown" else Ink.PLAIN
    lines = wrapped([page.span(sentence, ink)], _prose_width(page), first=(mark,), rest=(page.span("  "),))
    if clause.settled_by and settle:
        settled = [page.span("to settle it: ", Ink.FAINT), page.span(places.within(clause.settled_by))]
        lines += wrapped(settled, _prose_width(page), first=(page.span("  "),), rest=(page.span("    "),))
    return lines + [line for item in clause.evidence for line in _place_lines(page, item, places)]


def minute(page: Page, moments: Sequence[MomentV1], places: Places) -> list[Line]:
    """Return the decisive minute: log and store on one clock, as much of it as lies around the decisive row."""
    if not moments:
        return []
    at = next((number for number, moment in enumerate(moments) if moment.decisive), 0)
    start = max(0, min(at - ROWS_BEFORE, len(moments) - ROWS_BEFORE - ROWS_AFTER - 1))
    shown = moments[start : start + ROWS_BEFORE + ROWS_AFTER + 1]
    left = len(moments) - len(shown)
    lines = [line for row in lanes(page, shown, places, page.columns - GUTTER) for line in row]
    if left:
        when = (moments[at].event_at or "")[:19]
        hint = f"{page.glyphs.more} {counted(left, 'row')} around it left out: mcplog timeline --around {when}Z"
        blank = (page.span("  "),)
        lines += wrapped([page.span(hint, Ink.FAINT)], page.columns - GUTTER, first=blank, rest=blank)
    return lines


def lanes(page: Page, moments: Sequence[MomentV1], places: Places, width: int) -> list[list[Line]]:
    """Return a head and a row for each of `moments`, log and store side by side, in `width` cells."""
    glyphs = page.glyphs
    dates = sorted({day(moment.event_at) for moment in moments if moment.event_at})
    told = " to ".join(dict.fromkeys((dates[0], dates[-1]))) + ", UTC" if dates else "no clock in this log: order only"
    head = page.span(f"{told}   {glyphs.log} log  {glyphs.store} store", Ink.FAINT)
    timed = bool(dates)
    rows = [_moment(page, moment, places, width, timed=timed, dated=len(dates) > 1) for moment in moments]
    return [wrapped([head], width), *rows]


def held(page: Page, states: Sequence[HeldV1], places: Places) -> list[Line]:
    """Return what the store held at the moments that matter; of a later one, what differs from the one before."""
    lines: list[Line] = []
    before: Mapping[str, str] = {}
    for state in states:
        lines += _held_head(page, state, places)
        changed = {name: value for name, value in state.facts.items() if before.get(name) != value}
        lines += _facts(page, changed, rest=len(state.facts) - len(changed))
        before = state.facts
    return lines


def _held_head(page: Page, state: HeldV1, places: Places) -> list[Line]:
    at = f", {clock(state.event_at)}" if state.event_at else ""
    head = [page.span(f"{state.moment}{at}", Ink.STRONG)]
    if not state.known:
        head.append(page.span(": not known", Ink.OPEN))
    where = places.said(state.place) if state.place else ""
    if where:
        head.append(page.span(f"  {where}", Ink.FAINT))
    return wrapped(head, page.columns - GUTTER, rest=(page.span("  "),))


def _facts(page: Page, facts: Mapping[str, str], *, rest: int) -> list[Line]:
    """Return facts as one running text: names faint, values plain."""
    spans: list[Span] = []
    for name, value in facts.items():
        spans += [page.span(f" {page.glyphs.dot} " if spans else "", Ink.FAINT)]
        spans += [page.span(f"{name} ", Ink.FAINT), page.span(value)]
    if spans and rest:
        spans.append(page.span(f" {page.glyphs.dot} the rest as before", Ink.FAINT))
    lead = (page.span("  "),)
    return wrapped(spans, page.columns - GUTTER, first=lead, rest=lead) if spans else []


def others(page: Page, findings: Sequence[FindingV1], places: Places) -> list[Line]:
    """Return findings beside the primary one, each as a sentence with its first line."""
    return _capped(page, [[*_told(page, finding), *_first_line(page, finding, places)] for finding in findings])


def rivals(page: Page, findings: Sequence[FindingV1]) -> list[Line]:
    """Return what would explain the same lines otherwise, each with what would tell the two apart."""
    groups = []
    blank = (page.span("  "),)
    for finding in findings:
        apart = [page.span("to tell them apart: ", Ink.FAINT), page.span(finding.next_observation)]
        told = wrapped(apart, _prose_width(page), first=blank, rest=(page.span("    "),))
        groups.append([*_told(page, finding), *(told if finding.next_observation else [])])
    return _capped(page, groups)


def _first_line(page: Page, finding: FindingV1, places: Places) -> list[Line]:
    where = places.said(finding.evidence[0])
    lead = (page.span("  "),)
    return wrapped([page.span(where, Ink.FAINT)], page.columns - GUTTER, first=lead, rest=lead) if where else []


def _told(page: Page, finding: FindingV1) -> list[Line]:
    lead = (page.span("- ", Ink.FAINT), page.span(finding.rule, Ink.NAME), page.span(f" ({_sure(finding)}): "))
    text = page.span(finding.cause or finding.title)
    return wrapped([*lead, text], _prose_width(page), rest=(page.span("  "),))


def _sure(finding: FindingV1) -> str:
    return f"{finding.verdict}, suppressed {finding.suppressed}" if finding.suppressed else finding.verdict


def ladder(page: Page, server: ServerV1) -> list[Line]:
    """Return the rungs reached in a row, then the first one that was not, with who has to act."""
    glyphs = page.glyphs
    reached = [RUNGS.get(rung.rung, rung.rung) for rung in server.ladder if rung.state == "reached"]
    lines = _rung(page, page.span(f"{glyphs.yes} ", Ink.GOOD), f"reached: {', '.join(reached)}") if reached else []
    first = server.first_rung_not_reached
    if first:
        failed = first.state == "failed"
        mark = page.span(f"{glyphs.no} ", Ink.BAD) if failed else page.span(f"{glyphs.open} ", Ink.OPEN)
        said = f"{'not reached' if failed else 'not seen'}: {RUNGS.get(first.rung, first.rung)}"
        needs = f": {first.note}" if first.note else ""
        lines += _rung(page, mark, f"{said}; up to {PARTIES[first.responsible]}{needs}")
    return lines


def _rung(page: Page, mark: Span, said: str) -> list[Line]:
    return wrapped([page.span(said)], _prose_width(page), first=(mark,), rest=(page.span("  "),))


def ignored(page: Page, lines: Sequence[RedHerringV1], places: Places) -> list[Line]:
    """Return the lines that look guilty and are not, with the reason; the first of them."""
    groups = []
    for line in lines:
        times = f" ({counted(line.count, 'time')})" if line.count > 1 else ""
        spans = [
            page.span(f'"{line.excerpt}"{times}: '),
            page.span(f"{line.reason} ", Ink.FAINT),
            page.span(places.short(line.place, page.glyphs.more), Ink.FAINT),
        ]
        lead = (page.span("- ", Ink.FAINT),)
        groups.append(wrapped(spans, _prose_width(page), first=lead, rest=(page.span("  "),)))
    return _capped(page, groups, most=MAX_IGNORED)


def _prose_width(page: Page) -> int:
    return min(page.columns, MAX_PROSE) - GUTTER


def _seen(finding: FindingV1) -> list[str]:
    if finding.occurrences < 2:  # noqa: PLR2004 - once is the ordinary case
        return []
    span = f", {clock(finding.first_at)[:8]} to {clock(finding.last_at)[:8]}" if finding.first_at else ""
    return [f"seen {counted(finding.occurrences, 'time')}{span}"]


def _truth(page: Page, clause: ClauseV1) -> Span:
    glyphs = page.glyphs
    signs = {"true": (glyphs.yes, Ink.GOOD), "false": (glyphs.no, Ink.BAD), "unknown": (glyphs.open, Ink.OPEN)}
    sign, ink = signs[clause.truth]
    return page.span(f"{sign} ", ink)


def _spoken(page: Page, who: Span, text: str) -> list[Line]:
    colon = page.span(": " if text else "")
    return wrapped([who, colon, page.span(text)], _prose_width(page), rest=(page.span("  "),))


def _evidence(page: Page, item: EvidenceV1, places: Places, mark: Span | None = None) -> list[Line]:
    lead = mark or page.span("- ", Ink.FAINT)
    ink = Ink.STRONG if item.role == "primary" else Ink.PLAIN
    time = [page.span(f"{clock(item.event_at)}  ", Ink.FAINT)] if item.event_at else []
    rest = (page.span(" " * (2 + (_CLOCK + 2 if time else 0))),)
    room = page.columns - GUTTER
    return [
        *wrapped([page.span(item.excerpt, ink)], room, first=(lead, *time), rest=rest),
        *_place_lines(page, item, places, indent=cells(rest)),
    ]


def _place_lines(page: Page, place: PlaceV1 | EvidenceV1, places: Places, indent: int = 2) -> list[Line]:
    """Return `file:line`, the second place behind or below it; indented less when that keeps a name in one piece."""
    room = page.columns - GUTTER
    where = places.said(place)
    also = f"also {places.end(place.also_at)}" if isinstance(place, EvidenceV1) and place.also_at else ""
    if also and text_cells(where) + text_cells(also) + 2 <= room - indent:
        told = [f"{where}  {also}"]
    else:
        told = [text for text in (where, also) if text]
    fits = all(text_cells(text) <= room - indent for text in told)
    lead = (page.span(" " * (indent if fits else 2)),)
    return [line for text in told for line in wrapped([page.span(text, Ink.FAINT)], room, first=lead, rest=lead)]


def _moment(page: Page, moment: MomentV1, places: Places, width: int, *, timed: bool, dated: bool) -> list[Line]:
    lead = _lead(page, moment, timed=timed, dated=dated)
    blank = page.span(" " * cells(lead))
    where = places.short(moment.place, page.glyphs.more)
    said = page.span(moment.text, Ink.STRONG if moment.decisive else Ink.PLAIN)
    lines = wrapped([said], width, first=lead, rest=(blank,))
    left = width - cells(lines[-1]) - text_cells(where) - 2
    if not where:
        return lines
    if left >= 0:
        lines[-1] = (*lines[-1], page.span(" " * (left + 2)), page.span(where, Ink.FAINT))
        return lines
    return [*lines, (page.span(" " * max(0, width - text_cells(where))), page.span(where, Ink.FAINT))]


def _lead(page: Page, moment: MomentV1, *, timed: bool, dated: bool) -> Line:
    """Return what stands before the text: the mark of the decisive row, the time, the two lanes."""
    glyphs = page.glyphs
    time = (f"{day(moment.event_at)[5:]} " if dated else "") + (f"{clock(moment.event_at)} " if timed else "")
    ink = Ink.BAD if moment.decisive else Ink.PLAIN
    rail = page.span(glyphs.rail, Ink.FAINT)
    lane = page.span(glyphs.log if moment.lane == "log" else glyphs.store, ink)
    left, right = (lane, rail) if moment.lane == "log" else (rail, lane)
    mark = page.span(f"{glyphs.mark} " if moment.decisive else "  ", Ink.BAD)
    return (mark, page.span(time, Ink.FAINT), left, page.span(" "), right, page.span(" "))


def _capped(page: Page, groups: Sequence[Sequence[Line]], most: int = MAX_ROWS) -> list[Line]:
    lines = [line for group in groups[:most] for line in group]
    left = len(groups) - most
    if left > 0:
        more = f"{page.glyphs.more} and {counted(left, 'more', 'more')} (all in --format json)"
        lines.append((page.span(more, Ink.FAINT),))
    return lines
