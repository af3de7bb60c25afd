r"""What lines of debug files begin with: a stamp, a level, and mostly `MCP server "`.

    2026-11-25T00:36:43.901Z [DEBUG] MCP server "figma": Returning tokens
    └ event_at               └ level             └ server└ rest

What stands before the first quote is nearly always one of four texts behind a stamp: to compare it costs a third of
what an expression does. What is unusual is left to others.

May import: model. Touches: nothing.
"""

from typing import Final

import polars as pl

from mcplog.model.frames import INSTANT, PLACED, constant
from mcplog.model.vocabulary import Level
from mcplog.parse.server_names import OPENING
from mcplog.parse.stamps import MINUTE, SECOND, STAMP_LENGTH, read_stamps

STAMP_END: Final = STAMP_LENGTH + 1
LEVELS: Final = (Level.DEBUG, Level.ERROR, Level.INFO, Level.WARN)  # the most frequent first
CODES: Final = {level: code for code, level in enumerate(Level)}

HEADS: Final = pl.Schema(
    {
        "is_usual": pl.Boolean(),
        "event_at": INSTANT,
        "level": PLACED["level"],
        "server": pl.String(),
        "rest": pl.String(),
    }
)


def heads_of(texts: pl.Series, *, stamped: bool) -> pl.DataFrame:
    """Return what each line begins with.

    Args:
        texts: String.
        stamped: Records begin with a stamp; else some may.

    Returns:
        HEADS, none of which keeps the texts alive: `is_usual` (a record whose text begins with `MCP server "`);
        `event_at`, null without a stamp or where no such moment exists; `level` of the usual ones; what stands between
        the first two quotes as `server`, and behind them as `rest`, null where there are no two.
    """
    before, server, rest = texts.str.splitn('"', 3).struct.unnest().get_columns()
    if stamped:
        tail, prefix = before.str.slice(STAMP_LENGTH - 1), "Z "
        event_at, is_stamp = _stamps(before)
        is_usual, level = _levels(tail, prefix)
        is_usual &= is_stamp
    else:
        event_at, tail = _stamps_of_some(before)
        is_usual, level = _levels(tail, "")
    if server.null_count():
        is_usual &= server.is_not_null()
    columns = (is_usual, event_at, level, server, rest)
    return pl.DataFrame([column.alias(name) for name, column in zip(HEADS, columns, strict=True)])


def _stamps(before: pl.Series) -> tuple[pl.Series, pl.Series]:
    text = pl.col("text")
    read = before.to_frame("text").select_seq(text.str.head(MINUTE), second=text.str.slice(MINUTE, SECOND))
    return read_stamps(*read.get_columns())


def _stamps_of_some(before: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return the instants of the lines that have a stamp, and what follows it, or the whole line."""
    has_stamp = before.str.slice(STAMP_LENGTH - 1, len("Z [")) == "Z ["
    event_at = constant(None, INSTANT, len(before))
    if not has_stamp.any():
        return event_at, before
    stamped = before.filter(has_stamp)
    at, is_stamp = _stamps(stamped)
    rows = has_stamp.arg_true().filter(is_stamp)
    return (
        event_at.scatter(rows, at.filter(is_stamp)),
        before.clone().scatter(rows, stamped.filter(is_stamp).str.slice(STAMP_END)),
    )


def _levels(tail: pl.Series, prefix: str) -> tuple[pl.Series, pl.Series]:
    """Return which tails are nothing but a level and `MCP server `, and the level."""
    is_usual, code = constant(value=False, dtype=pl.Boolean(), height=len(tail)), constant(0, pl.UInt8(), len(tail))
    for level in LEVELS:
        is_level = tail == f"{prefix}[{level.upper()}] {OPENING[:-1]}"
        is_usual |= is_level
        if CODES[level] and is_level.any():
            code += is_level.cast(pl.UInt8) * CODES[level]
        if is_usual.all():
            break
    return is_usual, code.cat.to(PLACED["level"])
