"""Absence before the first row and behind the last one: windows that only one row bounds.

Between two rows a window is bounded by them (`chains.py`). Before the first row it reaches back maxspan, or to the
start of the key's evidence; behind the anchor it reaches on for maxspan and must be covered to its end.
"""

from collections.abc import Iterable
from typing import Final

import polars as pl

from mcplog.rules.ground import Ground
from mcplog.rules.truth import any_true

NEVER: Final = -1
ALWAYS: Final = 2**62
ENDS: Final = ("process_ended", "evidence_ended")


def leading_truth(steps: Iterable[int], size: int, *, timed: bool) -> pl.Expr:
    """Return for each row of a stream whether none of the missing `steps` lies in the window before it.

    Args:
        steps: Numbers of the missing steps.
        size: One more than the late moment of the clock.
        timed: The window begins maxspan before the row, else with the key.

    Returns:
        Boolean; null where a gap, a hidden field or a missing moment leaves it open.
    """
    names = [f"m{index}" for index in steps]
    there = any_true(names)
    maybe = _maybe(names)
    if not timed:
        false, unknown = _before(pl.when(there).then(0), size)[0], _before(pl.when(maybe).then(0), size)[0]
        return pl.when(false).then(False).when(~unknown).then(True)  # noqa: FBT003 - values of a column
    late = size - 1
    was, latest = _before(pl.when(there).then("tv"), size)
    hidden = maybe | (there & pl.col("at").is_null())
    could, latest_open = _before(pl.when(hidden).then(pl.col("tv").fill_null(late)), size)
    dated = pl.col("at").is_not_null()
    false = was & dated & (latest >= pl.col("floor")).fill_null(value=False)
    unknown = (was & ~dated) | (could & (~dated | (latest_open >= pl.col("floor")).fill_null(value=False)))
    return pl.when(false).then(False).when(~unknown).then(True)  # noqa: FBT003 - values of a column


def trailing_truth(steps: Iterable[int], size: int) -> pl.Expr:
    """Return for each row of a stream whether none of the missing `steps` follows within maxspan.

    Args:
        steps: Numbers of the missing steps.
        size: One more than the late moment of the clock.

    Returns:
        Boolean; null where the window is not covered to its end. Needs the column `covered`, see `with_cover`.
    """
    names = [f"m{index}" for index in steps]
    there = any_true(names)
    maybe = _maybe(names)
    first_open = pl.when(pl.col("lost")).then("fv").otherwise("tv").fill_null(0)
    will, soonest = _behind(pl.when(there).then("tv"), size)
    hidden = maybe | (there & pl.col("at").is_null())
    could, soonest_open = _behind(pl.when(hidden).then(first_open), size)
    dated = pl.col("at").is_not_null()
    false = will & dated & (soonest <= pl.col("ceil")).fill_null(value=False)
    closed = dated & pl.col("covered") & ~(could & (soonest_open <= pl.col("ceil")).fill_null(value=True))
    return pl.when(false).then(False).when(closed).then(True)  # noqa: FBT003 - values of a column


def _maybe(names: list[str]) -> pl.Expr:
    """Return whether a row leaves open that one of `names` is there: a gap, or a hidden field."""
    return pl.any_horizontal(pl.col(name).is_null() for name in names)


def _before(value: pl.Expr, size: int) -> tuple[pl.Expr, pl.Expr]:
    """Return whether a row of the key before this one has a `value`, and the greatest of them."""
    best = (pl.col("k") * size + value).fill_null(NEVER).cum_max().shift(1, fill_value=NEVER)
    own = pl.col("k") * size
    return best >= own, best - own


def _behind(value: pl.Expr, size: int) -> tuple[pl.Expr, pl.Expr]:
    """Return whether a row of the key behind this one has a `value`, and the least of them."""
    best = (pl.col("k") * size + value).fill_null(ALWAYS).cum_min(reverse=True).shift(-1, fill_value=ALWAYS)
    own = pl.col("k") * size
    return best < own + size, best - own


def with_cover(frame: pl.DataFrame, ground: Ground, keys: tuple[str, ...], span_ms: int) -> pl.DataFrame:
    """Return a STREAM with `covered`: the evidence of the row's key reaches to the end of the window behind it.

    Args:
        frame: STREAM.
        ground: The facts.
        keys: The query's keys, `case_id` included.
        span_ms: Length of the window.

    Returns:
        STREAM with `covered`, Boolean, never null.
    """
    every = pl.DataFrame({"key": ground.codes(keys), "at": ground.facts["event_at"].cast(pl.Int64)})
    own_end = every.filter(pl.col("key").is_in(frame["key"].unique().implode())).group_by("key").agg(pl.col("at").max())
    ends = [own_end, *_said_ends(frame, ground, keys)]
    until = pl.concat(ends).group_by("key").agg(cover=pl.col("at").max())
    covered = (pl.col("cover") >= pl.col("at") + span_ms).fill_null(value=False)
    return frame.join(until, on="key", how="left", maintain_order="left").with_columns(covered=covered).drop("cover")


def _said_ends(frame: pl.DataFrame, ground: Ground, keys: tuple[str, ...]) -> list[pl.DataFrame]:
    """Return for each key the moments of the ends that apply to it: their key columns are null or equal."""
    rows = ground.rows_of(ENDS)
    if rows.is_empty():
        return []
    said = ground.facts.select(*keys, at=pl.col("event_at").cast(pl.Int64))[rows].with_columns(row=rows)
    of_key = frame.filter(~pl.col("lost")).unique("key", keep="first").select("key", "row")
    found = []
    for mask, part in said.group_by([pl.col(name).is_not_null() for name in keys], maintain_order=True):
        named = tuple(name for name, is_named in zip(keys, mask, strict=True) if is_named)
        codes = ground.codes(named)
        ends = part.with_columns(code=codes[part["row"]]).group_by("code").agg(pl.col("at").max())
        there = of_key.with_columns(code=codes[of_key["row"]]).join(ends, on="code")
        found.append(there.select("key", "at"))
    return found
