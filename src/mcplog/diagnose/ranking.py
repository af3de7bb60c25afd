"""Let the findings on one server compete: one primary cause, further incidents, consequences, rivals.

A finding that another one supersedes, or that names it as its cause, is a consequence: it is kept with it, not beside
it. A possible finding never outranks a confirmed one, and does not explain one away. A finding that rests on what is
told alone does not outrank one that rests on a line of the client either, but may explain it where it is possible: who
reports knows more than the lines show. Of several that are told, what is said first is what the report is about.
"""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from mcplog.model.event_kinds import REPORTED_KINDS
from mcplog.model.finding import Finding
from mcplog.model.rule import CompiledRule
from mcplog.model.vocabulary import SEVERITY_ORDER, Certainty, Severity, Truth

SEEN: Final = -1  # before the order of all that is told
WEIGHT: Final = {word: number for number, word in enumerate(SEVERITY_ORDER)}


class Ranking(Struct, frozen=True, kw_only=True):
    """The findings on one server, sorted out.

    Attributes:
        primary: The cause; null when nothing above informational was found.
        further: Incidents of their own, and what is merely informational.
        consequences: What another finding explains.
        rivals: Possible findings that explain the primary one's events otherwise.
    """

    primary: Finding | None
    further: tuple[Finding, ...]
    consequences: tuple[Finding, ...]
    rivals: tuple[Finding, ...]


def rank(findings: Sequence[Finding], rules: dict[str, CompiledRule]) -> Ranking:
    """Sort the findings on one server out.

    Args:
        findings: All findings on one server of one case.
        rules: The rules by id; gives specificity and what a rule is a consequence of.
    """
    explained = [finding for finding in findings if any(_explains(other, finding, rules) for other in findings)]
    standing = sorted((finding for finding in findings if finding not in explained), key=lambda one: _worth(one, rules))
    incidents = [finding for finding in standing if finding.severity is not Severity.INFORMATIONAL]
    primary = incidents[0] if incidents else None
    rivals = [finding for finding in incidents[1:] if primary and _rivals(primary, finding)]
    further = [finding for finding in standing if finding is not primary and finding not in rivals]
    return Ranking(
        primary=primary,
        further=tuple(further),
        consequences=tuple(sorted(explained, key=lambda one: one.order)),
        rivals=tuple(rivals),
    )


def _explains(cause: Finding, effect: Finding, rules: dict[str, CompiledRule]) -> bool:
    """Tell whether `cause` is why `effect` was found."""
    if cause.rule_id == effect.rule_id or cause.severity is Severity.INFORMATIONAL:
        return False
    if cause.certainty is Certainty.POSSIBLE and effect.certainty is Certainty.CONFIRMED:
        return False
    rule = rules.get(effect.rule_id)
    return effect.rule_id in cause.supersedes or (rule is not None and cause.rule_id in rule.consequence_of)


def is_told(finding: Finding) -> bool:
    """Tell whether a finding rests on what people say alone.

    Args:
        finding: Of any rule.
    """
    return all(item.kind in REPORTED_KINDS for item in finding.evidence)


def _worth(finding: Finding, rules: dict[str, CompiledRule]) -> tuple[bool, int, int, int, int, int, str]:
    """Smaller is better: certain first, then seen, then what leaves least unknown, then severe, specific, early.

    Absences do not count: they are unknown in every copy of a log, which is to name the cause that the log names.
    """
    rule = rules.get(finding.rule_id)
    return (
        finding.certainty is not Certainty.CONFIRMED,
        finding.order if is_told(finding) else SEEN,
        sum(clause.truth is Truth.UNKNOWN and not clause.is_absence for clause in finding.clauses),
        -WEIGHT[finding.severity],
        -(rule.specificity if rule else 0),
        finding.order,
        finding.rule_id,
    )


def _rivals(primary: Finding, finding: Finding) -> bool:
    """Tell whether `finding` is another explanation of what `primary` explains."""
    named = finding.rule_id in primary.rivals or primary.rule_id in finding.rivals
    return named and finding.certainty is Certainty.POSSIBLE
