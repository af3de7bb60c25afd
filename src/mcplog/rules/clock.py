"""Count the moments of a stream in small numbers, so that a moment and the number of a stretch fit in one integer.

Mostly these are milliseconds since the first moment. Where stamps lie ages apart and rows are many, they are ranks.
"""

from typing import Final

import polars as pl

MOST: Final = 2**61  # leaves room for one more stretch

# `tv`: the moment of a row, from 1; null when it is not known. `fv`: the first moment a lost row can have. `floor`,
# `ceil`: the least and greatest `tv` that lies within maxspan before and after the row; null without a moment. `fv` and
# `ceil` are there only for a query that looks behind its anchor.
CLOCK: Final = pl.Schema({"tv": pl.Int64(), "fv": pl.Int64(), "floor": pl.Int64(), "ceil": pl.Int64()})


def with_clock(frame: pl.DataFrame, span_ms: int | None, *, behind: bool) -> tuple[pl.DataFrame, int]:
    """Return a STREAM with the columns of CLOCK, and the number that stands for an unknown late moment.

    Args:
        frame: STREAM.
        span_ms: maxspan; null when moments do not matter: then all are 0 and so is the late one.
        behind: The query looks behind its anchor.
    """
    if span_ms is None:
        nought = pl.lit(0, pl.Int64)
        return frame.with_columns(tv=nought, floor=nought), 0
    known = [value for name in ("at", "from") for value in (frame[name].min(), frame[name].max())]
    moments = [value for value in known if isinstance(value, int)] or [0]
    base, late = min(moments) - 1, max(moments) - min(moments) + 2
    if late * (frame.height + 2) < MOST:
        tv = pl.col("at") - base
        later = {"fv": pl.col("from") - base, "ceil": tv + span_ms} if behind else {}
        return frame.with_columns(tv=tv, floor=tv - span_ms, **later), late
    return _by_rank(frame, span_ms)


def _by_rank(frame: pl.DataFrame, span_ms: int) -> tuple[pl.DataFrame, int]:
    times = pl.concat([frame["at"], frame["from"]]).drop_nulls().unique().sort()

    def rank(moments: pl.Series, side: str) -> pl.Series:
        found = times.search_sorted(moments.fill_null(0), side="left" if side == "left" else "right").cast(pl.Int64)
        return pl.select(pl.when(moments.is_not_null()).then(found + (1 if side == "left" else 0))).to_series()

    at = frame["at"]
    ranked = frame.with_columns(
        rank(at, "left").alias("tv"),
        rank(frame["from"], "left").alias("fv"),
        rank(at - span_ms, "left").alias("floor"),
        rank(at + span_ms, "right").alias("ceil"),
    )
    return ranked, len(times) + 2
