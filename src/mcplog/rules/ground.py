"""Lay FACTS out once so that every rule finds its rows without a look at all the others.

Rows are numbered in the order of case and stream. Each event kind has the list of its rows; key columns are turned into
dense numbers; the gaps get the moments between which their rows were lost.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

import polars as pl
from msgspec import Struct, field
from msgspec.structs import replace

from mcplog.model.facts import NO_ROWS, NUMBERS, Facts
from mcplog.model.frames import KIND, constant
from mcplog.model.rule import Term

GAP: Final = "coverage_gap"
MOST: Final = 2**62  # sort keys stay below
FEW: Final = 8  # so many kinds are looked for one by one

# The gaps of a run. `lost_from`, `lost_to`: the moments between which its rows were logged, epoch milliseconds; null:
# unbounded. Both never decrease within a case.
LOST_ROWS: Final = pl.Schema({"row": pl.UInt32(), "lost_from": pl.Int64(), "lost_to": pl.Int64()})


class Ground(Struct, kw_only=True):
    """FACTS, sorted by case and order, with what all rules share.

    Attributes:
        facts: FACTS.
        at: `event_at` of each row, epoch milliseconds.
        rows_by_kind: Event kind → numbers of its rows, ascending; only kinds that some rule asks for.
        gaps: LOST_ROWS, ascending.
        gaps_by_keys: What `lost_rows.py` has worked out so far for queries with the same keys.
        truths: What `row_truths.py` has worked out so far: event kind and condition → its truth for the kind's rows.
    """

    facts: Facts
    at: pl.Series
    rows_by_kind: Mapping[str, pl.Series]
    gaps: pl.DataFrame
    gaps_by_keys: dict[tuple[str, ...], list[tuple[tuple[str, ...], pl.Series]]] = field(default_factory=dict)
    truths: dict[tuple[str, Term], pl.Series] = field(default_factory=dict)
    _numbers: dict[str, Sequence[int]] = field(default_factory=dict)
    _lost: dict[int, tuple[int | None, int | None]] = field(default_factory=dict)
    _codes: dict[tuple[str, ...], pl.Series] = field(default_factory=dict)
    _sizes: dict[tuple[str, ...], int] = field(default_factory=dict)

    @property
    def height(self) -> int:
        """How many rows there are."""
        return self.facts.rows.height

    @property
    def runs_forward(self) -> bool:
        """Whether all moments are known and none is before that of an earlier row."""
        return not self.at.null_count() and self.at.is_sorted()

    def rows_of(self, kinds: Iterable[str]) -> pl.Series:
        """Return the numbers of the rows of any of `kinds`, kind by kind."""
        found = [self.rows_by_kind[kind] for kind in dict.fromkeys(kinds) if kind in self.rows_by_kind]
        if len(found) <= 1:
            return found[0] if found else NO_ROWS
        return pl.concat(found)

    def has_any(self, kinds: Iterable[str]) -> bool:
        """Tell whether any of `kinds` occurs."""
        return not self.rows_by_kind.keys().isdisjoint(kinds)

    def place_of(self, row: int, kind: str) -> int:
        """Return where a `row` stands among those of its `kind`."""
        if kind not in self._numbers:
            self._numbers[kind] = self.rows_by_kind[kind].to_list()
        return bisect_left(self._numbers[kind], row)

    def lost_at(self, row: int) -> tuple[int | None, int | None]:
        """Return between which moments the rows that the gap of number `row` hides were logged."""
        if not self._lost:
            self._lost.update((number, (begin, end)) for number, begin, end in self.gaps.iter_rows())
        return self._lost[row]

    def codes(self, columns: tuple[str, ...]) -> pl.Series:
        """Return a number for each row, equal for rows that are equal in `columns`; null where one of them is.

        The numbers times the rows fit in one integer, see MOST.
        """
        if columns not in self._codes:
            self._codes[columns] = self._code(columns)
        return self._codes[columns]

    def size(self, columns: tuple[str, ...]) -> int:
        """Return a number that all `codes` of these columns are below."""
        if columns not in self._sizes:
            self._sizes[columns] = _size(self.codes(columns))
        return self._sizes[columns]

    def subjects(self, rows: pl.Series) -> pl.Series:
        """Return a number for each of `rows`, equal for rows of one case and server, or of one case and no server."""
        case, server = self.codes(("case_id",))[rows], self.codes(("server",))[rows]
        if server.null_count():
            server = server.fill_null(-1)
        return case * (self.height + 1) + server

    def _code(self, columns: tuple[str, ...]) -> pl.Series:
        if len(columns) == 1:
            return self._column_code(columns[0])
        head, last = self.codes(columns[:-1]), self.codes(columns[-1:])
        if self.size(columns[:-1]) == 1 and not head.has_nulls():
            return last
        size = self.size(columns[-1:])
        if self.size(columns[:-1]) * size * (self.height + 1) * 4 < MOST:
            return head * size + last
        return (head.rank("dense") * size + last).rank("dense").cast(pl.Int64)

    def _column_code(self, name: str) -> pl.Series:
        rows = self.facts.rows
        pointer = self.facts.pointer_to(name)
        if not pointer:
            return _column_code(self.facts.frame([name])[name])
        return _column_code(self.facts.shared[pointer][name])[rows[pointer]]  # numbered where each value stands once


def lay_out(facts: Facts, kinds: Iterable[str] = KIND.categories) -> Ground:
    """Return the Ground of the facts.

    Args:
        facts: FACTS in any order.
        kinds: The event kinds that rules ask for, where these are few.
    """
    if not _in_order(facts.rows):
        facts = replace(facts, rows=facts.rows.sort("case_id", "order"))
    rows_by_kind = _rows_by_kind(facts, {*kinds, GAP})
    at = facts.rows["event_at"].cast(pl.Int64)
    gaps = _gaps(facts.rows, at, rows_by_kind.get(GAP, NO_ROWS))
    return Ground(facts=facts, at=at, rows_by_kind=rows_by_kind, gaps=gaps)


def _rows_by_kind(facts: Facts, kinds: AbstractSet[str]) -> Mapping[str, pl.Series]:
    if len(kinds) > FEW:
        return facts.rows_by_kind()
    codes = facts.rows["kind"].to_physical()
    found = {kind: (codes == NUMBERS[kind]).arg_true() for kind in kinds}
    return {kind: rows for kind, rows in found.items() if not rows.is_empty()}


def _in_order(facts: pl.DataFrame) -> bool:
    case, order = facts["case_id"], facts["order"]
    if case.min() == case.max():
        return order.is_sorted()
    ahead = (case.cast(pl.Int64).diff() > 0) | ((case.diff() == 0) & (order.diff() > 0))
    return bool(ahead[1:].all())


def _gaps(facts: pl.DataFrame, at: pl.Series, rows: pl.Series) -> pl.DataFrame:
    """Return LOST_ROWS: a lost row was logged after its document's row before it and before the one after it.

    A gap of no document, or at an end of its document, lies between the rows of its case.
    """
    if rows.is_empty():
        return pl.DataFrame(schema=LOST_ROWS)
    case = facts["case_id"].cast(pl.Int64)
    group = case * (_size(facts["document_id"]) + 1) + facts["document_id"]
    of_document, of_case = _beside(rows, group, at), None
    if of_document["before"].has_nulls() or of_document["after"].has_nulls():
        of_case = _beside(rows, case, at)
        of_document = of_document.select_seq(
            pl.coalesce(name, of_case[name]).alias(name) for name in ("before", "after")
        )
    alone = case.min() == case.max()
    gaps = of_document.hstack([rows.alias("row"), case[rows].alias("case_id"), at[rows].alias("at")])
    return gaps.select_seq(
        "row",
        lost_from=_never_back(pl.min_horizontal("at", "before"), reverse=True, alone=alone),
        lost_to=_never_back(pl.max_horizontal("at", "after"), reverse=False, alone=alone),
    )


def _beside(rows: pl.Series, group: pl.Series, at: pl.Series) -> pl.DataFrame:
    """Return the moments of the dated rows `before` and `after` each of `rows` that share its `group`."""
    size = len(group) + 1
    places = group * size + pl.int_range(len(group), dtype=pl.Int64, eager=True)
    if group.null_count() or at.null_count():
        places = places.filter(group.is_not_null() & at.is_not_null())
    places = places.sort(multithreaded=False)
    begins = group[rows] * size
    own = (begins + rows.cast(pl.Int64)).fill_null(0)
    edges = pl.Series([-size, MOST // size * size], dtype=pl.Int64)  # of no group
    between = pl.concat([edges[:1], places, edges[1:]])
    nothing = constant(None, pl.Int64(), len(rows))

    def moment(number: pl.Series) -> pl.Series:
        there = between[number]
        row = there % size
        return at[row].zip_with(there - row == begins, nothing)

    before, after = places.search_sorted(own, side="left"), places.search_sorted(own, side="right") + 1
    return pl.DataFrame({"before": moment(before), "after": moment(after)})


def _never_back(moment: pl.Expr, *, reverse: bool, alone: bool) -> pl.Expr:
    """Return moments that do not decrease within a case; null (unbounded) stays null for all that it bounds."""
    is_open = moment.is_null().cum_max(reverse=reverse)
    best = moment.cum_min(reverse=True) if reverse else moment.cum_max()
    if not alone:
        is_open, best = is_open.over("case_id"), best.over("case_id")
    return pl.when(~is_open).then(best)


def _column_code(values: pl.Series) -> pl.Series:
    if values.dtype == pl.String:  # categories of their own: numbered from 0, and gone with the series
        return values.cast(pl.Categorical(pl.Categories.random())).to_physical().cast(pl.Int64)
    if isinstance(values.dtype, pl.Enum):
        return values.to_physical().cast(pl.Int64)
    codes = values.cast(pl.Int64)
    least = codes.min()
    return codes - least if isinstance(least, int) and least != 0 else codes


def _size(codes: pl.Series) -> int:
    most = codes.max()
    return most + 1 if isinstance(most, int) else 1
