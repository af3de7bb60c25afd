"""Put one diagnosis together for each server of each case."""

from collections.abc import Mapping, Sequence

import polars as pl
from msgspec import Struct
from msgspec.structs import replace

from mcplog.diagnose.held import at_moments
from mcplog.diagnose.known_issues import matching
from mcplog.diagnose.ladder import climb
from mcplog.diagnose.moments import decisive
from mcplog.diagnose.open_questions import ask
from mcplog.diagnose.ranking import Ranking, rank
from mcplog.diagnose.red_herrings import spot
from mcplog.diagnose.verdicts import final_state, has_evidence, server_verdict
from mcplog.knowledge.known_issues import KnownIssue, load_known_issues
from mcplog.knowledge.ladder import LadderTable, load_ladder
from mcplog.knowledge.red_herrings import RedHerringTable, load_red_herrings
from mcplog.model.finding import Diagnosis, Finding
from mcplog.model.rule import CompiledRule
from mcplog.model.vocabulary import FinalState, Severity, Verdict


class Evidence(Struct, frozen=True, kw_only=True):
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


class Knowledge(Struct, frozen=True, kw_only=True):
    """The tables that a detailed diagnosis looks things up in."""

    ladder: LadderTable
    herrings: RedHerringTable
    issues: Sequence[KnownIssue]


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
        _one(case_id, name, parts.get((case_id, name), nothing), rank(found, by_id))
        for (case_id, name), found in grouped.items()
        if server is None or name == server
    ]
    told = _details(evidence, [(one, parts.get((one.case_id, one.server), nothing)) for one in made])
    return tuple(sorted(told, key=_urgency))


def _one(case_id: int, name: str, facts: pl.DataFrame, ranking: Ranking) -> Diagnosis:
    state = final_state(facts)
    verdict = server_verdict(
        has_incident=ranking.primary is not None,
        state=state,
        has_lines=has_evidence(facts),
        is_explained=any(one.severity is Severity.INFORMATIONAL for one in ranking.further),
    )
    return Diagnosis(
        server=name,
        case_id=case_id,
        verdict=verdict,
        final_state=state,
        primary=ranking.primary,
        further=ranking.further,
        consequences=ranking.consequences,
        rivals=ranking.rivals,
        client_versions=tuple(facts["client_version"].drop_nulls().unique().sort()),
        summary=_summary(verdict, state, ranking.primary),
    )


def _details(evidence: Evidence, made: Sequence[tuple[Diagnosis, pl.DataFrame]]) -> list[Diagnosis]:
    """Add what a reader needs where something is the matter: a healthy server is one line in a report."""
    if all(one.verdict in (Verdict.HEALTHY, Verdict.NO_EVIDENCE) for one, _ in made):
        return [one for one, _ in made]
    ladder, herrings = load_ladder(), load_red_herrings()
    rules = [one.primary.rule_id for one, _ in made if one.primary]
    issues = load_known_issues(rules) if rules else ()
    return [
        one
        if one.verdict in (Verdict.HEALTHY, Verdict.NO_EVIDENCE)
        else _detailed(one, facts, evidence, Knowledge(ladder=ladder, herrings=herrings, issues=issues))
        for one, facts in made
    ]


def _detailed(one: Diagnosis, facts: pl.DataFrame, evidence: Evidence, knowledge: Knowledge) -> Diagnosis:
    rungs, first_rung = climb(facts, evidence.origins, knowledge.ladder)
    findings = (*((one.primary,) if one.primary else ()), *one.further)
    unknown, collect = ask(facts, evidence.documents, evidence.gaps, findings, has_store=evidence.has_store)
    return replace(
        one,
        ladder=rungs,
        first_rung_not_reached=first_rung,
        red_herrings=spot(facts, evidence.origins, knowledge.herrings),
        unknown=unknown,
        collect=collect,
        moments=decisive(facts, one.primary, evidence.origins) if one.primary else (),
        credentials=at_moments(facts, evidence.states, one.primary, evidence.origins),
        known_issues=matching(one.primary.rule_id, one.client_versions, knowledge.issues) if one.primary else (),
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
