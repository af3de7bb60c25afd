"""What lines make of the rungs of a ladder, one after the other.

What a line makes of them depends on its sort and on how they stand before it, and of both there are few. So each such
step is worked out once, and of a hundred thousand lines each only looks up its own.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from typing import Final

from msgspec import Struct

from mcplog.knowledge.ladder import LadderTable, Mark, RungRow
from mcplog.model.vocabulary import Rung

PROVE: Final = "prove"
FAIL: Final = "fail"
BEGIN: Final = "begin"
NOTHING: Final = -1
IDLE: Final = -2
Says = tuple[Rung, str, Mark]  # the rung, whether it is proven, failed or begun, and by which mark
Line = tuple[int, int]  # the number of its row, and of its sort


class Climb(Struct, frozen=True, kw_only=True):
    """What all lines told of one rung; a line is the number of its row.

    Attributes:
        row: The rung.
        opened: The line that began it last, unless it was proven since.
        proven: The line that proved it last, unless it failed or was begun again since.
        failed: The line that said last that it failed, unless it was proven or begun again since.
        mark: By which mark it was proven or failed.
        reached_at: The line that proved it last, whatever came after.
    """

    row: RungRow
    opened: int | None = None
    proven: int | None = None
    failed: int | None = None
    mark: Mark | None = None
    reached_at: int | None = None

    @property
    def stands_since(self) -> int | None:
        """The line since which it is missing; null when it is not."""
        return self.opened if self.failed is None else self.failed


# How a rung stands, as numbers, and what becomes of each by what is said.
UNTOLD, OPEN, PROVEN, FAILED, FAILED_AFTER_OPENING = range(5)
OPENED: Final = (OPEN, FAILED_AFTER_OPENING)
FAILING: Final = (FAILED, FAILED_AFTER_OPENING)
MISSING: Final = (OPEN, *FAILING)
AFTER: Final[Mapping[str, Sequence[int]]] = {
    BEGIN: (OPEN, OPEN, OPEN, OPEN, OPEN),
    PROVE: (PROVEN, PROVEN, PROVEN, PROVEN, PROVEN),
    FAIL: (FAILED, FAILED_AFTER_OPENING, FAILED, FAILED, FAILED_AFTER_OPENING),
}
_Standing = tuple[int, ...]  # of each rung


class _Outcome(Struct, frozen=True):
    """What of all that a line says counts.

    Attributes:
        counted: What makes a rung stand otherwise.
        idle: Rungs that are proven, and stand as before, since they were not begun.
    """

    counted: list[Says]
    idle: list[Rung]


class _Step(Struct, frozen=True):
    """What a line of one sort makes of one standing: the number of the outcome, and where it leads."""

    outcome: int
    then: "_Place"


class _Place(Struct, frozen=True):
    """A standing, the scopes whose lines count there, and the steps from it by the sort of the line."""

    standing: _Standing
    scopes: frozenset[str]
    steps: dict[int, _Step]


class RungSteps:
    """The steps that were worked out so far.

    Args:
        table: The ladder.
        sorts: What a line of each sort says.
    """

    __slots__ = ("_at", "_numbers", "_outcomes", "_places", "_rows", "_sorts", "_untold")

    def __init__(self, table: LadderTable, sorts: Sequence[Iterable[Says]]) -> None:
        self._rows = table.rung
        self._untold = {row.id: Climb(row=row) for row in table.rung}
        self._at = {row.id: number for number, row in enumerate(table.rung)}
        self._sorts = [[list(of_rung) for _, of_rung in groupby(says, key=lambda one: one[0])] for says in sorts]
        self._places: dict[tuple[_Standing, frozenset[str]], _Place] = {}
        self._numbers: dict[tuple[int, ...], int] = {}
        self._outcomes: list[_Outcome] = []

    def climbs(self, lines: Sequence[Line], starts: Mapping[str, int]) -> dict[Rung, Climb]:
        """Return what the lines of a server tell of each rung.

        Args:
            lines: They, oldest first.
            starts: The line from which on lines count, by scope.
        """
        standing = (UNTOLD,) * len(self._rows)
        last: dict[int, int] = {}
        for scopes, part in _parts(lines, starts):
            place = self._place(standing, scopes)
            for line, sort in part:
                step = place.steps.get(sort) or self._work_out(place, sort)
                last[step.outcome] = line
                place = step.then
            standing = place.standing
        return self._told(standing, sorted((line, number) for number, line in last.items()))

    def _told(self, standing: _Standing, outcomes: Iterable[tuple[int, int]]) -> dict[Rung, Climb]:
        """Return what the last lines of each outcome, in order, tell of the rungs as they stand at the end."""
        reached: dict[Rung, int] = {}
        marks: dict[tuple[Rung, str], tuple[int, Mark]] = {}
        for line, number in outcomes:
            outcome = self._outcomes[number]
            for rung, role, mark in outcome.counted:
                marks[rung, role] = line, mark
                if role == PROVE:
                    reached[rung] = line
            reached.update((rung, line) for rung in outcome.idle)
        told: dict[Rung, Climb] = {}
        for row, stand in zip(self._rows, standing, strict=True):
            if stand == UNTOLD and row.id not in reached:
                told[row.id] = self._untold[row.id]
                continue
            opened, _ = marks[row.id, BEGIN] if stand in OPENED else (None, None)
            proven, proof = marks[row.id, PROVE] if stand == PROVEN else (None, None)
            failed, fault = marks[row.id, FAIL] if stand in FAILING else (None, None)
            told[row.id] = Climb(
                row=row,
                opened=opened,
                proven=proven,
                failed=failed,
                mark=fault or proof,
                reached_at=reached.get(row.id),
            )
        return told

    def _place(self, standing: _Standing, scopes: frozenset[str]) -> _Place:
        place = self._places.get((standing, scopes))
        if place is None:
            place = self._places[standing, scopes] = _Place(standing, scopes, {})
        return place

    def _work_out(self, place: _Place, sort: int) -> _Step:
        """Let a line tell as things stand before it; of the marks of one rung the first that fits decides."""
        standing = list(place.standing)
        outcome = _Outcome([], [])
        key = [sort]
        for says in self._sorts[sort]:
            chosen = next((at for at, one in enumerate(says) if self._fits(one, place)), None)
            if chosen is None:
                key.append(NOTHING)
                continue
            rung, role, _ = says[chosen]
            number = self._at[rung]
            if role == PROVE and self._rows[number].only_after_opening and standing[number] not in OPENED:
                outcome.idle.append(rung)
                key.append(IDLE)
                continue
            outcome.counted.append(says[chosen])
            key.append(chosen)
            standing[number] = AFTER[role][standing[number]]
        step = _Step(self._number_of(outcome, tuple(key)), self._place(tuple(standing), place.scopes))
        place.steps[sort] = step
        return step

    def _number_of(self, outcome: _Outcome, key: tuple[int, ...]) -> int:
        number = self._numbers.setdefault(key, len(self._outcomes))
        if number == len(self._outcomes):
            self._outcomes.append(outcome)
        return number

    def _fits(self, says: Says, place: _Place) -> bool:
        rung, _, mark = says
        number = self._at[rung]
        if self._rows[number].scope not in place.scopes or (mark.if_open and place.standing[number] != OPEN):
            return False
        return not any(place.standing[self._at[other]] in MISSING for other in mark.unless_standing)


def _parts(lines: Sequence[Line], starts: Mapping[str, int]) -> Iterator[tuple[frozenset[str], Sequence[Line]]]:
    """Yield the lines in parts within which the same scopes count."""
    begins = {scope: bisect_left(lines, (start,)) for scope, start in starts.items()}
    for begin, end in pairwise(sorted({0, *begins.values(), len(lines)})):
        yield frozenset(scope for scope, at in begins.items() if at <= begin), lines[begin:end]
