"""Put one diagnosis together for each server of each case."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import polars as pl
from msgspec import Struct
from msgspec.structs import replace

from mcplog.diagnose.held import at_moments
from mcplog.diagnose.known_issues import matching
from mcplog.diagnose.ladder import climb
from mcplog.diagnose.lines import Lines, Numbered, lines_of, servers_of
from mcplog.diagnose.moments import decisive
from mcplog.diagnose.open_questions import ask
from mcplog.diagnose.ranking import Ranking, is_told, rank
from mcplog.diagnose.red_herrings import spot
from mcplog.diagnose.verdicts import Standing, server_verdict, standings
from mcplog.knowledge.known_issues import load_known_issues
from mcplog.knowledge.ladder import load_ladder
from mcplog.knowledge.red_herrings import load_red_herrings
from mcplog.model.facts import Facts, Server
from mcplog.model.finding import Diagnosis, Finding, HeldCredential, Moment, RedHerring
from mcplog.model.rule import CompiledRule
from mcplog.model.vocabulary import SEVERITY_ORDER, FinalState, Verdict

MOST_DETAILED: Final = 100  # servers; nobody reads more, and each costs
NO_INCIDENT: Final = "no-incident"  # tag of a rule that says why a server does not work though nothing is at fault
WORST_FIRST: Final = (Verdict.INCIDENT, Verdict.INCONCLUSIVE, Verdict.HEALTHY, Verdict.NO_EVIDENCE)


class Evidence(Struct, frozen=True, kw_only=True):
    """What a diagnosis is made from.

    Attributes:
        facts: FACTS of the run.
        documents: DOCUMENTS.
        gaps: GAPS.
        states: STATES.
        origins: Document names by id.
        cases_with_store: The cases whose credential store was read.
        unordered: Case and name of servers with lines in logs of which nobody knows which was written first.
    """

    facts: Facts
    documents: pl.DataFrame
    gaps: pl.DataFrame
    states: pl.DataFrame
    origins: Mapping[int, str]
    cases_with_store: frozenset[int]
    unordered: frozenset[Server] = frozenset()


def diagnose(
    evidence: Evidence,
    findings: Sequence[Finding],
    rules: Sequence[CompiledRule],
    *,
    server: str | None = None,
    most_detailed: int = MOST_DETAILED,
    briefly: bool = False,
) -> tuple[Diagnosis, ...]:
    """Return one diagnosis per server and case, incidents first.

    Args:
        evidence: The frames.
        findings: All findings of the run.
        rules: The rules that were run.
        server: Only this server; null for all.
        most_detailed: So many servers are looked at closely.
        briefly: Leave out what is shown on a page of its own: the decisive minute, what the store held, red herrings,
            the rungs of the ladder but for the one that is missing.
    """
    by_id = {rule.id: rule for rule in rules}
    found: dict[Server, list[Finding]] = {}
    for finding in findings:
        found.setdefault((finding.case_id, finding.server), []).append(finding)
    numbered = servers_of(evidence.facts)
    stood = standings(evidence.facts, numbered, evidence.unordered)
    repeated = _repeated(found)
    made = [
        _one(one, stood.get(one, Standing()), rank(found.get(one, ()), by_id), by_id)
        for one in dict.fromkeys([*found, *stood])
        if (server is None or one[1] == server) and one not in repeated
    ]
    return _with_details(evidence, sorted(made, key=_urgency), numbered, most_detailed, briefly=briefly)


def _repeated(found: Mapping[Server, Sequence[Finding]]) -> set[Server]:
    """Return the servers without a name of which nothing is said but what is found of one with a name in their case."""
    rules: dict[int, set[str]] = {}
    for (case_id, name), findings in found.items():
        if name:
            rules.setdefault(case_id, set()).update(finding.rule_id for finding in findings)
    return {
        (case_id, name)
        for (case_id, name), findings in found.items()
        if not name and all(is_told(one) and one.rule_id in rules.get(case_id, ()) for one in findings)
    }


def _one(one: Server, stood: Standing, ranking: Ranking, by_id: Mapping[str, CompiledRule]) -> Diagnosis:
    explained = next((finding for finding in ranking.further if NO_INCIDENT in by_id[finding.rule_id].tags), None)
    verdict = server_verdict(
        has_incident=ranking.primary is not None,
        state=stood.state,
        has_lines=stood.has_lines,
        is_explained=explained is not None,
    )
    return Diagnosis(
        server=one[1],
        case_id=one[0],
        verdict=verdict,
        final_state=stood.state,
        primary=ranking.primary,
        further=ranking.further,
        consequences=ranking.consequences,
        rivals=ranking.rivals,
        client_versions=stood.client_versions,
        summary=_summary(verdict, stood, ranking.primary or explained),
    )


def _with_details(
    evidence: Evidence, made: Sequence[Diagnosis], numbered: Numbered, most: int, *, briefly: bool
) -> tuple[Diagnosis, ...]:
    """Add what a reader needs where something is the matter: a healthy server is one line in a report."""
    chosen = [one for one in made if one.verdict not in (Verdict.HEALTHY, Verdict.NO_EVIDENCE)][:most]
    if not chosen:
        return tuple(made)
    told = dict(zip(map(id, chosen), _detailed(evidence, chosen, numbered, briefly=briefly), strict=True))
    return tuple(told.get(id(one), one) for one in made)


def _detailed(
    evidence: Evidence, chosen: Sequence[Diagnosis], numbered: Numbered, *, briefly: bool
) -> Iterator[Diagnosis]:
    """Yield the diagnoses with all that is known. Each question is asked for all servers at once."""
    lines = lines_of(evidence.facts, [(one.case_id, one.server) for one in chosen], numbered)
    origins = evidence.origins
    primaries = [one.primary for one in chosen]
    findings = [(*((one.primary,) if one.primary else ()), *one.further) for one in chosen]
    ladders = climb(lines, origins, load_ladder(), briefly=briefly)
    questions = ask(lines, evidence.documents, evidence.gaps, findings, cases_with_store=evidence.cases_with_store)
    nothing: list[tuple[()]] = [()] * len(chosen)
    herrings, moments, credentials = (nothing,) * 3 if briefly else _shown(evidence, lines, primaries)
    issues = _known_issues(chosen)
    for who, one in enumerate(chosen):
        yield replace(
            one,
            ladder=ladders[who][0],
            first_rung_not_reached=ladders[who][1],
            red_herrings=herrings[who],
            unknown=questions[who][0],
            collect=questions[who][1],
            moments=moments[who],
            credentials=credentials[who],
            known_issues=issues.get((one.primary.rule_id, one.client_versions), ()) if one.primary else (),
        )


def _known_issues(chosen: Sequence[Diagnosis]) -> dict[tuple[str, tuple[str, ...]], tuple[str, ...]]:
    """Return the known issues by rule and client versions: many servers share both."""
    asked = {(one.primary.rule_id, one.client_versions) for one in chosen if one.primary}
    issues = load_known_issues([rule_id for rule_id, _ in asked]) if asked else ()
    return {(rule_id, versions): matching(rule_id, versions, issues) for rule_id, versions in asked}


def _shown(
    evidence: Evidence, lines: Lines, primaries: Sequence[Finding | None]
) -> tuple[list[tuple[RedHerring, ...]], list[tuple[Moment, ...]], list[tuple[HeldCredential, ...]]]:
    """Return for each server the lines to ignore, the decisive minute, and what the store held."""
    origins = evidence.origins
    return (
        spot(lines, origins, load_red_herrings()),
        decisive(lines, primaries, origins),
        at_moments(lines, evidence.states, primaries, origins),
    )


def _summary(verdict: Verdict, stood: Standing, telling: Finding | None) -> str:
    """Return what is the matter, or why a server that does not work has no fault: the `telling` finding says it."""
    if verdict is Verdict.HEALTHY and stood.state is FinalState.WORKING:
        return "Connected and working when the evidence ends."
    if telling is not None:
        return f"{telling.title}." if verdict is Verdict.HEALTHY else telling.title
    if verdict is Verdict.NO_EVIDENCE:
        return "The logs say nothing about this server."
    return _undecided(stood)


def _undecided(stood: Standing) -> str:
    """Return what is known of a server of which no fault is, nor that it works."""
    if stood.is_contradicted:
        return "Some logs show it working and some do not; they have no times, so nobody can tell which came last."
    if stood.is_doubted:
        return "The lines end with a working connection, and it is said that something is wrong: what, no line shows."
    if stood.is_narrowed:
        return "The lines end with a working connection, but some were cut at a column: what these said is gone."
    if stood.is_waiting:
        return "The last attempt to connect, or the last call, was not over when the evidence ends."
    if stood.state is FinalState.BROKEN:
        return "It does not work when the evidence ends; what is at fault is not shown."
    return "The evidence shows neither a fault nor a working connection."


def _urgency(diagnosis: Diagnosis) -> tuple[int, int, bool, str, int]:
    weight = SEVERITY_ORDER.index(diagnosis.primary.severity) if diagnosis.primary else 0
    return (WORST_FIRST.index(diagnosis.verdict), -weight, not diagnosis.primary, diagnosis.server, diagnosis.case_id)
