"""Run rules on FACTS.

All cases and servers at once, on columns. A rule whose kinds of events do not occur costs a look into a set.
"""

from collections.abc import Iterable, Sequence

import polars as pl
from msgspec.structs import replace

from mcplog.model.finding import ClauseResult, Finding
from mcplog.model.rule import Alternative, CompiledRule, Query
from mcplog.model.vocabulary import Certainty, Truth
from mcplog.rules.anchors import find_anchors, has_candidates
from mcplog.rules.findings import build_findings
from mcplog.rules.ground import Ground, lay_out
from mcplog.rules.matches import Matches, match, may_match
from mcplog.rules.outline import outline
from mcplog.rules.shown import Shown
from mcplog.rules.windows import ENDS


def evaluate(rules: Iterable[CompiledRule], facts: pl.DataFrame, *, documents: pl.DataFrame) -> tuple[Finding, ...]:
    """Return what the rules find.

    Args:
        rules: The rules.
        facts: FACTS of all cases; `order` strictly increases within a case.
        documents: DOCUMENTS, for the names of the documents that findings cite.

    Returns:
        One finding a rule, case and server, by case, server, place in the stream and rule.
    """
    if facts.is_empty():
        return ()
    rules = tuple(rules)
    ground = lay_out(facts, _kinds(rules))
    origins = dict(zip(documents["document_id"].to_list(), documents["origin"].to_list(), strict=True))
    shown = Shown(ground=ground, origins=origins)
    found = [finding for rule, matches in _match_all(rules, ground) for finding in _of_rule(rule, matches, shown)]
    return tuple(sorted(found, key=lambda item: (item.case_id, item.server, item.order, item.rule_id)))


def _match_all(
    rules: Sequence[CompiledRule], ground: Ground
) -> list[tuple[CompiledRule, list[tuple[Alternative, Matches]]]]:
    """Return the rules that find something, with the patterns that do."""
    patterns = [
        (number, pattern)
        for number, rule in enumerate(rules)
        for pattern in rule.patterns
        if may_match(pattern.query, ground)
    ]
    plans = [outline(pattern.query) for _, pattern in patterns]
    found: dict[int, list[tuple[Alternative, Matches]]] = {}
    for (number, pattern), plan, anchors in zip(patterns, plans, find_anchors(plans, ground), strict=True):
        if anchors.is_empty() or not has_candidates(plan, ground):
            continue
        matches = match(plan, ground, anchors)
        if matches:
            found.setdefault(number, []).append((pattern, matches))
    return [(rules[number], matches) for number, matches in found.items()]


def _kinds(rules: Iterable[CompiledRule]) -> set[str]:
    queries = [query for rule in rules for query in (*(pattern.query for pattern in rule.patterns), *rule.exonerating)]
    steps = [step for query in queries for step in (*query.steps, query.until) if step]
    return {*ENDS, *(kind for step in steps for kind in step.kinds)}


def _of_rule(rule: CompiledRule, matched: Iterable[tuple[Alternative, Matches]], shown: Shown) -> list[Finding]:
    """Return one finding a subject: of the pattern that prevails, else of the surest one, of equals the first."""
    found: dict[tuple[int, str], Finding] = {}
    settled: set[tuple[int, str]] = set()
    for pattern, matches in sorted(matched, key=lambda one: not one[0].prevails):
        of_pattern = build_findings(rule, pattern, matches, shown)
        for finding in of_pattern:
            subject = (finding.case_id, finding.server)
            if subject not in settled and (subject not in found or _is_surer(finding, found[subject])):
                found[subject] = finding
        if pattern.prevails:
            settled.update((finding.case_id, finding.server) for finding in of_pattern)
    findings = list(found.values())
    for query in rule.exonerating:
        findings = _exonerated(findings, query, shown.ground)
    return findings


def _is_surer(one: Finding, other: Finding) -> bool:
    return one.certainty is Certainty.CONFIRMED and other.certainty is Certainty.POSSIBLE


def _matches(query: Query, ground: Ground) -> Matches | None:
    if not may_match(query, ground):
        return None
    plan = outline(query)
    return match(plan, ground, find_anchors([plan], ground)[0])


def _exonerated(findings: list[Finding], query: Query, ground: Ground) -> list[Finding]:
    """Return the findings that a query does not clear: its absence is a clause of its own."""
    cleared = _matches(query, ground)
    sureness: dict[tuple[int, str], bool] = {}
    if cleared is not None:
        subjects = cleared.frame.select("case_id", "server", "sure").iter_rows()
        sureness = {(case, server or ""): sure for case, server, sure in subjects}
    kept: list[Finding] = []
    for finding in findings:
        sure = sureness.get((finding.case_id, finding.server))
        clause = f"never: {' '.join(query.text.split())}"
        if sure is None:
            kept.append(replace(finding, clauses=(*finding.clauses, ClauseResult(clause=clause, truth=Truth.TRUE))))
        elif not sure:
            unknown = ClauseResult(
                clause=clause, truth=Truth.UNKNOWN, settled_by="evidence that shows whether this took place"
            )
            kept.append(replace(finding, certainty=Certainty.POSSIBLE, clauses=(*finding.clauses, unknown)))
    return kept
