"""Leave out rows that can make no difference where very many stand between a few.

Of what is in the way, one between two rows of a sequence is as good as a thousand: it is enough to keep the first
behind each row that can come before it, or the last before each that can come after it. Of the first rows of a sequence
only the last before each second row is of use, as it is the latest and has the least in its way; where moments run
backwards and matter, that does not hold. What other rows have a say in stays: which row it is makes a difference.
"""

from collections.abc import Sequence
from typing import Final

import polars as pl
from msgspec.structs import replace

from mcplog.model.frames import constant
from mcplog.rules.candidates import Candidates
from mcplog.rules.ground import Ground
from mcplog.rules.roles import blockers
from mcplog.rules.row_truths import Meets

MANY: Final = 2_000  # fewer rows are not worth the look
NO_PLACE: Final = pl.Series([-1], dtype=pl.Int64)  # before all others
TIMES: Final = 2  # so many times as many as the rows between which they stand


def thinned(own: Candidates, ground: Ground) -> Candidates | None:
    """Return a query with the rows that can make a difference; null when nothing is left to find.

    Args:
        own: The query with its rows.
        ground: The facts.
    """
    plan = own.plan
    if max(len(meets) for meets in (*own.atoms, *own.missing.values())) < MANY:
        return own
    thin = _Thinning(own=own, ground=ground)
    atoms = thin.atoms()
    if atoms is None:
        return None
    between = {
        (index, number): thin.in_the_way(own.missing[index], number)
        for number, atom in enumerate(plan.atoms)
        for index in blockers(plan, number)
        if number
    }
    return replace(own, atoms=atoms, between=between)


class _Thinning:
    """Leaves out rows of one query."""

    def __init__(self, *, own: Candidates, ground: Ground) -> None:
        self._own = own
        self._atoms = list(own.atoms)
        self._ground = ground
        self._codes = ground.codes(own.plan.keys)
        self._size = ground.height + 1
        self._in_order: dict[int, pl.Series] = {}

    def atoms(self) -> tuple[Meets, ...] | None:
        """Return the rows that can be each row of the sequence as far as they are of use; null where one has none."""
        for number in range(1, len(self._atoms)):
            self._atoms[number] = self._later_rows(number)
            if not len(self._atoms[number]) and self._between(number) is not None:
                return None
        self._atoms[0] = self._first_rows()
        return tuple(self._atoms)

    def _first_rows(self) -> Meets:
        first, plan = self._atoms[0], self._own.plan
        second = self._between(1) if len(plan.atoms) > 1 else None
        if second is None or plan.atoms[0].missing or plan.has_references or not _are_many(len(first), len(second)):
            return first
        is_bounded = plan.query.maxspan_ms is not None and not self._run_forward(first)
        return first if is_bounded else self._each(first, second, before=True)

    def _run_forward(self, meets: Meets) -> bool:
        """Tell whether all moments of some rows are known and none is before that of an earlier row."""
        moments = self._ground.at[pl.concat([meets.sure, meets.unsure]).sort(multithreaded=False)]
        return not moments.has_nulls() and moments.is_sorted()

    def _later_rows(self, number: int) -> Meets:
        meets, before = self._atoms[number], self._between(number - 1)
        if before is None or not _are_many(len(meets), len(before)):
            return meets
        places = self._places(before).sort(multithreaded=False)
        return Meets(sure=self._behind(meets.sure, places), unsure=self._behind(meets.unsure, places))

    def _behind(self, rows: pl.Series, places: pl.Series) -> pl.Series:
        """Return the rows that have one of some `places` before them in their key."""
        begins = self._codes[rows] * self._size
        at = places.search_sorted((begins + rows.cast(pl.Int64)).fill_null(0), side="left")
        return rows.filter(pl.concat([NO_PLACE, places])[at] >= begins)

    def in_the_way(self, meets: Meets, number: int) -> Meets:
        """Return what is in the way before the row of that `number` as far as it makes a difference."""
        behind, before = self._between(number - 1), self._between(number)
        sides = [
            (len(rows), is_before, rows) for rows, is_before in ((behind, False), (before, True)) if rows is not None
        ]
        if not sides:
            return meets
        _, is_before, rows = min(sides, key=lambda side: side[:2])
        return self._each(meets, rows, before=is_before)

    def _between(self, number: int) -> pl.Series | None:
        """Return the rows that can be the one of that `number`; null when a gap can stand in for it."""
        if self._own.plan.atoms[number].may_be_lost and not self._ground.gaps.is_empty():
            return None
        meets = self._atoms[number]
        return pl.concat([meets.sure, meets.unsure])

    def _each(self, meets: Meets, edges: pl.Series, *, before: bool) -> Meets:
        return Meets(
            sure=self._nearest(meets.sure, edges, before=before),
            unsure=self._nearest(meets.unsure, edges, before=before),
        )

    def _nearest(self, rows: pl.Series, edges: pl.Series, *, before: bool) -> pl.Series:
        """Return of some rows the nearest before, or behind, each of the `edges` in its key."""
        if not _are_many(len(rows), len(edges)):
            return rows
        places = self._sorted_places(rows)
        asked = self._places(edges)
        at = places.search_sorted(asked, side="left" if before else "right").cast(pl.Int64) - int(before)
        near = constant(value=False, dtype=pl.Boolean(), height=len(places))
        near.scatter(at.filter((at >= 0) & (at < len(places))), values=True)
        return (places.filter(near) % self._size).cast(pl.UInt32)

    def _sorted_places(self, rows: pl.Series) -> pl.Series:
        """Return the places of rows in order; those of one missing step are asked for once for each row behind it."""
        if id(rows) not in self._in_order:
            self._in_order[id(rows)] = self._places(rows).sort(multithreaded=False)
        return self._in_order[id(rows)]

    def _places(self, rows: pl.Series) -> pl.Series:
        places = self._codes[rows] * self._size + rows.cast(pl.Int64)
        return places.filter(places.is_not_null()) if places.null_count() else places


def _are_many(rows: int, others: int) -> bool:
    """Tell whether it is worth the look to leave some `rows` out that stand between so many others."""
    return rows >= MANY and rows >= TIMES * others


def rows_of(own: Candidates) -> Sequence[pl.Series]:
    """Return all rows that are left of a query, some of them more than once."""
    whole = [meets for index, meets in own.missing.items() if not any(index == thin for thin, _ in own.between)]
    meets = (*own.atoms, *own.between.values(), *whole)
    hidden = [own.missing[index].unsure for index in {index for index, _ in own.between}]
    return [part for one in meets for part in (one.sure, one.unsure) if len(part)] + [
        rows for rows in hidden if len(rows)
    ]
