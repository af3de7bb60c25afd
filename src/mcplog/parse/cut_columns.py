"""Records that were cut at one column: `cut -c1-200`, the lines of a narrow viewer.

    2026-11-25T00:36:43.901Z [DEBUG] MCP server "s": HTTP transport options: {"url":"https://mcp.ex
    2026-11-25T00:36:43.902Z [ERROR] MCP server "s" Connection failed: Streamable HTTP error: Error

Of the longest records of a file different ones are equally long, and JSON breaks off in one: no chance does that. What
stood behind the column decides what a record says, since a refusal without its reason looks like another fault. So what
was cut is told as a gap and not read.

May import: model. Touches: nothing.
"""

from collections.abc import Iterator
from typing import Final

import polars as pl

from mcplog.model.vocabulary import GapReason
from mcplog.parse.places import Hole

NARROWEST: Final = 40
FEWEST: Final = 2  # different messages that end at the same column
MESSAGE_START: Final = 16


def cut_short(records: pl.DataFrame) -> pl.Series | None:
    """Return which records were cut at a column of their document; null when none was.

    Args:
        records: SPLIT.
    """
    owner = records.get_column("document_id")
    if records.is_empty():
        return None
    size = (records.get_column("byte_to") - records.get_column("byte_from")).alias("size")
    if owner[0] == owner[-1]:
        widest = size == size.max()
    else:
        of_document = pl.col("size").max().over("document_id")
        widest = pl.DataFrame([owner, size]).select_seq(pl.col("size") == of_document).to_series()
    widest &= size >= NARROWEST
    full = records.select("document_id", "message").filter(widest)
    message = pl.col("message")
    is_open = message.str.count_matches("{", literal=True) > message.str.count_matches("}", literal=True)
    full = full.filter(pl.col("document_id").is_in(full.filter(is_open)["document_id"].unique().implode()))
    start = message.str.head(MESSAGE_START).str.replace_all("[0-9]", "")
    cut = full.group_by("document_id").agg(start.n_unique()).filter(message >= FEWEST)["document_id"]
    return widest & owner.is_in(cut.implode()) if len(cut) else None


def cuts(records: pl.DataFrame) -> Iterator[Hole]:
    """Yield what is missing behind each of some SPLIT records."""
    for document_id, line, byte in records.select("document_id", "line_to", "byte_to").iter_rows():
        yield Hole(
            document_id=document_id,
            line_from=line,
            line_to=line,
            byte_from=byte,
            byte_to=byte,
            reason=GapReason.NARROWED,
        )
