"""The truth of conditions that compare a row with other rows of a binding.

What one row decides of such a condition is worked out by `conditions.py` for all rows at once; here the parts of
several rows meet, one binding at a time. Null is unknown, as everywhere.
"""

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl
from msgspec import Struct

from mcplog.model.rule import Term
from mcplog.rules.conditions import columns, references, value_of
from mcplog.rules.ground import Ground
from mcplog.rules.outline import Outline, number_of

ORDERINGS: Final[Mapping[str, Callable[[Any, Any], object]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "+": operator.add,
    "-": operator.sub,
    "has": operator.contains,
}
CONSTANTS: Final = frozenset({"text", "number", "truth"})


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
    entry: int = -1

    @property
    def place(self) -> int:
        """Where it stands: what a gap lost stands behind the gap's own row."""
        return 2 * self.row + self.lost


Bound = Sequence[Spot]  # of each row of a sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """The conditions of one query that need several rows.

    Attributes:
        plan: The query.
        told: What each row says of the parts that it decides alone: row → `id` of the part of the plan → value.
    """

    plan: Outline
    told: Mapping[int, Mapping[int, object]]

    def truth(self, term: Term, own: int, bound: Bound) -> bool | None:
        """Return the truth of a condition.

        Args:
            term: The condition.
            own: Number of the row it is tested on, in FACTS; it stands in the log.
            bound: The binding.
        """
        found: bool | None = self._value(term, own, bound)  # type: ignore[assignment] # the value of a condition
        return found

    def _value(self, term: Term, own: int, bound: Bound) -> object:  # noqa: PLR0911 - one for each kind of operator
        if term.op in CONSTANTS:
            return (
                term.words[0] if term.op == "text" else bool(term.numbers[0]) if term.op == "truth" else term.numbers[0]
            )
        aliases = aliases_of(term)
        if len(aliases) == 1:
            return self._alone(term, next(iter(aliases)), own, bound)
        if term.op == "and":
            return both(self._value(arg, own, bound) for arg in term.args)
        if term.op == "or":
            return negated(both(negated(self._value(arg, own, bound)) for arg in term.args))
        if term.op == "not":
            return negated(self._value(term.args[0], own, bound))
        values = [self._value(arg, own, bound) for arg in term.args]
        if term.op in {"known", "unknown"}:
            lost = any(bound[number_of(self.plan, alias)].lost for alias in aliases - {""})
            return None if lost else (values[0] is not None) == (term.op == "known")
        if None in values:
            return None
        return values[0] in (*term.words, *term.numbers) if term.op == "in" else ORDERINGS[term.op](*values)

    def _alone(self, term: Term, alias: str, own: int, bound: Bound) -> object:
        """Return the value of a part that one row decides."""
        if not alias:
            return self.told[own][id(term)]
        spot = bound[number_of(self.plan, alias)]
        return None if spot.lost else self.told[spot.row][id(term)]


def joint_of(plan: Outline, rows: Sequence[int], ground: Ground) -> Joint:
    """Return the conditions of a query that need several rows.

    Args:
        plan: The query.
        rows: Numbers of the FACTS rows that they can be asked about.
        ground: The facts.
    """
    tests = (*plan.joint.values(), plan.until_joint, *plan.credentials_joint)
    parts = [part for term in tests if term for part in _parts(term)]
    names = list(
        dict.fromkeys(name for part in parts for name in (*columns(part), *(name for _, name in references(part))))
    )
    wanted = pl.Series(sorted(set(rows)), dtype=pl.UInt32)
    there = ground.facts.frame(names or ["kind"], wanted)
    values = there.with_columns(**{str(number): value_of(part, _own) for number, part in enumerate(parts)})
    marks = [id(part) for part in parts]
    told = [dict(zip(marks, row, strict=True)) for row in values[[str(number) for number in range(len(parts))]].rows()]
    return Joint(plan=plan, told=dict(zip(wanted.to_list(), told, strict=True)))


def aliases_of(term: Term) -> set[str]:
    """Return the aliases of the rows that `term` reads; the empty one is the row it is tested on."""
    found = {alias for alias, _ in references(term)}
    return found | {""} if any(columns(term)) else found


def _own(_: str, name: str) -> pl.Expr:
    return pl.col(name)


def _parts(term: Term) -> Iterator[Term]:
    """Yield the largest parts of a condition that one row decides."""
    if len(aliases_of(term)) == 1:
        yield term
        return
    for arg in term.args:
        yield from _parts(arg)


def both(truths: Iterator[object]) -> bool | None:
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
