"""Find the anchors of all queries in a line: one pass for each row of the sequence.

For each entry that can be the j-th row of a binding, `v` is the latest start (`t` of the first row) of a chain that
ends there. A chain may go from a row to a later one when nothing that must be missing lies strictly between, which is
when both are in one stretch: `g` numbers the stretches. So the best chain to a row is a running maximum of `g · size +
v` that still has the row's own `g`. This holds whatever the times are, in order or not, and costs a few passes over
columns, however many queries there are. An entry is never what it looks for itself, so the running values may count it
in. Long sequences come first in a line, so that the passes for their later rows leave the others out.
"""

from typing import Final

import polars as pl

from mcplog.model.frames import constant
from mcplog.rules.line import Line
from mcplog.rules.roles import BEHIND, LEADING, NONE

NEVER: Final = -1
ALWAYS: Final = 2**62


def climb(line: Line) -> pl.DataFrame:
    """Return the numbered entries of a `line` with `v`, null for what ends no chain, and which are an `anchor`."""
    blocked = {role.blocks for role in line.roles}
    v = _begun(line, is_bounded=LEADING in blocked)
    for number in range(1, line.levels):
        reach = line.reaches(number)
        arrived = _arrived(line.frame.head(reach), v.head(reach), number, line.size, is_blocked=number in blocked)
        v = arrived if reach == len(v) else pl.concat([arrived, v.slice(reach)])
    anchor = _is_anchor(line, v, is_bounded=BEHIND in blocked)
    told = line.frame.hstack([v.set(v == NEVER, None).alias("v"), anchor.alias("anchor")])
    return told.with_row_index("entry")


def _begun(line: Line, *, is_bounded: bool) -> pl.Series:
    """Return the moment of each entry that can be the first row of a sequence; NEVER for all else."""
    frame = line.frame
    begins = (frame["after"] == NONE) & (frame["to"] >= 0)
    if is_bounded:
        last = _in_the_way(frame, LEADING, line.size, NEVER).cum_max()
        begins = begins & (last < frame["k"] * line.size + frame["floor"])
    return _filled(frame["t"].zip_with(begins, _same(NEVER, frame)), NEVER)


def _same(value: int, frame: pl.DataFrame) -> pl.Series:
    return constant(value, pl.Int64(), frame.height)


def _filled(values: pl.Series, value: int) -> pl.Series:
    return values.fill_null(value) if values.has_nulls() else values


def _in_the_way(frame: pl.DataFrame, place: int, size: int, otherwise: int) -> pl.Series:
    """Return the moments, with the key's number, of what may not lie at a place."""
    moments = frame["k"] * size + frame["t"]
    return _filled(moments.zip_with(frame["blocks"] == place, _same(otherwise, frame)), otherwise)


def _arrived(frame: pl.DataFrame, v: pl.Series, number: int, size: int, *, is_blocked: bool) -> pl.Series:
    """Return `v` with the starts of the chains that end in the row of a `number`."""
    stretch = frame["k"]
    if is_blocked:
        stretch = stretch + (frame["blocks"] == number).cum_sum().cast(pl.Int64)
    g, never = stretch * size, _same(NEVER, frame)
    best = (g + v).zip_with(frame["to"] == number - 1, never).cum_max()
    start = best - g
    return start.zip_with(start >= 0, never).zip_with(frame["after"] == number - 1, v)


def _is_anchor(line: Line, v: pl.Series, *, is_bounded: bool) -> pl.Series:
    """Return whether each entry is the last row of a sequence that is in time, with nothing in its way behind it."""
    frame = line.frame
    found = frame["ends"] & (v != NEVER) & ((frame["after"] == NONE) | (v >= frame["floor"]))
    if is_bounded:
        soonest = _in_the_way(frame, BEHIND, line.size, ALWAYS).cum_min(reverse=True)
        found = found & (soonest > frame["k"] * line.size + frame["ceil"])
    return found
