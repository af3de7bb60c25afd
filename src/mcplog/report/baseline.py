"""A report beside an earlier one: what is new, what was there before, what is gone."""

from typing import Any, Final

import msgspec
from msgspec.structs import replace

from mcplog.report.inert import inert
from mcplog.report.v1 import FindingV1, ReportV1

NEW: Final = "new"
UPDATED: Final = "updated"
UNCHANGED: Final = "unchanged"
ABSENT: Final = "absent"


def compared(report: ReportV1, earlier: ReportV1) -> ReportV1:
    """Return `report` with the state of each of its findings against an `earlier` report.

    A finding is the same when its signature and its server are: it is `unchanged`, or `updated` when its certainty, its
    severity or its role is another. What only the earlier report has is in `resolved`, as `absent`.
    """
    before = {_key(found): found for found in _all(earlier)}
    now = {_key(found) for found in _all(report)}
    gone = tuple(replace(found, baseline=ABSENT) for key, found in before.items() if key not in now)
    return replace(
        report,
        findings=tuple(_stated(found, before) for found in report.findings),
        consequences=tuple(_stated(found, before) for found in report.consequences),
        rivals=tuple(_stated(found, before) for found in report.rivals),
        resolved=gone,
    )


def earlier_report(text: bytes) -> ReportV1:
    """Return a report from what `--format json` wrote, every text of it inert again: a file can be edited.

    Raises:
        ValueError: It is no such report.
    """
    return msgspec.convert(_inert(msgspec.json.decode(text)), ReportV1)


def _all(report: ReportV1) -> tuple[FindingV1, ...]:
    return (*report.findings, *report.consequences, *report.rivals)


def _key(finding: FindingV1) -> tuple[str, str, str]:
    return finding.rule, finding.signature, finding.server


def _stated(finding: FindingV1, before: dict[tuple[str, str, str], FindingV1]) -> FindingV1:
    old = before.get(_key(finding))
    if old is None:
        return replace(finding, baseline=NEW)
    same = (old.verdict, old.severity, old.role) == (finding.verdict, finding.severity, finding.role)
    return replace(finding, baseline=UNCHANGED if same else UPDATED)


def _inert(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        return {inert(name): _inert(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_inert(one) for one in value]
    return inert(value) if isinstance(value, str) else value
