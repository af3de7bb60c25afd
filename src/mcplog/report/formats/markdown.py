"""The report as Markdown for an issue: the verdict in plain sight, the proof folded away.

Safe to paste: what comes from a log is code or plain words, never a link, a mention, a reference or HTML.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from mcplog.report.clause_words import sentences, tells_something
from mcplog.report.inert_markdown import block, code, markdown
from mcplog.report.layout import Page
from mcplog.report.v1 import ClauseV1, EvidenceV1, FindingV1, HeldV1, MomentV1, ReportV1, ServerV1
from mcplog.report.wording import (
    FINAL_STATES,
    RUNGS,
    UNNAMED,
    Places,
    by_party,
    clock,
    counted,
    day,
    either,
    places,
    shown_files,
)

_SIGNS: Final = {"true": "✔", "false": "✘", "unknown": "?"}
_MOST: Final = 30  # servers told at length


def render(report: ReportV1, page: Page) -> str:  # noqa: ARG001 - every format has this form
    """Return the report as GitHub Flavored Markdown; the page does not matter."""
    say = places(shown_files(report))
    report = say.in_sentences(report)
    parts = [f"## mcplog: {_verdict(report)}"]
    for server in report.servers[:_MOST]:
        parts += _server(report, server, say)
    left = len(report.servers) - _MOST
    if left > 0:
        parts.append(f"{counted(left, 'more server', 'more servers')}: see the JSON report.")
    if not report.servers:
        parts.append("No line about an MCP server was found. That is not the same as a server that works.")
    return "\n\n".join([*filter(None, parts), *_foot(report)]) + "\n"


def _verdict(report: ReportV1) -> str:
    return report.verdict if len(report.servers) == 1 else f"{report.verdict}, {counted(len(report.servers), 'server')}"


def _server(report: ReportV1, server: ServerV1, say: Places) -> Iterator[str]:
    own = [found for found in report.findings if _about(found, server)]
    primary = next((found for found in own if found.primary), None)
    yield f"### {code(server.server or UNNAMED)}: {markdown(primary.title if primary else server.summary)}"
    if primary:
        yield from _cause(primary, server)
    yield _listed("Not known", map(say.within, server.unknown))
    yield _listed("To collect", map(say.within, server.collect))
    if primary:
        yield _folded(f"Proof: {counted(len(primary.clauses), 'clause')}", _proof(primary, say))
    yield _folded("The decisive minute", _minute(server.moments, say))
    yield _folded("What the credential store held", _held(server.credentials))
    yield _folded("How far the sign-in got", _ladder(server))
    beside = [*(found for found in own if not found.primary), *_of(report.consequences, server)]
    yield _folded("Also found", [_other(found) for found in beside])
    yield _folded("What else would explain it", [_rival(found) for found in _of(report.rivals, server)])
    herrings = [f"- {code(line.excerpt)}: {markdown(line.reason)}" for line in server.red_herrings]
    yield _folded("Lines that look guilty and are not", herrings)
    yield _listed("Public reports that fit", server.known_issues)


def _cause(finding: FindingV1, server: ServerV1) -> Iterator[str]:
    facts = [
        code(finding.rule),
        f"**{finding.verdict}**",
        f"severity {finding.severity}",
        FINAL_STATES[server.final_state],
        *([f"seen {counted(finding.occurrences, 'time')}"] if finding.occurrences > 1 else []),
        *([markdown(f"Claude Code {', '.join(server.client_versions)}")] if server.client_versions else []),
    ]
    yield " · ".join(facts)
    yield markdown(finding.cause or finding.title)
    yield f"**Who has to act:** {either(finding.responsible)}"
    yield "\n".join(f"- {party}: {markdown(text)}" for party, text in by_party(finding.remedy, finding.responsible))


def _proof(finding: FindingV1, say: Places) -> list[str]:
    rows = []
    for clause, said in zip(finding.clauses, sentences(finding.clauses), strict=True):
        if tells_something(clause):
            rows += _clause(clause, said, say)
    return rows or [f"- {_line(item, say)}" for item in finding.evidence]


def _clause(clause: ClauseV1, said: str, say: Places) -> list[str]:
    sign = _SIGNS[clause.truth]
    if not said:
        return [f"- {sign} {_line(item, say)}" for item in clause.evidence]
    settle = [f"  - to settle it: {markdown(say.within(clause.settled_by))}"] if clause.settled_by else []
    return [f"- {sign} {markdown(said)}", *settle, *(f"  - {_line(item, say)}" for item in clause.evidence)]


def _line(item: EvidenceV1, say: Places) -> str:
    when = f"{clock(item.event_at)} " if item.event_at else ""
    where = say.said(item)
    return f"{when}{code(item.excerpt)}" + (f" ({code(where)})" if where else "")


def _minute(moments: Sequence[MomentV1], say: Places) -> list[str]:
    if not moments:
        return []
    rows = [
        f"{'>' if one.decisive else ' '} {clock(one.event_at)} {one.lane:5} {one.text}  {say.short(one.place, '...')}"
        for one in moments
    ]
    days = sorted({day(one.event_at) for one in moments if one.event_at})
    return [block([f"{' to '.join(dict.fromkeys((days[0], days[-1])))}, UTC" if days else "no clock", *rows])]


def _held(states: Sequence[HeldV1]) -> list[str]:
    rows = []
    for state in states:
        rows.append(f"- {markdown(state.moment)} {clock(state.event_at) if state.event_at else ''}".rstrip())
        rows += [f"  - {markdown(name)}: {code(value)}" for name, value in state.facts.items()]
        rows += [] if state.known else ["  - not known"]
    return rows


def _ladder(server: ServerV1) -> list[str]:
    signs = {"reached": "✔", "failed": "✘", "not-seen": "?"}
    return [
        f"- {signs[rung.state]} {RUNGS.get(rung.rung, rung.rung)}" + (f": {markdown(rung.note)}" if rung.note else "")
        for rung in server.ladder
        if rung.state in signs
    ]


def _rival(finding: FindingV1) -> str:
    apart = f"\n  - to tell them apart: {markdown(finding.next_observation)}" if finding.next_observation else ""
    return f"{_other(finding)}{apart}"


def _other(finding: FindingV1) -> str:
    return f"- {code(finding.rule)} ({finding.verdict}): {markdown(finding.cause or finding.title)}"


def _folded(head: str, rows: Sequence[str]) -> str:
    """Return rows behind a head that opens; the head is ours, as Markdown in it would not be read."""
    if not rows:
        return ""
    return "\n".join([f"<details><summary>{head}</summary>", "", *rows, "", "</details>"])


def _listed(head: str, texts: Iterable[str]) -> str:
    rows = [f"- {markdown(text)}" for text in texts]
    return "\n".join([f"**{head}**", "", *rows]) if rows else ""


def _about(finding: FindingV1, server: ServerV1) -> bool:
    return finding.server == server.server and finding.case_id == server.case_id


def _of(findings: Iterable[FindingV1], server: ServerV1) -> list[FindingV1]:
    return [found for found in findings if _about(found, server)]


def _foot(report: ReportV1) -> Iterator[str]:
    counts = report.counts
    yield (
        f"<sub>mcplog {code(report.tool.version)} read {counted(counts.documents, 'log')} "
        f"({counted(counts.lines, 'line')}), {counted(counts.events, 'event')} about MCP servers. Tokens are shown as "
        "fingerprints.</sub>"
    )
