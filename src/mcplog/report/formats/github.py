"""Annotations of GitHub Actions: a line `::error file=…,line=…,title=…::message` a finding, at its primary line.

Confirmed findings of high or critical severity are errors; confirmed ones of medium severity and possible ones from
medium on are warnings; the rest are notices. Suppressed findings, consequences and rivals have none, and with
`--baseline` those that were there before are notices.
"""

from typing import Final

from mcplog.report.layout import Page
from mcplog.report.v1 import FindingV1, ReportV1
from mcplog.report.wording import NOWHERE, either

_LEVELS: Final = ("notice", "warning", "error")
_WEIGHTS: Final = {"critical": 2, "high": 2, "medium": 1, "low": 0, "informational": 0}
_DATA: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY: Final = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def render(report: ReportV1, page: Page) -> str:  # noqa: ARG001 - every format has this form
    """Return a workflow command a finding, and one for what could not be used; the page does not matter."""
    lines = [_finding(finding) for finding in report.findings if not finding.suppressed]
    for problem in report.problems:
        place = {"file": problem.file, "line": str(problem.line or "")}
        lines.append(_command("warning", place, f"{problem.what} {problem.hint}".strip()))
    return "".join(f"{line}\n" for line in lines)


def _finding(finding: FindingV1) -> str:
    first = finding.evidence[0]
    is_somewhere = first.file not in ("", NOWHERE)
    place = {
        "file": first.file if is_somewhere else "",
        "line": str(first.line) if is_somewhere else "",
        "endLine": str(first.line_to) if is_somewhere and first.line_to > first.line else "",
        "title": f"{finding.server}: {finding.title}" if finding.server else finding.title,
    }
    who = either(finding.responsible)
    return _command(_level(finding), place, f"{finding.cause or finding.title} ({finding.verdict}; {who} has to act)")


def _level(finding: FindingV1) -> str:
    if finding.baseline == "unchanged":
        return _LEVELS[0]
    weight = _WEIGHTS[finding.severity]
    return _LEVELS[weight if finding.verdict == "confirmed" else min(weight, 1)]


def _command(level: str, properties: dict[str, str], message: str) -> str:
    told = ",".join(f"{name}={value.translate(_PROPERTY)}" for name, value in properties.items() if value)
    return f"::{level} {told}::{message.translate(_DATA)}"
