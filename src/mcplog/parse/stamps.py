"""Instants of log stamps, as epoch milliseconds.

    2026-11-25T00:36:43.901Z     the stamp of debug files and per-server logs: UTC, milliseconds, 24 characters

A stamp whose shape is right but whose numbers are not (`2026-02-31…`) is null, never another moment.

May import: model. Touches: nothing.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Final

import polars as pl

from mcplog.model.frames import INSTANT

STAMP_LENGTH: Final = 24
MINUTE_LENGTH: Final = len("2026-11-25T00:36:")
SHAPE: Final = "0000-00-00T00:00:00.000Z"
DAY_MS: Final = 86_400_000
EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND: Final = timedelta(milliseconds=1)
TO_ZERO: Final = str.maketrans("123456789", "000000000")


def stamp_shape(text: str) -> bool:
    """Return whether `text` begins with 24 characters of the shape `0000-00-00T00:00:00.000Z`."""
    return text[:24].translate(TO_ZERO) == SHAPE


def stamp_ms(text: str) -> int | None:
    """Return the epoch milliseconds of a stamp that `stamp_shape` accepts; null when no such moment exists.

    Args:
        text: Begins with the stamp; what follows is not looked at.
    """
    if not stamp_shape(text):
        return None
    try:
        return (datetime.fromisoformat(text[:24]) - EPOCH) // MILLISECOND
    except ValueError:
        return None


def clock_ms(text: str) -> int | None:
    """Return the epoch milliseconds of an ISO 8601 stamp with a zone, as other tools write; null for other `text`."""
    known = stamp_ms(text)
    if known is not None or len(text) < len("2026-11-25T00:36:43Z"):
        return known
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    return (moment.astimezone(UTC) - EPOCH) // MILLISECOND


def instants(lines: pl.Series) -> pl.Series:
    """Return the instant of lines that begin with a stamp of the right shape.

    Cheaper than one `to_datetime` over the whole stamp: lines of one minute follow each other, and each minute is read
    once.

    Args:
        lines: String; each value begins with a stamp, checked by the caller.

    Returns:
        `Datetime("ms", "UTC")`, null where the shape is right but no such moment exists; Python has no year 0.
    """
    minute = lines.str.head(MINUTE_LENGTH)
    begins = (minute != minute.shift()).fill_null(value=True)
    known = minute.filter(begins).to_frame("text").select(_minute(pl.col("text"))).to_series()
    second, milli = _number(pl.col("line"), 17, 2), _number(pl.col("line"), 20, 3)
    at = pl.DataFrame({"line": lines, "since": known.gather(begins.cum_sum() - 1)}).select(
        pl.when(second <= 59).then(pl.col("since") + (second * 1000 + milli)).cast(INSTANT)  # noqa: PLR2004 - the clock's limit
    )
    return at.to_series().alias("event_at")


def _minute(text: pl.Expr) -> pl.Expr:
    """Return the epoch milliseconds at which minutes begin; null for one that does not exist."""
    hour, minute = _number(text, 11, 2), _number(text, 14, 2)
    day = text.str.head(10).str.to_date("%Y-%m-%d", strict=False).cast(pl.Int32).cast(pl.Int64)
    exists = (hour <= 23) & (minute <= 59) & (day > -EPOCH_DAY)  # noqa: PLR2004 - the clock's limits
    return pl.when(exists).then(day * DAY_MS + hour * 3_600_000 + minute * 60_000)


def _number(line: pl.Expr, start: int, length: int) -> pl.Expr:
    return line.str.slice(start, length).cast(pl.Int32, strict=False)
