"""Findings of one rule with what their conditions read beside each clause."""

from msgspec.structs import replace

from mcplog.model.finding import Analysis, Finding
from mcplog.model.rule import CompiledRule
from mcplog.report.inert import inert
from mcplog.report.v1 import FindingV1
from mcplog.report.view import findings_of
from mcplog.rules.read_values import read_values


def explained(analysis: Analysis, rule: CompiledRule) -> tuple[FindingV1, ...]:
    """Return every finding of `rule` in `analysis`; the note of a clause tells the values that its condition read.

    Args:
        analysis: Of a run that used the rule.
        rule: Whose findings are asked for.
    """
    whole = {(one.server, str(one.case_id)): one for one in analysis.findings if one.rule_id == rule.id}
    return tuple(_noted(found, whole, rule, analysis) for found in findings_of(analysis, rule.id))


def _noted(
    found: FindingV1, whole: dict[tuple[str, str], Finding], rule: CompiledRule, analysis: Analysis
) -> FindingV1:
    finding = whole.get((found.server, str(found.case_id)))
    if finding is None or len(finding.clauses) != len(found.clauses):
        return found
    notes = read_values(rule, analysis.events, finding)
    clauses = zip(found.clauses, notes, strict=True)
    return replace(found, clauses=tuple(replace(one, note=one.note or inert(note)) for one, note in clauses))
