"""The truth of conditions that compare a row with other rows of a binding.

What one row decides of such a condition is worked out by `conditions.py` for all rows at once; here the parts of
several rows meet, one binding at a time. Null is unknown, as everywhere; a lost row says nothing.
"""

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import polars as pl
from msgspec import Struct

from mcplog.model.rule import Term
from mcplog.rules.conditions import OPERATORS, Reading, columns, references
from mcplog.rules.ground import Ground
from mcplog.rules.outline import Outline, number_of

COMPARED: Final[Mapping[str, Callable[[Any, Any], object]]] = {**OPERATORS, "has": operator.contains}
CONSTANTS: Final = frozenset({"text", "number", "truth"})
Entry = int
# What a condition, or a part of it, says of a binding: the entries of its rows, and the entry it is tested on.
Said = Callable[[Sequence[Entry], Entry], Any]


class Spot(Struct, frozen=True):
    """A row of a binding.

    Attributes:
        row: Its number in FACTS; of a gap that stands in, the gap's.
        lost: It is a gap.
        sure: It is known to be what it is taken for.
        covered: Of an anchor: the evidence reaches to the end of the window behind it.
        entry: Its number among the strands.
    """

    row: int
    lost: bool = False
    sure: bool = True
    covered: bool = True
    entry: Entry = -1

    @property
    def place(self) -> int:
        """Where it stands: what a gap lost stands behind the gap's own row."""
        return 2 * self.row + self.lost


Bound = Sequence[Spot]  # of each row of a sequence


def joint_conditions(plan: Outline, rows: Sequence[int | None], ground: Ground) -> dict[int, Said]:
    """Return by the `id` of each condition of a query that needs several rows what says its truth.

    Args:
        plan: The query.
        rows: By entry the number of its FACTS row; null for what a gap lost.
        ground: The facts.
    """
    tests = [term for term in (*plan.joint.values(), plan.until_joint, *plan.credentials_joint) if term]
    if not tests:
        return {}
    parts = [part for term in tests for part in _parts(term)]
    names = dict.fromkeys(name for part in parts for name in (*columns(part), *(name for _, name in references(part))))
    numbers = pl.Series("row", rows, dtype=pl.UInt32)
    there = ground.facts.frame(names, numbers)
    reading = Reading(lambda _, name: there[name], len(rows))
    lost = [row is None for row in rows]
    told = {id(part): _of_logged(reading.values(part).to_list(), lost) for part in parts}
    return {id(term): _Reading(plan=plan, told=told, lost=lost).read(term) for term in tests}


class _Reading(Struct, frozen=True, kw_only=True):
    """Turns conditions into functions.

    Attributes:
        plan: The query.
        told: By the `id` of a part that one row decides: what each entry says.
        lost: Whether each entry is a gap.
    """

    plan: Outline
    told: Mapping[int, Sequence[object]]
    lost: Sequence[bool]

    def read(self, term: Term) -> Said:
        """Return what says the value of a `term`."""
        if term.op in CONSTANTS:
            constant = term.words[0] if term.op == "text" else term.numbers[0]
            value: object = bool(constant) if term.op == "truth" else constant
            return lambda _bound, _own: value
        aliases = aliases_of(term)
        if len(aliases) == 1:
            return self._alone(term, next(iter(aliases)))
        parts = [self.read(arg) for arg in term.args]
        if term.op in {"known", "unknown"}:
            return self._known(parts[0], aliases - {""}, is_known=term.op == "known")
        return _joined(term, parts)

    def _alone(self, term: Term, alias: str) -> Said:
        """Return what says the value of a part that one row decides."""
        values = self.told[id(term)]
        if not alias:
            return lambda _bound, own: values[own]
        number = number_of(self.plan, alias)
        return lambda bound, _own: values[bound[number]]

    def _known(self, part: Said, aliases: Iterable[str], *, is_known: bool) -> Said:
        numbers, lost = [number_of(self.plan, alias) for alias in aliases], self.lost

        def said(bound: Sequence[Entry], own: Entry) -> bool | None:
            if any(lost[bound[number]] for number in numbers):
                return None
            return (part(bound, own) is not None) == is_known

        return said


def _joined(term: Term, parts: Sequence[Said]) -> Said:
    match term.op:
        case "and":
            return lambda bound, own: both(part(bound, own) for part in parts)
        case "or":
            return lambda bound, own: negated(both(negated(part(bound, own)) for part in parts))
        case "not":
            return lambda bound, own: negated(parts[0](bound, own))
        case "in":
            return _one_of(parts[0], frozenset((*term.words, *term.numbers)))
        case _:
            return _compared(COMPARED[term.op], *parts)


def _one_of(part: Said, choices: frozenset[str | int]) -> Said:
    def said(bound: Sequence[Entry], own: Entry) -> bool | None:
        value = part(bound, own)
        return None if value is None else value in choices

    return said


def _compared(ordering: Callable[[Any, Any], object], left: Said, right: Said) -> Said:
    def said(bound: Sequence[Entry], own: Entry) -> object:
        one = left(bound, own)
        if one is None:
            return None
        other = right(bound, own)
        return None if other is None else ordering(one, other)

    return said


def aliases_of(term: Term) -> set[str]:
    """Return the aliases of the rows that `term` reads; the empty one is the row it is tested on."""
    found = {alias for alias, _ in references(term)}
    return found | {""} if any(columns(term)) else found


def _of_logged(values: Sequence[object], lost: Sequence[bool]) -> Sequence[object]:
    return [None if is_lost else value for value, is_lost in zip(values, lost, strict=True)] if any(lost) else values


def _parts(term: Term) -> Iterator[Term]:
    """Yield the largest parts of a condition that one row decides."""
    if len(aliases_of(term)) == 1:
        yield term
        return
    for arg in term.args:
        yield from _parts(arg)


def both(truths: Iterable[object]) -> bool | None:
    """Return the conjunction of `truths` in Kleene's logic."""
    unknown = False
    for truth in truths:
        if truth is False:
            return False
        unknown = unknown or truth is None
    return None if unknown else True


def negated(truth: object) -> bool | None:
    """Return the negation of a `truth` in Kleene's logic."""
    return None if truth is None else not truth
