"""Find the bindings of a query whose conditions refer to other rows: from each anchor back, row by row.

What a condition refers to is tested as soon as it is bound, and a row is tried only where a chain to it is known that
is valid but for these conditions. The first binding found that is wholly true is the best one: rows of the log come
before gaps, and the latest come first. When more than MOST_STEPS rows would have to be looked at, the nearest have to
do.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from mcplog.model.rule import Term
from mcplog.rules.clauses import Judge, found_false
from mcplog.rules.conditions import references
from mcplog.rules.joint import Spot
from mcplog.rules.outline import Outline, number_of

MOST_STEPS: Final = 500_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The best binding of an anchor.

    Attributes:
        bound: The binding.
        truths: The truth of each clause.
        judge: Knows what is in the way.
        cut: Candidates were left out.
    """

    bound: Sequence[Spot]
    truths: tuple[bool | None, ...]
    judge: Judge
    cut: bool = False

    @property
    def sure(self) -> bool:
        """Whether every clause is true."""
        return all(self.truths)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Test:
    """A condition, the row it is tested on, and whether unknown will not do."""

    own: int
    term: Term
    strict: bool


class Search:
    """Looks for the bindings of one query, anchor by anchor."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._tests = _tests(judge.plan)

    def best(self, anchors: Sequence[int]) -> list[Found | None]:
        """Return the best binding for each of the `anchors`; null for one that has none."""
        found = []
        share, rest = divmod(MOST_STEPS, max(1, len(anchors)))
        for number, anchor in enumerate(anchors):
            self._judge.steps.left += max(1, share) + (number < rest)  # what one leaves over is the next one's
            found.append(self._best(anchor))
        return found

    def _best(self, anchor: int) -> Found | None:
        possible: Found | None = None
        floor = self._judge.strands.floors[anchor]
        for bound in self._extended(anchor, (), floor):
            truths = self._judge.truths(bound)
            if found_false(truths):
                continue
            found = Found(bound=bound, truths=truths, judge=self._judge)
            if found.sure:
                return found
            possible = possible or found
        if possible and self._judge.steps.left <= 0:
            return replace(possible, cut=True)
        return possible

    def _extended(self, entry: int, behind: tuple[Spot, ...], floor: int) -> Iterator[tuple[Spot, ...]]:
        """Yield the bindings in which `entry` comes before the rows `behind`: nothing tested so far is false."""
        strands = self._judge.strands
        bound = (*strands.spots_of(entry), *behind)
        if not self._passes(bound, len(bound) - len(behind)):
            return
        if strands.roles[entry].after < 0:
            yield bound
            return
        for before in strands.before(entry, floor):
            if not self._judge.steps.take(1):
                return
            yield from self._extended(before, bound, floor)

    def _passes(self, bound: tuple[Spot, ...], new: int) -> bool:
        """Tell whether no condition is false that one of the first `new` rows completes."""
        first = len(self._judge.plan.atoms) - len(bound)
        whole = (*(bound[:1] * first), *bound)  # conditions are about numbers of the whole sequence
        joint = self._judge.joint
        if joint is None:
            return True
        for number in range(first, first + new):
            for test in self._tests.get(number, ()):
                spot = whole[test.own]
                truth = None if spot.lost else joint.truth(test.term, spot.row, whole)
                if not spot.lost and (truth is False or (truth is None and test.strict)):
                    return False
        return True


def _tests(plan: Outline) -> dict[int, list[_Test]]:
    """Return the conditions that need several rows, by the number of the row that is bound last."""
    found: dict[int, list[_Test]] = {}
    last = len(plan.atoms) - 1
    for number, atom in enumerate(plan.atoms):
        own = [(plan.joint.get(atom.step), number == last)]
        tests = zip(plan.query.credentials, plan.credentials_joint, strict=True)
        own += [(term, False) for test, term in tests if atom.last and test.step == atom.step]
        for term, strict in own:
            if term is not None:
                needs = {number, *(number_of(plan, alias) for alias, _ in references(term))}
                found.setdefault(min(needs), []).append(_Test(own=number, term=term, strict=strict))
    return found
