"""Instants of log stamps, as epoch milliseconds.

    2026-11-25T00:36:43.901Z     the stamp of debug files and per-server logs: UTC, milliseconds, 24 characters

A stamp whose shape is right but whose numbers are not (`2026-02-31…`) is null, never another moment.

May import: model. Touches: nothing.
"""

from datetime import UTC, date, datetime
from typing import Final

import polars as pl

from mcplog.model.frames import INSTANT

STAMP_LENGTH: Final = 24
MINUTE_LENGTH: Final = len("2026-11-25T00:36:")
SHAPE: Final = "0000-00-00T00:00:00.000Z"
DAY_MS: Final = 86_400_000
EPOCH_DAY: Final = date(1970, 1, 1).toordinal()


def stamp_shape(text: str) -> bool:
    """Return whether `text` begins with 24 characters of the shape `0000-00-00T00:00:00.000Z`."""
    return (
        text[4:5] == "-"
        and text[7:8] == "-"
        and text[10:11] == "T"
        and text[13:14] == ":"
        and text[16:17] == ":"
        and text[19:20] == "."
        and text[23:24] == "Z"
        and (text[:4] + text[5:7] + text[8:10] + text[11:13] + text[14:16] + text[17:19] + text[20:23]).isascii()
        and (text[:4] + text[5:7] + text[8:10] + text[11:13] + text[14:16] + text[17:19] + text[20:23]).isdigit()
    )


def stamp_ms(text: str) -> int | None:
    """Return the epoch milliseconds of a stamp that `stamp_shape` accepts; null when no such moment exists.

    Args:
        text: Begins with the stamp; what follows is not looked at.
    """
    if not stamp_shape(text):
        return None
    hour, minute, second, milli = int(text[11:13]), int(text[14:16]), int(text[17:19]), int(text[20:23])
    if hour > 23 or minute > 59 or second > 59:  # noqa: PLR2004 - the clock's own limits
        return None
    try:
        day = date(int(text[:4]), int(text[5:7]), int(text[8:10])).toordinal() - EPOCH_DAY
    except ValueError:
        return None
    return day * DAY_MS + hour * 3_600_000 + minute * 60_000 + second * 1000 + milli


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
    since = moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000


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
