"""Leave parts of a query out, to see what keeps it from being found."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from mcplog.model.rule import CredentialTest, Query, Step, Term
from mcplog.rules.conditions import columns_of, conjuncts, join_conjuncts, references
from mcplog.rules.wording import bracket


class Part(StrEnum):
    """What can be left out of a query."""

    CREDENTIAL = "credential"
    UNTIL = "until"
    MISSING = "missing"
    SPAN = "span"
    CONDITION = "condition"
    KEY = "key"
    STEP = "step"


class Drop(Struct, frozen=True, kw_only=True):
    """One part of a query.

    Attributes:
        part: What it is.
        index: Number of the credential test, the step or the key.
        conjunct: Of a condition, the number of the part of it.
    """

    part: Part
    index: int = 0
    conjunct: int = 0


class Relaxed(Struct, frozen=True, kw_only=True):
    """A query without some of its parts.

    Attributes:
        query: What is left.
        kept: Number of each of its steps in the whole query; -1 for one that was put in.
    """

    query: Query
    kept: tuple[int, ...]


def droppable(query: Query) -> tuple[Drop, ...]:
    """Return the parts of `query` that can be left out, the least telling first."""
    happening = [index for index, step in enumerate(query.steps) if not step.missing]
    found = [Drop(part=Part.CREDENTIAL, index=index) for index in range(len(query.credentials))]
    if query.until:
        found.append(Drop(part=Part.UNTIL))
    found += [Drop(part=Part.MISSING, index=index) for index, step in enumerate(query.steps) if step.missing]
    if query.maxspan_ms is not None and len(query.steps) > 1:
        found.append(Drop(part=Part.SPAN))
    found += [
        Drop(part=Part.CONDITION, index=index, conjunct=number)
        for index in happening
        for number in range(len(conjuncts(query.steps[index].where)))
    ]
    found += [Drop(part=Part.KEY, index=index) for index in range(len(query.keys))]
    return (*found, *(Drop(part=Part.STEP, index=index) for index in happening[:-1]))


def without(query: Query, drops: AbstractSet[Drop]) -> Relaxed:
    """Return `query` without the parts that `drops` names, and without what refers to them."""
    gone = {drop.index for drop in drops if drop.part in (Part.STEP, Part.MISSING)}
    spanned = Drop(part=Part.SPAN) not in drops
    if not spanned:  # a window behind the anchor is as long as maxspan, so it goes as well
        gone |= {index for index in range(len(query.steps)) if all(step.missing for step in query.steps[index:])}
    kept = tuple(index for index in range(len(query.steps)) if index not in gone)
    lost = {query.steps[index].alias for index in gone} - {""}
    steps = tuple(_step(query.steps[index], drops, index, lost) for index in kept)
    many = sum(step.runs for step in steps if not step.missing) > 1
    ends = query.until if many and Drop(part=Part.UNTIL) not in drops else None
    found = replace(
        query,
        keys=tuple(key for index, key in enumerate(query.keys) if Drop(part=Part.KEY, index=index) not in drops),
        steps=steps,
        maxspan_ms=query.maxspan_ms if spanned else None,
        credentials=tuple(_tests(query, drops, kept, lost)),
        until=_step(ends, drops, -1, lost) if ends else None,
    )
    return Relaxed(query=replace(found, columns=columns_of(found)), kept=kept)


def turned(relaxed: Relaxed, index: int) -> Relaxed:
    """Return `relaxed` with the missing step that is number `index` of the whole query as one that happens."""
    here = relaxed.kept.index(index)
    steps = relaxed.query.steps
    happens = replace(steps[here], missing=False, required=True)
    return replace(relaxed, query=replace(relaxed.query, steps=(*steps[:here], happens, *steps[here + 1 :])))


def with_end_between(relaxed: Relaxed, until: Step) -> Iterator[Relaxed]:
    """Yield `relaxed` with what `until` names as a step that happens, between each two of its steps."""
    query = relaxed.query
    happens = replace(until, missing=False, required=True)
    for here in range(1, len(query.steps)):
        tests = tuple(replace(test, step=test.step + int(test.step >= here)) for test in query.credentials)
        steps = (*query.steps[:here], happens, *query.steps[here:])
        kept = (*relaxed.kept[:here], -1, *relaxed.kept[here:])
        found = replace(query, steps=steps, credentials=tests, until=None)
        yield Relaxed(query=replace(found, columns=columns_of(found)), kept=kept)


def _step(step: Step, drops: AbstractSet[Drop], index: int, lost: AbstractSet[str]) -> Step:
    gone = {drop.conjunct for drop in drops if drop.part is Part.CONDITION and drop.index == index}
    parts = conjuncts(step.where)
    kept = [part for number, part in enumerate(parts) if number not in gone and not _refers(part, lost)]
    if len(kept) == len(parts):
        return step
    rest = replace(step, where=join_conjuncts(kept))
    return replace(rest, text=bracket(rest) if step.text else "")


def _refers(term: Term, lost: AbstractSet[str]) -> bool:
    return any(alias in lost for alias, _ in references(term))


def _tests(
    query: Query, drops: AbstractSet[Drop], kept: tuple[int, ...], lost: AbstractSet[str]
) -> Iterator[CredentialTest]:
    for index, test in enumerate(query.credentials):
        dropped = Drop(part=Part.CREDENTIAL, index=index) in drops or test.step not in kept
        if not dropped and not _refers(test.where, lost):
            yield replace(test, step=kept.index(test.step))
