"""Find the bindings of a query whose conditions refer to other rows: from each anchor back, row by row.

What a condition refers to is tested as soon as it is bound, and a row is tried only where a chain to it is known that
is valid but for these conditions. The first binding found that is wholly true is the best one: rows of the log come
before gaps, and the latest come first. Once a binding is found that is possible, only what is surely true is looked
at. When more than MOST_STEPS rows would have to be looked at, the nearest have to do.
"""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from mcplog.model.rule import Term
from mcplog.rules.clauses import Judge
from mcplog.rules.conditions import references
from mcplog.rules.joint import Bound, Entry, Said
from mcplog.rules.outline import Outline, number_of

MOST_STEPS: Final = 500_000


class Found(Struct, frozen=True, kw_only=True):
    """The best binding of an anchor.

    Attributes:
        bound: The entry of each row of the sequence.
        sure: Every clause is true.
        judge: Knows the entries.
        cut: Candidates were left out.
    """

    bound: Sequence[Entry]
    sure: bool
    judge: Judge
    cut: bool = False


class _Test(Struct, frozen=True, kw_only=True):
    """A condition, the row it is tested on, and whether unknown will not do."""

    own: int
    said: Said
    strict: bool


class Search:
    """Looks for the bindings of one query, anchor by anchor."""

    def __init__(self, judge: Judge) -> None:
        plan = judge.plan
        self._judge = judge
        self._strands = judge.strands
        self._tests = _tests(plan, judge)
        self._has_windows = bool(plan.until_joint or any(plan.query.steps[index].missing for index in plan.joint))
        self._bound: list[Entry] = [-1] * len(plan.atoms)
        self._possible: Sequence[Entry] | None = None

    def best(self, anchors: Sequence[Entry]) -> list[Found | None]:
        """Return the best binding for each of the `anchors`; null for one that has none."""
        found = []
        share, rest = divmod(MOST_STEPS, max(1, len(anchors)))
        for number, anchor in enumerate(anchors):
            self._judge.steps.left += max(1, share) + (number < rest)  # what one leaves over is the next one's
            found.append(self._best(anchor))
        return found

    def _best(self, anchor: Entry) -> Found | None:
        self._possible = None
        if self._goes_on(anchor, self._strands.floors[anchor]):
            return Found(bound=tuple(self._bound), sure=True, judge=self._judge)
        if self._possible is None:
            return None
        return Found(bound=self._possible, sure=False, judge=self._judge, cut=self._judge.steps.left <= 0)

    def _goes_on(self, entry: Entry, floor: int) -> bool:
        """Tell whether there is a binding that is wholly true with an `entry` before the rows bound so far."""
        role, bound = self._strands.roles[entry], self._bound
        if self._possible is not None and not role.sure:
            return False
        rows = range(role.after + 1, role.to + 1)
        for number in rows:
            bound[number] = entry
        for number in rows:
            tests = self._tests.get(number)
            if tests and not self._passes(tests):
                return False
        if role.after < 0:
            return self._is_true()
        return any(self._goes_on(before, floor) for before in self._strands.before(entry, floor, self._judge.steps))

    def _passes(self, tests: Sequence[_Test]) -> bool:
        for test in tests:
            own = self._bound[test.own]
            if self._strands.roles[own].lost:
                continue
            truth = test.said(self._bound, own)
            if truth is False or (truth is None and (test.strict or self._possible is not None)):
                return False
        return True

    def _is_true(self) -> bool:
        """Tell whether the rows bound make every clause true; note them when they may."""
        sure = all(self._strands.roles[entry].sure for entry in self._bound)
        if not sure and not self._has_windows:  # what could be false is tested by now
            self._possible = tuple(self._bound)
            return False
        truths = self._judge.truths(self.spots())
        if self._possible is None and not any(truth is False for truth in truths):
            self._possible = tuple(self._bound)
        return all(truths)

    def spots(self) -> Bound:
        """Return the rows bound."""
        return [self._strands.spot(entry) for entry in self._bound]


def _tests(plan: Outline, judge: Judge) -> dict[int, list[_Test]]:
    """Return the conditions that need several rows, by the number of the row that is bound last."""
    found: dict[int, list[_Test]] = {}
    last = len(plan.atoms) - 1
    for number, atom in enumerate(plan.atoms):
        own: list[tuple[Term | None, bool]] = [(plan.joint.get(atom.step), number == last)]
        tests = zip(plan.query.credentials, plan.credentials_joint, strict=True)
        own += [(term, False) for test, term in tests if atom.last and test.step == atom.step]
        for term, strict in own:
            if term is not None:
                needs = {number, *(number_of(plan, alias) for alias, _ in references(term))}
                said = judge.joint[id(term)]
                found.setdefault(min(needs), []).append(_Test(own=number, said=said, strict=strict))
    return found
