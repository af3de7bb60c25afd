"""Count moments in small numbers, so that a moment and the number of a stretch fit in one integer.

Mostly these are milliseconds since the first moment. Where stamps lie ages apart and rows are many, they are ranks.
"""

from typing import Final, Literal

import polars as pl
from msgspec import Struct

MOST: Final = 2**61  # leaves room for one more stretch


class Clock(Struct, frozen=True, kw_only=True):
    """Turns epoch milliseconds into small numbers: from 1, and `late` for an unknown late moment.

    Attributes:
        base: What is taken off.
        late: More than any moment.
        ranks: The moments there are, ascending, where numbers are ranks; null where they are milliseconds.
    """

    base: int
    late: int
    ranks: pl.Series | None = None

    @property
    def size(self) -> int:
        """One more than any number of this clock."""
        return self.late + 1

    def moments(self, at: pl.Expr) -> pl.Expr:
        """Return the numbers of the moments `at`; null stays null."""
        return at - self.base if self.ranks is None else self._rank(at, "left") + 1

    def earliest(self, at: pl.Expr, span_ms: pl.Expr) -> pl.Expr:
        """Return the least number within `span_ms` before each of `at`, not below 0; null where either is."""
        least = at - span_ms
        return (least - self.base if self.ranks is None else self._rank(least, "left") + 1).clip(lower_bound=0)

    def latest(self, at: pl.Expr, span_ms: pl.Expr) -> pl.Expr:
        """Return the greatest number within `span_ms` behind each of `at`, at most `late`; null where either is."""
        most = at + span_ms
        return (most - self.base if self.ranks is None else self._rank(most, "right")).clip(upper_bound=self.late)

    def _rank(self, at: pl.Expr, side: Literal["left", "right"]) -> pl.Expr:
        found = pl.lit(self.ranks).search_sorted(at.fill_null(0), side=side).cast(pl.Int64)
        return pl.when(at.is_not_null()).then(found)


def clock_for(moments: list[pl.Series], rows: int) -> Clock:
    """Return the clock for these `moments`, for a line with so many `rows`."""
    known = [value for part in moments for value in (part.min(), part.max()) if isinstance(value, int)] or [0]
    late = max(known) - min(known) + 2
    if late * (2 * rows + 2) < MOST:
        return Clock(base=min(known) - 1, late=late)
    times = pl.concat(moments).drop_nulls().unique().sort()
    return Clock(base=0, late=len(times) + 2, ranks=times)
