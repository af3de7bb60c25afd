"""The report a tired person reads: verdict, cause, who acts, what to do, proof; then all the rest.

Wide or narrow, with or without colour, on a terminal or in a pipe: every sign stands beside a word that says the same.
"""

from collections.abc import Callable, Sequence
from typing import Final

from mcplog.report import sections
from mcplog.report.layout import BLANK, Ink, Line, Page, wrapped
from mcplog.report.paint import text
from mcplog.report.sections import GUTTER, labelled, listed, prose
from mcplog.report.v1 import FindingV1, ReportV1, ServerV1
from mcplog.report.wording import RUNGS, UNNAMED, Places, counted, places, shown_files, size

_VERDICTS: Final = {
    "incident": ("INCIDENT", Ink.BAD),
    "healthy": ("HEALTHY", Ink.GOOD),
    "inconclusive": ("INCONCLUSIVE", Ink.OPEN),
    "no-evidence": ("NO EVIDENCE", Ink.OPEN),
}
_NOTHING: Final = "No line about an MCP server was found. That is not the same as a server that works."
_MAX_NAMES: Final = 100  # of servers of which the same is to be said
_GROUPED_FROM: Final = 4  # so many servers of which the same is to be said share a line
_MAX_UNDECIDED: Final = 2  # inconclusive servers told at length; of more, each gets its name and where it stopped

_Namer = Callable[[ServerV1], str]


def render(report: ReportV1, page: Page) -> str:
    """Return the report as text for `page`.

    Args:
        report: What to say.
        page: Width, character set, and whether colour may be used.

    Returns:
        Lines ended by line feeds; with SGR colours when the page has them.
    """
    return text(report_lines(report, page), page)


def report_lines(report: ReportV1, page: Page) -> list[Line]:
    """Return the report as styled lines, worst server first, those that need no block in one line each at the end."""
    say = places(shown_files(report))
    report = say.in_sentences(report)
    blocks, brief = _blocks_and_brief(report)
    lines = _head(report, page) if len(report.servers) > 1 else []
    name = _namer(report, say)
    for server in blocks:
        lines += [*_server_block(page, report, server, name(server), say), BLANK]
    lines += _brief(page, brief, name)
    if not report.servers:
        lines += _headline(page, report.verdict, "", _NOTHING)
    return [*lines, *([BLANK] if brief or not report.servers else []), *_foot(report, page, say)]


def _blocks_and_brief(report: ReportV1) -> tuple[list[ServerV1], list[ServerV1]]:
    if len(report.servers) == 1:
        return list(report.servers), []
    incidents = [server for server in report.servers if server.verdict == "incident"]
    healthy = [server for server in report.servers if server.verdict == "healthy"]
    undecided = [server for server in report.servers if server.verdict in ("inconclusive", "no-evidence")]
    at_length = undecided if len(undecided) <= _MAX_UNDECIDED else []
    return incidents + at_length, [server for server in undecided if server not in at_length] + healthy


def _brief(page: Page, servers: Sequence[ServerV1], name: _Namer) -> list[Line]:
    """Return a line for each of `servers`; those of which the same is to be said share it, and their names follow."""
    groups: dict[tuple[str, str], list[ServerV1]] = {}
    for server in servers:
        key = (server.verdict, _stopped(server) or server.summary)
        groups.setdefault(key, []).append(server)
    lines: list[Line] = []
    for (verdict, said), alike in groups.items():
        names = [name(server) for server in alike[:_MAX_NAMES]]
        if len(alike) < _GROUPED_FROM:
            lines += [line for own in names for line in _headline(page, verdict, own, said)]
        else:
            lines += _headline(page, verdict, counted(len(alike), "server"), said)
            lines += labelled(page, "", prose(page, ", ".join(names), Ink.NAME))
            lines += labelled(page, "", prose(page, _left_out(len(alike) - len(names)), Ink.FAINT))
    return lines


def _left_out(count: int) -> str:
    return f"… and {count:,} more; --format json names them all" if count > 0 else ""


def _stopped(server: ServerV1) -> str:
    """Return where an inconclusive server stopped: the first rung that was not reached, and what it needs."""
    rung = server.first_rung_not_reached
    if rung is None or server.verdict != "inconclusive":
        return ""
    needs = f": {rung.note}" if rung.note else ""
    return f"No fault and no working connection; not seen: {RUNGS.get(rung.rung, rung.rung)}{needs}"


