"""Very many texts that are all different and that no alternative matches: they are counted, and most are not kept.

What a flood of them says is not known, so none of them begins, ends or proves anything. What they do tell is that a
server was still being written about: the first and the last line of each server stay.

May import: model. Touches: nothing.
"""

from collections.abc import Callable
from typing import Final

import polars as pl

from mcplog.model.frames import constant

MANY_ENTRIES: Final = 100_000
SAMPLE: Final = 5_000
MOSTLY: Final = 0.8
MOST_UNKNOWN: Final = 20_000
NOT_SHOWN: Final = "[one of very many texts that no alternative matches; not shown]"


def flood_in(texts: pl.Series, known: Callable[[], str]) -> pl.Series:
    """Return the rows of all but the first unknown texts, where a good part of very many is unknown; else none.

    Millions of texts that are all different would otherwise be kept, compared and redacted to no use.

    Args:
        texts: String.
        known: Returns the expression of what a text that may be known begins with.
    """
    if len(texts) > MANY_ENTRIES:
        beginning = known()
        if texts.gather_every(len(texts) // SAMPLE).str.contains(beginning).sum() <= MOSTLY * SAMPLE:
            return (~texts.str.contains(beginning)).arg_true()[MOST_UNKNOWN:]
    return pl.Series([], dtype=pl.UInt32)


def without_flood(rows: pl.DataFrame, messages: pl.DataFrame) -> pl.DataFrame:
    """Return the events without those that only repeat that something was written which nobody knows.

    Args:
        rows: EVENT_ROWS, by document and place.
        messages: MESSAGES of them.

    Returns:
        EVENT_ROWS in the same order. Of the events whose text is not shown, the first and the last about each server in
        each document stay; where there are not very many, all do.
    """
    if len(rows) <= MANY_ENTRIES:
        return rows
    hidden = messages.get_column("excerpt") == NOT_SHOWN
    if not hidden.any():
        return rows
    is_hidden = hidden.gather(rows.get_column("message_id"))
    at = is_hidden.arg_true()
    server = rows.get_column("server").gather(at).cast(pl.Categorical(pl.Categories.random())).to_physical()
    whose = rows.get_column("document_id").gather(at).cast(pl.UInt64) * 2**32 + server.fill_null(2**32 - 1)
    is_end = whose.is_first_distinct() | whose.is_last_distinct()
    return rows.filter((~is_hidden).scatter(at.filter(is_end), values=True))


def numbered_but(messages: pl.Series, flood: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return what `numbered` returns, with one text in place of all those in the rows of the `flood`."""
    if not len(flood):
        return numbered(messages)
    is_kept = constant(value=True, dtype=pl.Boolean(), height=len(messages)).scatter(flood[1:], values=False)
    kept = is_kept.arg_true()
    at = int(kept.search_sorted(flood[0]))
    numbers, distinct = numbered(messages.filter(is_kept).scatter(at, NOT_SHOWN))
    return constant(numbers[at], pl.UInt32(), len(messages)).scatter(kept, numbers).alias("message_id"), distinct


def numbered(messages: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return the number of each message among the distinct ones (`message_id`), and these in their order.

    A categorical numbers texts in a third of the time that finding the distinct ones and joining them back takes.
    """
    codes = messages.cast(pl.Categorical(pl.Categories.random())).to_physical()
    firsts = codes.arg_unique().sort()
    known, numbers = codes[firsts], pl.int_range(len(firsts), dtype=pl.UInt32, eager=True)
    if not known.equals(numbers):
        codes = constant(0, pl.UInt32(), known.sort()[-1] + 1).scatter(known, numbers)[codes]
    return codes.alias("message_id"), messages[firsts]
