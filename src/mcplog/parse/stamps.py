"""Instants of log stamps, as epoch milliseconds.

    2026-11-25T00:36:43.901Z     the stamp of debug files and per-server logs: UTC, milliseconds, 24 characters

A stamp whose shape is right but whose numbers are not (`2026-02-31…`) is null, never another moment.

May import: model. Touches: nothing.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

import polars as pl

from mcplog.model.frames import INSTANT

STAMP_LENGTH: Final = 24
MINUTE_LENGTH: Final = len("2026-11-25T00:36:")
SHAPE: Final = "0000-00-00T00:00:00.000Z"
FIRST_MOMENT: Final = datetime(1, 1, 1)  # noqa: DTZ001 - compared with what has no zone yet
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
    line = pl.col("line")
    minute, second = (
        lines.to_frame("line")
        .select_seq(
            minute=line.str.head(MINUTE_LENGTH),
            second=line.str.slice(MINUTE_LENGTH, len("43.901")).cast(pl.Float64, strict=False),
        )
        .get_columns()
    )
    begins = minute != minute.shift(fill_value="")
    known = minute.filter(begins).str.to_datetime("%Y-%m-%dT%H:%M:", time_unit="ms", strict=False)
    known = known.cast(pl.Int64).set(known < FIRST_MOMENT, None)
    is_over = second >= 60  # noqa: PLR2004 - the clock's limit
    if is_over.any():
        second = second.set(is_over, None)
    at = known.gather(begins.cum_sum() - 1) + (second * 1000 + 0.5).cast(pl.Int64)
    return at.cast(INSTANT).alias("event_at")
