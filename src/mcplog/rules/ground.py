"""Lay FACTS out once so that every rule finds its rows without a look at all the others.

Rows are numbered in the order of case and stream. Each event kind has the list of its rows; key columns are turned into
dense numbers; the gaps get the moments between which their rows were lost.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from mcplog.model.frames import KIND

GAP: Final = "coverage_gap"
MOST: Final = 2**62  # sort keys stay below
CODES: Final = {kind: code for code, kind in enumerate(KIND.categories)}
FEW: Final = 8  # so many kinds are looked for one by one
NO_ROWS: Final = pl.Series("row", [], pl.UInt32)

# The gaps of a run. `lost_from`, `lost_to`: the moments between which its rows were logged, epoch milliseconds; null:
# unbounded. Both never decrease within a case.
LOST_ROWS: Final = pl.Schema({"row": pl.UInt32(), "lost_from": pl.Int64(), "lost_to": pl.Int64()})


@dataclass(slots=True, kw_only=True)
class Ground:
    """FACTS, sorted by case and order, with what all rules share.

    Attributes:
        facts: FACTS.
        rows_by_kind: Event kind → numbers of its rows, ascending; only kinds that some rule asks for.
        gaps: LOST_ROWS, ascending.
        gaps_by_keys: What `lost_rows.py` has worked out so far for queries with the same keys.
    """

    facts: pl.DataFrame
    rows_by_kind: Mapping[str, pl.Series]
    gaps: pl.DataFrame
    gaps_by_keys: dict[tuple[str, ...], list[tuple[tuple[str, ...], pl.DataFrame]]] = field(default_factory=dict)
    _codes: dict[tuple[str, ...], pl.Series] = field(default_factory=dict)

    def rows_of(self, kinds: Iterable[str]) -> pl.Series:
        """Return the numbers of the rows of any of `kinds`, kind by kind."""
        found = [self.rows_by_kind[kind] for kind in dict.fromkeys(kinds) if kind in self.rows_by_kind]
        if len(found) <= 1:
            return found[0] if found else NO_ROWS
        return pl.concat(found)

    def has_any(self, kinds: Iterable[str]) -> bool:
        """Tell whether any of `kinds` occurs."""
        return any(kind in self.rows_by_kind for kind in kinds)

    def codes(self, columns: tuple[str, ...]) -> pl.Series:
        """Return a number for each row, equal for rows that are equal in `columns`; null where one of them is.

        The numbers times the rows fit in one integer, see MOST.
        """
        if columns not in self._codes:
            self._codes[columns] = self._code(columns)
        return self._codes[columns]

    def subjects(self, rows: pl.Series) -> pl.Series:
        """Return a number for each of `rows`, equal for rows of one case and server, or of one case and no server."""
        case, server = self.codes(("case_id",))[rows], self.codes(("server",))[rows]
        if server.null_count():
            server = server.fill_null(-1)
        return case * (self.facts.height + 1) + server

    def _code(self, columns: tuple[str, ...]) -> pl.Series:
        if len(columns) == 1:
            return _column_code(self.facts[columns[0]])
        head, last = self.codes(columns[:-1]), self.codes(columns[-1:])
        if _size(head) == 1 and not head.has_nulls():
            return last
        size = _size(last)
        if _size(head) * size * (self.facts.height + 1) * 4 < MOST:
            return head * size + last
        return (head.rank("dense") * size + last).rank("dense").cast(pl.Int64)


def lay_out(facts: pl.DataFrame, kinds: Iterable[str]) -> Ground:
    """Return the Ground of the facts.

    Args:
        facts: FACTS in any order.
        kinds: The event kinds that rules ask for.
    """
    if not _in_order(facts):
        facts = facts.sort("case_id", "order")
    rows_by_kind = _rows_by_kind(facts["kind"], {*kinds, GAP})
    return Ground(facts=facts, rows_by_kind=rows_by_kind, gaps=_gaps(facts, rows_by_kind.get(GAP, NO_ROWS)))


def _rows_by_kind(of_rows: pl.Series, kinds: AbstractSet[str]) -> dict[str, pl.Series]:
    if len(kinds) <= FEW:
        codes = of_rows.to_physical()
        found = {kind: (codes == CODES[kind]).arg_true() for kind in kinds}
        return {kind: rows for kind, rows in found.items() if not rows.is_empty()}
    by_kind = of_rows.to_frame("kind").with_row_index("row").group_by("kind").agg("row")
    return dict(zip(by_kind["kind"].to_list(), by_kind["row"], strict=True))


def _in_order(facts: pl.DataFrame) -> bool:
    case, order = facts["case_id"], facts["order"]
    if case.min() == case.max():
        return order.is_sorted()
    ahead = (case.cast(pl.Int64).diff() > 0) | ((case.diff() == 0) & (order.diff() > 0))
    return bool(ahead[1:].all())


def _gaps(facts: pl.DataFrame, rows: pl.Series) -> pl.DataFrame:
    """Return LOST_ROWS: a lost row was logged after its document's row before it and before the one after it.

    A gap of no document, or at an end of its document, lies between the rows of its case.
    """
    if rows.is_empty():
        return pl.DataFrame(schema=LOST_ROWS)
    clock = facts.select("case_id", "document_id", at=pl.col("event_at").cast(pl.Int64)).with_row_index("row")
    gaps = clock[rows]
    gaps = _beside(gaps, clock, "document_id")
    if gaps["before"].has_nulls() or gaps["after"].has_nulls():
        of_case = _beside(gaps.drop("before", "after"), clock, "case_id")
        gaps = gaps.with_columns(
            before=pl.coalesce("before", of_case["before"]), after=pl.coalesce("after", of_case["after"])
        )
    return gaps.with_columns(
        lost_from=pl.min_horizontal("at", "before"), lost_to=pl.max_horizontal("at", "after")
    ).select(
        "row",
        lost_from=_never_back(pl.col("lost_from"), reverse=True),
        lost_to=_never_back(pl.col("lost_to"), reverse=False),
    )


def _beside(gaps: pl.DataFrame, clock: pl.DataFrame, group: str) -> pl.DataFrame:
    """Return `gaps` with the moments of the rows `before` and `after` that share their `group`."""
    there = clock.filter(pl.col(group).is_in(gaps[group].drop_nulls().unique().implode()))
    filled = there.select(
        "row",
        before=pl.col("at").forward_fill().shift(1).over("case_id", group),
        after=pl.col("at").backward_fill().shift(-1).over("case_id", group),
    )
    return gaps.join(filled, on="row", how="left", maintain_order="left")


def _never_back(moment: pl.Expr, *, reverse: bool) -> pl.Expr:
    """Return moments that do not decrease within a case; null (unbounded) stays null for all that it bounds."""
    if reverse:
        open_end = moment.is_null().cum_max(reverse=True).over("case_id")
        return pl.when(~open_end).then(moment.cum_min(reverse=True).over("case_id"))
    open_end = moment.is_null().cum_max().over("case_id")
    return pl.when(~open_end).then(moment.cum_max().over("case_id"))


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
