"""Run rules on FACTS.

All cases and servers at once, on columns. A rule whose kinds of events do not occur costs a look into a set.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

import polars as pl
from msgspec.structs import replace

from mcplog.model.facts import Facts, Server
from mcplog.model.finding import ClauseResult, Finding
from mcplog.model.rule import Alternative, CompiledRule, Query
from mcplog.model.vocabulary import Certainty, Truth
from mcplog.rules.cover import ENDS
from mcplog.rules.findings import build_findings, certainty_of, is_recorded
from mcplog.rules.ground import FEW, Ground, lay_out
from mcplog.rules.matches import Hit, find_matches
from mcplog.rules.shown import Shown

STORE_KINDS: Final = ("store_changed", "store_damaged")
IN_STORE: Final = "the credential store over that time, and a log with times"


def evaluate(
    rules: Iterable[CompiledRule],
    facts: Facts | pl.DataFrame,
    *,
    documents: pl.DataFrame,
    unordered: AbstractSet[Server] = frozenset(),
) -> tuple[Finding, ...]:
    """Return what the rules find.

    Args:
        rules: The rules.
        facts: FACTS of all cases, narrow or as one frame; `order` strictly increases within a case.
        documents: DOCUMENTS, for the names of the documents that findings cite.
        unordered: Case and name of servers with lines in logs of which nobody knows which was written first: what rests
            on the order of these is possible at most.

    Returns:
        One finding a rule, case and server, by case, server, place in the stream and rule.
    """
    narrow = Facts(rows=facts) if isinstance(facts, pl.DataFrame) else facts
    if narrow.rows.is_empty():
        return ()
    rules = tuple(rules)
    ground = lay_out(narrow, _kinds(rules)) if len(rules) <= FEW else lay_out(narrow)
    origins = dict(zip(documents["document_id"].to_list(), documents["origin"].to_list(), strict=True))
    shown = Shown(ground=ground, origins=origins, texts=frozenset(origins.values()), unordered=unordered)
    patterns = [(rule, pattern) for rule in rules for pattern in rule.patterns]
    matches = find_matches([pattern.query for _, pattern in patterns], ground)
    chosen = _chosen(patterns, matches.hits, ground)
    built = build_findings([(*patterns[match.hit.query], match) for match in matches.bind(chosen)], shown)
    found = _exonerated(built, _clearing(rules, built), ground)
    return tuple(sorted(found, key=lambda item: (item.case_id, item.server, item.order, item.rule_id)))


def _chosen(patterns: Sequence[tuple[CompiledRule, Alternative]], hits: Sequence[Hit], ground: Ground) -> list[Hit]:
    """Return one hit a rule and subject: of the pattern that prevails, else of the surest one, of equals the first."""
    rows = pl.Series([hit.row for hit in hits], dtype=pl.UInt32)
    recorded = ground.facts.frame(["confidence"], rows)["confidence"].to_list()
    best: dict[tuple[str, int, str], tuple[tuple[bool, bool, int], Hit]] = {}
    for hit, confidence in zip(hits, recorded, strict=True):
        rule, pattern = patterns[hit.query]
        certainty = certainty_of(pattern, sure=hit.sure, recorded=is_recorded(confidence))
        rank = (not pattern.prevails, certainty is Certainty.POSSIBLE and not pattern.prevails, hit.query)
        subject = (rule.id, hit.case_id, hit.server)
        if subject not in best or rank < best[subject][0]:
            best[subject] = (rank, hit)
    return [hit for _, hit in best.values()]


def _kinds(rules: Iterable[CompiledRule]) -> set[str]:
    queries = [query for rule in rules for query in (*(pattern.query for pattern in rule.patterns), *rule.exonerating)]
    steps = [step for query in queries for step in (*query.steps, query.until) if step]
    return {*ENDS, *(kind for step in steps for kind in step.kinds)}


def _clearing(rules: Iterable[CompiledRule], findings: Iterable[Finding]) -> list[tuple[str, Query]]:
    """Return the queries that clear findings, each with the id of its rule, as far as there are findings of it."""
    ids = {finding.rule_id for finding in findings}
    return [(rule.id, query) for rule in rules if rule.id in ids for query in rule.exonerating]


def _exonerated(
    findings: Sequence[Finding], clearing: Sequence[tuple[str, Query]], ground: Ground
) -> Sequence[Finding]:
    """Return the findings that no query of their rule clears: its absence is a clause of its own.

    What a store would show is not known without one, nor when it took place where the lines have no time.
    """
    if not clearing:
        return findings
    hits = find_matches([query for _, query in clearing], ground).hits
    clears = {(hit.query, hit.case_id, hit.server): hit.sure for hit in hits}
    with_store = _cases_with_store(clearing, ground.facts)
    by_rule: dict[str, list[tuple[int, Query]]] = {}
    for number, (rule_id, query) in enumerate(clearing):
        by_rule.setdefault(rule_id, []).append((number, query))
    kept: list[Finding] = []
    for finding in findings:
        own = by_rule.get(finding.rule_id, ())
        told = [(query, clears.get((number, finding.case_id, finding.server))) for number, query in own]
        if not any(cleared for _, cleared in told):
            is_seen = finding.case_id in with_store and finding.last_at is not None
            kept.append(_with_clauses(finding, told, is_seen=is_seen))
    return kept


def _cases_with_store(clearing: Iterable[tuple[str, Query]], facts: Facts) -> AbstractSet[int]:
    """Return the cases whose store was read, as far as a query that could clear a finding asks a store."""
    if not any(_asks_store(query) for _, query in clearing):
        return frozenset()
    return frozenset(facts.rows["case_id"][facts.rows_known("held_condition")].unique())


def _asks_store(query: Query) -> bool:
    return any(kind in STORE_KINDS for step in query.steps for kind in step.kinds)


def _with_clauses(finding: Finding, told: Sequence[tuple[Query, bool | None]], *, is_seen: bool) -> Finding:
    """Return a finding with a clause for each query that could clear it: false is possible, null is not found."""
    if not told:
        return finding
    clauses = tuple(_never(query, cleared, is_seen=is_seen) for query, cleared in told)
    unsure = any(clause.truth is Truth.UNKNOWN for clause in clauses)
    certainty = Certainty.POSSIBLE if unsure else finding.certainty
    return replace(finding, certainty=certainty, clauses=(*finding.clauses, *clauses))


def _never(query: Query, cleared: bool | None, *, is_seen: bool) -> ClauseResult:  # noqa: FBT001 - three values
    clause = f"never: {' '.join(query.text.split())}"
    if cleared is None and (is_seen or not _asks_store(query)):
        return ClauseResult(clause=clause, truth=Truth.TRUE, is_absence=True)
    settled_by = IN_STORE if cleared is None else "evidence that shows whether this took place"
    return ClauseResult(clause=clause, truth=Truth.UNKNOWN, settled_by=settled_by, is_absence=True)
