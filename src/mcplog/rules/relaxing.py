"""Leave parts of a query out, to see what keeps it from being found."""

from collections.abc import Iterator, Set as AbstractSet
from dataclasses import dataclass, replace
from enum import StrEnum

from mcplog.model.rule import CredentialTest, Query, Step, Term
from mcplog.rules.conditions import columns_of, conjuncts, join_conjuncts, references


class Part(StrEnum):
    """What can be left out of a query."""

    CREDENTIAL = "credential"
    UNTIL = "until"
    MISSING = "missing"
    SPAN = "span"
    CONDITION = "condition"
    KEY = "key"
    STEP = "step"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """One part of a query.

    Attributes:
        part: What it is.
        index: Number of the credential test, the step or the key.
        conjunct: Of a condition, the number of the part of it.
    """

    part: Part
    index: int = 0
    conjunct: int = 0


def droppable(query: Query) -> Iterator[Drop]:
    """Yield the parts of `query` that can be left out, the least telling first."""
    happening = [index for index, step in enumerate(query.steps) if not step.missing]
    yield from (Drop(part=Part.CREDENTIAL, index=index) for index in range(len(query.credentials)))
    if query.until:
        yield Drop(part=Part.UNTIL)
    yield from (Drop(part=Part.MISSING, index=index) for index, step in enumerate(query.steps) if step.missing)
    if query.maxspan_ms is not None and len(query.steps) > 1:
        yield Drop(part=Part.SPAN)
    for index in happening:
        for number in range(len(conjuncts(query.steps[index].where))):
            yield Drop(part=Part.CONDITION, index=index, conjunct=number)
    yield from (Drop(part=Part.KEY, index=index) for index in range(len(query.keys)))
    yield from (Drop(part=Part.STEP, index=index) for index in happening[:-1])


def without(query: Query, drops: AbstractSet[Drop]) -> Query:
    """Return `query` without the parts that `drops` names, and without what refers to them."""
    gone = {drop.index for drop in drops if drop.part in (Part.STEP, Part.MISSING)}
    spanned = Drop(part=Part.SPAN) not in drops
    if not spanned and query.steps[-1].missing:  # a window behind the anchor is as long as maxspan
        gone |= {index for index in range(len(query.steps)) if all(step.missing for step in query.steps[index:])}
    lost = {query.steps[index].alias for index in gone} - {""}
    steps = {
        index: _relaxed(step, {drop.conjunct for drop in drops if drop == _of_condition(drop, index)}, lost)
        for index, step in enumerate(query.steps)
        if index not in gone
    }
    places = {index: number for number, index in enumerate(steps)}
    rows = sum(step.runs for step in steps.values() if not step.missing)
    ends = query.until if rows > 1 and Drop(part=Part.UNTIL) not in drops else None
    found = replace(
        query,
        keys=tuple(key for index, key in enumerate(query.keys) if Drop(part=Part.KEY, index=index) not in drops),
        steps=tuple(steps.values()),
        maxspan_ms=query.maxspan_ms if spanned else None,
        credentials=tuple(_tests(query, drops, places, lost)),
        until=_relaxed(ends, set(), lost) if ends else None,
    )
    return replace(found, columns=columns_of(found))


def turned(query: Query, index: int) -> Query:
    """Return `query` with the missing step at `index` as one that happens."""
    steps = (*query.steps[:index], replace(query.steps[index], missing=False, required=True), *query.steps[index + 1 :])
    return replace(query, steps=steps)


def with_end_between(query: Query) -> Iterator[Query]:
    """Yield `query` with what `until` names as a step between each two of its steps."""
    end = query.until
    if end is None:
        return
    for index in range(1, len(query.steps)):
        step = replace(end, missing=False, required=True)
        steps = (*query.steps[:index], step, *query.steps[index:])
        tests = tuple(replace(test, step=test.step + (test.step >= index)) for test in query.credentials)
        yield replace(query, steps=steps, credentials=tests, until=None)


def _of_condition(drop: Drop, index: int) -> Drop:
    return Drop(part=Part.CONDITION, index=index, conjunct=drop.conjunct)


def _relaxed(step: Step, numbers: AbstractSet[int], lost: AbstractSet[str]) -> Step:
    parts = [part for number, part in enumerate(conjuncts(step.where)) if number not in numbers]
    return replace(step, where=join_conjuncts([part for part in parts if not _refers(part, lost)]))


def _refers(term: Term, lost: AbstractSet[str]) -> bool:
    return any(alias in lost for alias, _ in references(term))


def _tests(
    query: Query, drops: AbstractSet[Drop], places: dict[int, int], lost: AbstractSet[str]
) -> Iterator[CredentialTest]:
    for index, test in enumerate(query.credentials):
        dropped = Drop(part=Part.CREDENTIAL, index=index) in drops or test.step not in places
        if not dropped and not _refers(test.where, lost):
            yield replace(test, step=places[test.step])
