"""SARIF 2.1.0: a result a finding, for code scanning and for viewers of results.

| in SARIF | here |
|---|---|
| `level` | critical and high are `error`, medium `warning`, low and informational `note` |
| `kind` | `fail` when confirmed, `open` when possible, `informational` for a consequence; only `fail` has a level |
| `partialFingerprints` | `mcplogSignature/v1`: equal for two reports of one fault |
| `codeFlows` | the lines of the proof in the order of time |
| `suppressions` | with `--suppress`; `baselineState` with `--baseline` |
| `properties` | severity, certainty, role, server, who has to act |

Source: OASIS SARIF 2.1.0. Messages hold no link: brackets, braces and backslashes are written as §3.11 asks.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from mcplog.report.layout import Page
from mcplog.report.v1 import EvidenceV1, FindingV1, PlaceV1, ProblemV1, ReportV1
from mcplog.report.wording import NOWHERE, PARTY_NAMES, by_party

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS: Final = {"critical": "error", "high": "error", "medium": "warning", "low": "note", "informational": "note"}
_LITERAL: Final = str.maketrans({"\\": "\\\\", "[": "\\[", "]": "\\]", "{": "{{", "}": "}}"})
_DRIVE: Final = 2  # letters of `C:`
_Json = dict[str, Any]


def render(report: ReportV1, page: Page) -> str:  # noqa: ARG001 - every format has this form
    """Return the report as one SARIF log with one run; the page does not matter."""
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(report)]}
    return json.dumps(log, indent=2) + "\n"


def message(text: str) -> _Json:
    """Return a SARIF message that shows `text` as it is, without a link or a placeholder in it."""
    return {"text": text.translate(_LITERAL)}


def uri(file: str) -> str:
    """Return the name of a `file` as a URI reference: relative as it was given, absolute as `file:///…`."""
    path = file.replace("\\", "/")
    if path[1:_DRIVE] == ":" and path[:1].isalpha():
        path = f"/{path}"
    quoted = quote(path, safe="/")
    return f"file://{quoted}" if path.startswith("/") and not path.startswith("//") else quoted.lstrip("/") or "unnamed"


def _run(report: ReportV1) -> _Json:
    found = (*report.findings, *report.consequences, *report.rivals, *report.resolved)
    rules = list(dict.fromkeys(one.rule for one in found))
    told = {one.rule: one for one in reversed(found)}
    is_suppressed = any(one.suppressed for one in found)
    return {
        "tool": {
            "driver": {
                "name": report.tool.name,
                "version": report.tool.version,
                "rules": [_rule(told[rule]) for rule in rules],
            }
        },
        "automationDetails": {"id": "mcplog/"},
        "invocations": [
            {"executionSuccessful": True, "toolExecutionNotifications": [_problem(one) for one in report.problems]}
        ],
        "results": [_result(one, rules.index(one.rule), is_suppressed=is_suppressed) for one in found],
        "properties": {
            "verdict": report.verdict,
            "servers": [{"server": one.server, "verdict": one.verdict} for one in report.servers],
        },
    }


def _rule(finding: FindingV1) -> _Json:
    remedies = (f"{party}: {text}" for party, text in by_party(finding.remedy, finding.responsible))
    return {
        "id": finding.rule,
        "shortDescription": message(finding.title),
        "help": message("\n".join(remedies) or finding.next_observation or finding.title),
        "defaultConfiguration": {"level": _LEVELS[finding.severity]},
        "properties": {"tags": ["mcp", "oauth", finding.rule], "references": list(finding.references)},
    }


def _result(finding: FindingV1, index: int, *, is_suppressed: bool) -> _Json:
    kind = _kind(finding)
    result: _Json = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "kind": kind,
        "level": _LEVELS[finding.severity] if kind == "fail" else "none",
        "message": message(_said(finding)),
        "locations": [_location(finding.evidence[0], server=finding.server)],
        "relatedLocations": _related(finding.evidence[1:]),
        "occurrenceCount": max(1, finding.occurrences),
        "properties": {
            "server": finding.server,
            "role": finding.role,
            "severity": finding.severity,
            "certainty": finding.verdict,
            "responsible": list(finding.responsible),
            "nextObservation": finding.next_observation,
        },
    }
    flow = _flow(finding)
    if flow:
        result["codeFlows"] = [flow]
    if finding.signature:
        result["partialFingerprints"] = {"mcplogSignature/v1": finding.signature}
    if finding.baseline:
        result["baselineState"] = finding.baseline
    if is_suppressed:  # none or all of a run, or the others are taken for not looked at
        result["suppressions"] = _suppressions(finding)
    return result


def _kind(finding: FindingV1) -> str:
    if finding.role == "consequence":
        return "informational"
    return "fail" if finding.verdict == "confirmed" and finding.role != "rival" else "open"


def _suppressions(finding: FindingV1) -> list[_Json]:
    if not finding.suppressed:
        return []
    return [{"kind": "external", "status": "accepted", "justification": finding.suppressed}]


def _said(finding: FindingV1) -> str:
    who = ", ".join(PARTY_NAMES[party] for party in finding.responsible)
    server = f"{finding.server}: " if finding.server else ""
    return f"{server}{finding.cause or finding.title} ({finding.verdict}; who has to act: {who})"


def _related(evidence: Sequence[EvidenceV1]) -> list[_Json]:
    told = []
    for number, item in enumerate(evidence, 1):
        told.append({"id": number, **_location(item), "message": message(item.step or item.kind)})
    return told


def _location(item: EvidenceV1, *, server: str = "") -> _Json:
    location: _Json = {}
    if item.file not in ("", NOWHERE):
        location["physicalLocation"] = _physical(item, item.excerpt)
    if server:
        location["logicalLocations"] = [{"name": server, "kind": "resource"}]
    return location


def _physical(place: EvidenceV1 | PlaceV1, excerpt: str = "") -> _Json:
    region: _Json = {"startLine": max(1, place.line), "endLine": max(1, place.line, place.line_to)}
    if place.byte_from is not None and place.byte_to is not None:
        region |= {"byteOffset": place.byte_from, "byteLength": place.byte_to - place.byte_from}
    if excerpt:
        region["snippet"] = {"text": excerpt}
    return {"artifactLocation": {"uri": uri(place.file)}, "region": region}


def _flow(finding: FindingV1) -> _Json | None:
    """Return the lines of the proof in the order of time; null when they are fewer than two or have no clock."""
    lines = {(item.file, item.line, item.event_at): item for item in _lines(finding)}
    timed = sorted((item for item in lines.values() if item.event_at), key=lambda item: item.event_at or "")
    if len(timed) < 2:  # noqa: PLR2004 - one line is no way
        return None
    steps = [
        {
            "location": {**_location(item), "message": message(item.excerpt)},
            "executionTimeUtc": item.event_at,
            "importance": "essential" if item.role == "primary" else "important",
        }
        for item in timed
    ]
    return {"threadFlows": [{"locations": steps}]}


def _lines(finding: FindingV1) -> Iterator[EvidenceV1]:
    yield from finding.evidence
    for clause in finding.clauses:
        yield from clause.evidence


def _problem(problem: ProblemV1) -> Mapping[str, Any]:
    place: _Json = {"artifactLocation": {"uri": uri(problem.file)}}
    if problem.line:
        place["region"] = {"startLine": problem.line}
    said = f"{problem.what} {problem.hint}".strip()
    return {"level": "warning", "message": message(said), "locations": [{"physicalLocation": place}]}
