"""Find the anchors of all queries in a line: one pass for each row of the sequence.

For each entry that can be the j-th row of a binding, `v` is the latest start (`t` of the first row) of a chain that
ends there. A chain may go from a row to a later one when nothing that must be missing lies strictly between, which is
when both are in one stretch: `g` numbers the stretches. So the best chain to a row is a running maximum of `g · size +
v` that still has the row's own `g`. This holds whatever the times are, in order or not, and costs a few passes over
columns, however many queries there are.
"""

from typing import Final

import polars as pl

from mcplog.rules.line import Line
from mcplog.rules.roles import BEHIND, LEADING, NONE

NEVER: Final = -1
ALWAYS: Final = 2**62


def climb(line: Line) -> pl.DataFrame:
    """Return the entries of a `line` with `v`, null for what ends no chain, and whether they are an `anchor`."""
    size = line.size
    blocked = {role.blocks for role in line.roles}
    frame = line.frame.lazy()
    begins = pl.col("after") == NONE
    start = pl.col("t")
    if LEADING in blocked:
        start = pl.when(_before("t", size) < pl.col("k") * size + pl.col("floor")).then("t")
    frame = frame.with_columns(v=pl.when(begins & (pl.col("to") >= 0)).then(start))
    for number in range(1, line.levels):
        stretch = pl.col("k")
        if number in blocked:
            stretch = stretch + (pl.col("blocks") == number).cum_sum().cast(pl.Int64)
        frame = frame.with_columns(g=stretch * size)
        best = pl.when(pl.col("to") == number - 1).then(pl.col("g") + pl.col("v")).fill_null(NEVER)
        best = best.cum_max().shift(1, fill_value=NEVER)
        arrived = pl.when(best >= pl.col("g")).then(best - pl.col("g"))
        frame = frame.with_columns(v=pl.when(pl.col("after") == number - 1).then(arrived).otherwise("v"))
    return frame.with_columns(anchor=_is_anchor(line, blocked)).collect()


def _before(moment: str, size: int) -> pl.Expr:
    """Return the greatest moment, with the key's number, of what may not lie before an entry and does."""
    value = pl.when(pl.col("blocks") == LEADING).then(pl.col("k") * size + pl.col(moment))
    return value.fill_null(NEVER).cum_max().shift(1, fill_value=NEVER)


def _is_anchor(line: Line, blocked: set[int]) -> pl.Expr:
    in_time = (pl.col("after") == NONE) | (pl.col("v") >= pl.col("floor"))
    found = pl.col("ends") & pl.col("v").is_not_null() & in_time
    if BEHIND in blocked:
        own = pl.col("k") * line.size
        value = pl.when(pl.col("blocks") == BEHIND).then(own + pl.col("t")).fill_null(ALWAYS)
        soonest = value.cum_min(reverse=True).shift(-1, fill_value=ALWAYS)
        found = found & (soonest > own + pl.col("ceil"))
    return found
