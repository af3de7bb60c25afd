"""Put one diagnosis together for each server of each case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from mcplog.diagnose.held import at_moments
from mcplog.diagnose.known_issues import matching
from mcplog.diagnose.ladder import climb
from mcplog.diagnose.moments import decisive
from mcplog.diagnose.open_questions import ask
from mcplog.diagnose.ranking import Ranking, rank
from mcplog.diagnose.red_herrings import spot
from mcplog.diagnose.verdicts import final_state, has_evidence, server_verdict
from mcplog.knowledge.known_issues import load_known_issues
from mcplog.knowledge.ladder import load_ladder
from mcplog.knowledge.red_herrings import load_red_herrings
from mcplog.model.finding import Diagnosis, Finding
from mcplog.model.rule import CompiledRule
from mcplog.model.vocabulary import FinalState, Severity, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a diagnosis is made from.

    Attributes:
        facts: FACTS of the run.
        documents: DOCUMENTS.
        gaps: GAPS.
        states: STATES.
        origins: Document names by id.
        has_store: A credential store was read.
    """

    facts: pl.DataFrame
    documents: pl.DataFrame
    gaps: pl.DataFrame
    states: pl.DataFrame
    origins: Mapping[int, str]
    has_store: bool


def diagnose(
    evidence: Evidence, findings: Sequence[Finding], rules: Sequence[CompiledRule], *, server: str | None = None
) -> tuple[Diagnosis, ...]:
    """Return one diagnosis per server and case, incidents first.

    Args:
        evidence: The frames.
        findings: All findings of the run.
        rules: The rules that were run.
        server: Only this server; null for all.
    """
    by_id = {rule.id: rule for rule in rules}
    grouped: dict[tuple[int, str], list[Finding]] = {}
    for finding in findings:
        grouped.setdefault((finding.case_id, finding.server), []).append(finding)
    named = evidence.facts.filter(pl.col("server").is_not_null())
    parts = named.partition_by("case_id", "server", as_dict=True, maintain_order=True)
    for case_id, name in parts:
        grouped.setdefault((int(case_id), str(name)), [])
    nothing = evidence.facts.clear()
    made = [
        _one(evidence, case_id, name, parts.get((case_id, name), nothing), rank(found, by_id))
        for (case_id, name), found in grouped.items()
        if server is None or name == server
    ]
    return tuple(sorted(made, key=_urgency))


def _one(evidence: Evidence, case_id: int, name: str, facts: pl.DataFrame, ranking: Ranking) -> Diagnosis:
    state = final_state(facts)
    verdict = server_verdict(
        has_incident=ranking.primary is not None,
        state=state,
        has_lines=has_evidence(facts),
        is_explained=any(one.severity is Severity.INFORMATIONAL for one in ranking.further),
    )
    versions = tuple(facts["client_version"].drop_nulls().unique().sort())
    ladder, first_rung = climb(facts, evidence.origins, load_ladder())
    findings = (*((ranking.primary,) if ranking.primary else ()), *ranking.further)
    unknown, collect = ask(facts, evidence.documents, evidence.gaps, findings, has_store=evidence.has_store)
    issues = load_known_issues() if ranking.primary else ()
    return Diagnosis(
        server=name,
        case_id=case_id,
        verdict=verdict,
        final_state=state,
        primary=ranking.primary,
        further=ranking.further,
        consequences=ranking.consequences,
        rivals=ranking.rivals,
        ladder=ladder,
        first_rung_not_reached=first_rung,
        red_herrings=spot(facts, evidence.origins, load_red_herrings()),
        unknown=unknown,
        collect=collect,
        moments=decisive(facts, ranking.primary, evidence.origins) if ranking.primary else (),
        credentials=at_moments(facts, evidence.states, ranking.primary, evidence.origins),
        known_issues=matching(ranking.primary.rule_id, versions, issues) if ranking.primary else (),
        client_versions=versions,
        summary=_summary(verdict, state, ranking.primary),
    )


def _summary(verdict: Verdict, state: FinalState, primary: Finding | None) -> str:
    if primary is not None:
        return primary.title
    if verdict is Verdict.HEALTHY:
        return (
            "Connected and working when the evidence ends." if state is FinalState.WORKING else "Signed out on request."
        )
    if verdict is Verdict.NO_EVIDENCE:
        return "The logs say nothing about this server."
    return "The evidence shows neither a fault nor a working connection."


def _urgency(diagnosis: Diagnosis) -> tuple[int, int, bool, str, int]:
    order = (Verdict.INCIDENT, Verdict.INCONCLUSIVE, Verdict.HEALTHY, Verdict.NO_EVIDENCE)
    severities = tuple(Severity)
    weight = severities.index(diagnosis.primary.severity) if diagnosis.primary else 0
    return (order.index(diagnosis.verdict), -weight, not diagnosis.primary, diagnosis.server, diagnosis.case_id)