def _head(report: ReportV1, page: Page) -> list[Line]:
    told = [
        f"{sum(server.verdict == verdict for server in report.servers)} {verdict}"
        for verdict in _VERDICTS
        if any(server.verdict == verdict for server in report.servers)
    ]
    whole = f"{counted(len(report.servers), 'server')}: {', '.join(told)}"
    return [*wrapped([page.span(whole, Ink.STRONG)], page.columns), BLANK]


def _headline(page: Page, verdict: str, name: str, said: str) -> list[Line]:
    word, ink = _VERDICTS[verdict]
    colon = ": " if name and said else ""
    spans = [page.span(name, Ink.NAME), page.span(colon), page.span(said, Ink.STRONG)]
    return wrapped(spans, page.columns, first=(page.span(f"{word}  ", ink),), rest=(page.span(" " * GUTTER),))


def _server_block(page: Page, report: ReportV1, server: ServerV1, name: str, say: Places) -> list[Line]:
    own = [found for found in report.findings if _about(found, server)]
    primary = next((found for found in own if found.primary), None)
    head = _headline(page, server.verdict, name, primary.title if primary else server.summary)
    proof = labelled(page, "proof", sections.proof(page, primary, say, server.collect)) if primary else []
    return _spaced(
        [*head, *(_cause(page, server, primary) if primary else [])],
        proof,
        labelled(page, "store", sections.held(page, server.credentials, say)),
        labelled(page, "minute", sections.minute(page, server.moments, say)),
        _open(page, server, say),
        _beside(page, report, server, [found for found in own if not found.primary], say),
    )


def _namer(report: ReportV1, say: Places) -> _Namer:
    """Return what names a server, with where its logs lie when the run had several cases."""
    has_cases = len({server.case_id for server in report.servers}) > 1

    def name(server: ServerV1) -> str:
        source = say.name(server.source).rstrip("/") or f"case {server.case_id}"
        return (server.server or UNNAMED) + (f" ({source})" if has_cases else "")

    return name


def _cause(page: Page, server: ServerV1, finding: FindingV1) -> list[Line]:
    return [
        *labelled(page, "", sections.verdict_line(page, finding, server)),
        *labelled(page, "cause", prose(page, finding.cause or finding.title)),
        *labelled(page, "who acts", sections.actors(page, finding)),
    ]


def _open(page: Page, server: ServerV1, say: Places) -> list[Line]:
    return [
        *labelled(page, "unknown", listed(page, map(say.within, server.unknown))),
        *labelled(page, "collect", listed(page, map(say.within, server.collect))),
    ]


def _beside(page: Page, report: ReportV1, server: ServerV1, further: Sequence[FindingV1], say: Places) -> list[Line]:
    effects = [found for found in report.consequences if _about(found, server)]
    versions = ", ".join(server.client_versions)
    parts = (
        ("also", sections.others(page, further, say)),
        ("follows", sections.others(page, effects, say)),
        ("or else", sections.rivals(page, [found for found in report.rivals if _about(found, server)])),
        ("ladder", sections.ladder(page, server)),
        ("ignore", sections.ignored(page, server.red_herrings, say)),
        ("reports", listed(page, server.known_issues, sections.MAX_REPORTS)),
        ("client", prose(page, f"Claude Code {versions}") if versions else []),
    )
    return [line for label, lines in parts for line in labelled(page, label, lines)]


def _foot(report: ReportV1, page: Page, say: Places) -> list[Line]:
    counts = report.counts
    strange = f", {counts.unrecognised:,} more not recognised" if counts.unrecognised else ""
    read = (
        f"{counted(counts.documents, 'log')} ({counted(counts.lines, 'line')}, {size(counts.bytes)}): "
        f"{counted(counts.events, 'event')} about MCP servers{strange}"
    )
    many = [server for server in report.servers if server.verdict in ("inconclusive", "no-evidence")]
    hint = "--server NAME tells more of one." if len(many) > _MAX_UNDECIDED else ""
    parts = (
        ("more", prose(page, hint, Ink.FAINT) if hint else []),
        ("read", prose(page, read, Ink.FAINT)),
        ("paths", prose(page, f"below {say.folder}", Ink.FAINT) if say.folder else []),
        ("note", listed(page, map(say.within, report.notes))),
    )
    return [line for label, lines in parts for line in labelled(page, label, lines)]


def _spaced(*parts: Sequence[Line]) -> list[Line]:
    """Return the parts with a blank line between those that are not empty."""
    lines: list[Line] = []
    for part in parts:
        lines += [BLANK, *part] if lines and part else part
    return lines


def _about(finding: FindingV1, server: ServerV1) -> bool:
    return finding.server == server.server and finding.case_id == server.case_id
