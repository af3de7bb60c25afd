"""Say why a rule does not fire: the evidence that comes nearest, and the one clause that fails on it.

A query is run again with one clause turned round: an absence asked for as a presence, a condition as its opposite, a
bound left out. What is then found differs from the rule in that clause alone, and shows the line on which it fails.
Where no single clause is to blame, the beginning of the sequence that is there is shown.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from mcplog.model.finding import ClauseResult, Finding
from mcplog.model.rule import CompiledRule, Query, Step, Term
from mcplog.model.vocabulary import Truth
from mcplog.rules.conditions import references
from mcplog.rules.evaluate import evaluate

_TURNED: Final = "\x00"  # leads the text of the clause that was turned round; no rule can hold it


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """What comes nearest to a rule on one server.

    Attributes:
        finding: What is there: the clauses with their truth and evidence, the failing ones false.
        failing: The clauses that fail, as written in the rule.
    """

    finding: Finding
    failing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Variant:
    """A query that asks for less, or for the opposite, and the clauses it no longer asks for."""

    query: Query
    failing: tuple[str, ...]


def near_misses(rule: CompiledRule, facts: pl.DataFrame, *, documents: pl.DataFrame) -> tuple[NearMiss, ...]:
    """Return what comes nearest to a rule on each server where it finds nothing.

    Args:
        rule: The rule.
        facts: FACTS of all cases.
        documents: DOCUMENTS, for the names of the documents that are cited.

    Returns:
        One a case and server at most; none for a server that has not even the first line of a pattern.
    """
    told = {_subject(finding) for finding in evaluate([rule], facts, documents=documents)}
    found: dict[tuple[int, str], NearMiss] = {}
    for variant in _variants(rule):
        variation = replace(rule, query=variant.query, also=(), exonerating=(), cause=rule.title, next_observation="")
        for finding in evaluate([variation], facts, documents=documents):
            if _subject(finding) not in told:
                found.setdefault(_subject(finding), _near_miss(finding, variant))
    if rule.exonerating:
        for finding in evaluate([replace(rule, exonerating=())], facts, documents=documents):
            if _subject(finding) not in told:  # all of it is there, and something clears it
                clears = tuple(f"never: {' '.join(query.text.split())}" for query in rule.exonerating)
                found[_subject(finding)] = _near_miss(finding, _Variant(query=rule.query, failing=clears))
    return tuple(found[subject] for subject in sorted(found))


def _subject(finding: Finding) -> tuple[int, str]:
    return finding.case_id, finding.server


def _near_miss(finding: Finding, variant: _Variant) -> NearMiss:
    clauses = [_turned_back(clause) for clause in finding.clauses]
    shown = {clause.clause for clause in clauses}
    clauses += [ClauseResult(clause=text, truth=Truth.FALSE) for text in variant.failing if text not in shown]
    return NearMiss(finding=replace(finding, clauses=tuple(clauses)), failing=variant.failing)


def _turned_back(clause: ClauseResult) -> ClauseResult:
    if not clause.clause.startswith(_TURNED):
        return clause
    return replace(clause, clause=clause.clause.removeprefix(_TURNED), truth=Truth.FALSE, settled_by="")


def _variants(rule: CompiledRule) -> Iterator[_Variant]:
    """Yield variants of every pattern of a rule, those that differ least first."""
    queries = [pattern.query for pattern in rule.patterns]
    for query in queries:
        yield from _credential_variants(query)
    for query in queries:
        yield from _absence_variants(query)
    for query in queries:
        yield from _bound_variants(query)
    for query in queries:
        yield from _condition_variants(query)
    for query in queries:
        yield from _beginnings(query)


def _credential_variants(query: Query) -> Iterator[_Variant]:
    for index, test in enumerate(query.credentials):
        turned = replace(test, where=_opposite(test.where), text=_TURNED + test.text)
        tests = (*query.credentials[:index], turned, *query.credentials[index + 1 :])
        yield _Variant(query=replace(query, credentials=tests), failing=(test.text,))


def _absence_variants(query: Query) -> Iterator[_Variant]:
    for index, step in enumerate(query.steps):
        if step.missing:
            there = replace(step, missing=False, required=True, text=_TURNED + step.text)
            yield _Variant(query=_with_step(query, index, there), failing=(step.text,))


def _bound_variants(query: Query) -> Iterator[_Variant]:
    if query.maxspan_ms is not None:
        text = f"with maxspan={query.maxspan_text}"
        yield _Variant(query=replace(query, maxspan_ms=None, maxspan_text=""), failing=(text,))
    if query.until is not None:
        yield _Variant(query=replace(query, until=None), failing=(query.until.text,))


def _condition_variants(query: Query) -> Iterator[_Variant]:
    for index, step in enumerate(query.steps):
        if step.where is not None and not step.missing:
            turned = replace(step, where=_opposite(step.where), required=True, text=_TURNED + step.text)
            yield _Variant(query=_with_step(query, index, turned), failing=(step.text,))


def _beginnings(query: Query) -> Iterator[_Variant]:
    """Yield the beginnings of the sequence, longest first, without what refers to the steps that are left out."""
    for length in range(len(query.steps) - 1, 0, -1):
        steps, left_out = query.steps[:length], query.steps[length:]
        if steps[-1].missing:
            continue
        tests = tuple(test for test in query.credentials if test.step < length and not _refers(test.where, left_out))
        begun = replace(query, steps=steps, credentials=tests, until=None, maxspan_ms=None, maxspan_text="")
        if not any(_refers(step.where, left_out) for step in steps):
            yield _Variant(query=begun, failing=(next(step.text for step in left_out if not step.missing),))


def _refers(term: Term | None, steps: tuple[Step, ...]) -> bool:
    names = {step.alias for step in steps if step.alias}
    return any(alias in names for alias, _ in references(term))


def _opposite(term: Term) -> Term:
    return Term(op="not", args=(term,))


def _with_step(query: Query, index: int, step: Step) -> Query:
    return replace(query, steps=(*query.steps[:index], step, *query.steps[index + 1 :]))
