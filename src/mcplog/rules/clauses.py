"""The truth of every clause of a query for one binding."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import pairwise
from typing import Final

from msgspec import Struct

from mcplog.model.rule import Term
from mcplog.rules.candidates import UNTIL
from mcplog.rules.ground import Ground
from mcplog.rules.joint import Bound, Said, both, negated
from mcplog.rules.outline import Outline
from mcplog.rules.row_truths import truth_at
from mcplog.rules.strands import EMPTY, Steps, Strands

EDGE: Final = -1  # no row of the sequence bounds a window there


class Sort(StrEnum):
    """What a clause is about."""

    STEP = "step"
    MISSING = "missing"
    SPAN = "span"
    CREDENTIAL = "credential"
    UNTIL = "until"


class Clause(Struct, frozen=True, kw_only=True):
    """One clause of a query.

    Attributes:
        sort: What it is about.
        index: Number of the step or credential test; 0 for the others.
        text: As written in the rule.
    """

    sort: Sort
    index: int = 0
    text: str


def clauses_of(plan: Outline) -> tuple[Clause, ...]:
    """Return the clauses of a query in the order in which they are told; `plan` says what it asks for."""
    query = plan.query
    found = [
        Clause(sort=Sort.MISSING if step.missing else Sort.STEP, index=index, text=step.text)
        for index, step in enumerate(query.steps)
    ]
    if query.maxspan_ms is not None and len(plan.atoms) > 1:
        found.append(Clause(sort=Sort.SPAN, text=f"with maxspan={query.maxspan_text}"))
    found += [Clause(sort=Sort.CREDENTIAL, index=index, text=test.text) for index, test in enumerate(query.credentials)]
    if query.until:
        found.append(Clause(sort=Sort.UNTIL, text=query.until.text))
    return tuple(found)


class Judge(Struct, frozen=True, kw_only=True):
    """Tells the truth of the clauses of bindings of one query, at level OPEN.

    Attributes:
        plan: The query.
        ground: The facts.
        strands: The entries of the keys of the bindings.
        joint: By the `id` of each condition that needs several rows: what says its truth.
        clauses: The clauses of the query.
        steps: The rows in windows that may be looked at; what is beyond stays unknown.
    """

    plan: Outline
    ground: Ground
    strands: Strands
    joint: Mapping[int, Said]
    clauses: tuple[Clause, ...]
    steps: Steps

    def truths(self, bound: Bound) -> tuple[bool | None, ...]:
        """Return the truth of each clause for one binding `bound`."""
        return tuple(self._truth(clause, bound) for clause in self.clauses)

    def _truth(self, clause: Clause, bound: Bound) -> bool | None:
        match clause.sort:
            case Sort.STEP:
                return self._step(clause.index, bound)
            case Sort.MISSING:
                return self._missing(clause.index, bound)
            case Sort.SPAN:
                return self._span(bound)
            case Sort.CREDENTIAL:
                return self._credential(clause.index, bound)
            case Sort.UNTIL:
                places = pairwise(range(len(bound)))
                return both(self._none_between(UNTIL, bound, before, here) for before, here in places)

    def _step(self, index: int, bound: Bound) -> bool | None:
        """True when each row of the step is; unknown where a gap stands in."""
        numbers = [number for number, atom in enumerate(self.plan.atoms) if atom.step == index]
        if bound[numbers[-1]].lost:
            return None
        return both(self._is(index, number, bound) for number in numbers)

    def _is(self, index: int, number: int, bound: Bound) -> bool | None:
        spot, step = bound[number], self.plan.query.steps[index]
        alone = True if spot.sure else truth_at(spot.row, step.kinds, self.plan.alone[index], self.ground)
        return both((alone, self._jointly(self.plan.joint.get(index), number, bound)))

    def _jointly(self, term: Term | None, number: int, bound: Bound) -> bool | None:
        if term is None:
            return True
        found: bool | None = self.joint[id(term)]([spot.entry for spot in bound], bound[number].entry)
        return found

    def _credential(self, index: int, bound: Bound) -> bool | None:
        test = self.plan.query.credentials[index]
        number = max(number for number, atom in enumerate(self.plan.atoms) if atom.step == test.step)
        spot, kinds = bound[number], self.plan.query.steps[test.step].kinds
        if spot.lost:
            return None
        alone = True if spot.sure else truth_at(spot.row, kinds, self.plan.credentials_alone[index], self.ground)
        return both((alone, self._jointly(self.plan.credentials_joint[index], number, bound)))

    def moment(self, place: int, *, first: bool = False) -> int | None:
        """Return the moment of a `place`: of a gap the last its rows can have been logged at, or the `first`."""
        row, is_lost = divmod(place, 2)
        if not is_lost:
            own: int | None = self.ground.at[row]
            return own
        begin, end = self.ground.lost_at(row)
        return begin if first else end

    def _span(self, bound: Bound) -> bool | None:
        return self._within(self.moment(bound[0].place), self.moment(bound[-1].place))

    def _within(self, early: int | None, late: int | None) -> bool | None:
        span = self.plan.query.maxspan_ms
        if early is None or late is None or span is None:
            return None
        return late - early <= span

    def _missing(self, index: int, bound: Bound) -> bool | None:
        before, here = self.edges(index)
        return self._none_between(index, bound, before, here)

    def edges(self, index: int) -> tuple[int, int]:
        """Return the rows of the sequence that the missing step `index` lies between, EDGE where there is none."""
        number = next((j for j, atom in enumerate(self.plan.atoms) if index in atom.missing), None)
        return (len(self.plan.atoms) - 1, EDGE) if number is None else (number - 1, number)

    def window(self, index: int, bound: Bound, before: int, here: int) -> tuple[list[int], list[int]]:
        """Return the places of what may be in the way: what surely is an event of that kind, and what hides one.

        Args:
            index: Number of the missing step, or UNTIL.
            bound: The binding.
            before: Number of the row in front of the window; EDGE.
            here: Number of the row behind it; EDGE.
        """
        could: list[int] = []
        hides: list[int] = []
        for entry, place in self._entries(index, bound, before, here):
            (could if self.strands.roles[entry].sure else hides).append(place)
        return could, hides

    def _entries(self, index: int, bound: Bound, before: int, here: int) -> Iterator[tuple[int, int]]:
        """Yield entry and place of what may be in the way."""
        first = -1 if before == EDGE else bound[before].place
        last = None if here == EDGE else bound[here].place
        for entries, numbers in self._ranges(index, bound, before, here):
            for number in numbers:
                place = self.strands.spots[entries[number]]
                if first < place and (last is None or place < last):
                    yield entries[number], place

    def _ranges(self, index: int, bound: Bound, before: int, here: int) -> list[tuple[Sequence[int], range]]:
        """Return what can be a missing step, and gaps, with which of them lie between two rows of the sequence."""
        inside = bound[here if before == EDGE else before].entry
        low = self.strands.start(inside) if before == EDGE else bound[before].entry
        high = self.strands.end(inside) if here == EDGE else bound[here].entry
        both_of = (self.strands.seen.get(index, EMPTY), self.strands.gaps)
        return [(entries, range(bisect_left(entries, low), bisect_left(entries, high))) for entries in both_of]

    def _none_between(self, index: int, bound: Bound, before: int, here: int) -> bool | None:
        """Return whether nothing that must be missing lies in a window."""
        if not self.steps.take(sum(len(numbers) for _, numbers in self._ranges(index, bound, before, here))):
            return None
        term = self.plan.until_joint if index == UNTIL else self.plan.joint.get(index)
        found = both(
            negated(self._in_the_way(entry, place, term, bound, before, here))
            for entry, place in self._entries(index, bound, before, here)
        )
        return None if found and here == EDGE and not self._is_covered(bound) else found

    def _is_covered(self, bound: Bound) -> bool:
        return bound[-1].covered and self.moment(bound[-1].place) is not None

    def _in_the_way(
        self, entry: int, place: int, term: Term | None, bound: Bound, before: int, here: int
    ) -> bool | None:
        role = self.strands.roles[entry]
        is_it: bool | None = True if role.sure else None
        if term is not None and not role.lost:
            is_it = both((is_it, self.joint[id(term)]([spot.entry for spot in bound], entry)))
        if self.plan.query.maxspan_ms is None or EDGE not in {before, here}:
            return is_it
        if before == EDGE:
            return both((is_it, self._within(self.moment(place), self.moment(bound[here].place))))
        return both((is_it, self._reached(place, bound[before].place)))

    def _reached(self, place: int, anchor: int) -> bool | None:
        """Return whether the window behind the anchor reaches a place; what a gap lost can have come at once."""
        begins, ends = self.moment(anchor), self.moment(place, first=True)
        if place % 2 and ends is None and begins is not None:
            return True
        return self._within(begins, ends)
