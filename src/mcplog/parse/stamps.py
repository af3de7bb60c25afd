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
MINUTE: Final = len("2026-11-25T00:36:")
SECOND: Final = len("43.901")
MINUTE_SHAPE: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:$"
SECOND_SHAPE: Final = r"^[0-9]{2}\.[0-9]{3}$"
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


def read_stamps(minute: pl.Series, second: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return the instants of stamps, and whether each has the shape of one.

    Cheaper than one `to_datetime` over the whole stamp: lines of one minute follow each other, and each minute is read
    once.

    Args:
        minute: String, the first `MINUTE` characters of each line.
        second: String, the `SECOND` characters behind them.

    Returns:
        `Datetime("ms", "UTC")`, null where no such moment exists (Python has no year 0); and bool.
    """
    first, text = pl.col("minute"), pl.col("second")
    read = pl.DataFrame([minute.alias("minute"), second.alias("second")]).select_seq(
        text.cast(pl.Float64, strict=False),
        is_second=text.str.contains(SECOND_SHAPE),
        begins=first.ne_missing(first.shift()),
    )
    seconds, is_stamp, begins = read.get_columns()
    known, is_minute = (
        minute.filter(begins)
        .to_frame("minute")
        .select_seq(
            at=first.str.to_datetime("%Y-%m-%dT%H:%M:", time_unit="ms", strict=False),
            is_minute=first.str.contains(MINUTE_SHAPE),
        )
        .get_columns()
    )
    number_of = begins.cum_sum() - 1
    known = known.cast(pl.Int64).set(known < FIRST_MOMENT, None)
    if not is_minute.all():
        is_stamp &= is_minute.gather(number_of)
    is_over = seconds >= 60  # noqa: PLR2004 - the clock's limit
    if is_over.any():
        seconds = seconds.set(is_over, None)
    at = known.gather(number_of) + (seconds * 1000 + 0.5).cast(pl.Int64, strict=False)
    return at.cast(INSTANT), is_stamp
