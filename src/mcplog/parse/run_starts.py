"""Where another run of the client begins inside of one document: somebody has joined the logs of several runs.

    [DEBUG] [init] configureGlobalMTLS starting            from 2.1.30 on, before anything about MCP
    [DEBUG] Watching for changes in setting files …        in 2.0 the first line; later behind the line above
    2026-11-25T00:36:43.901Z behind 2026-11-25T00:41:…     no clock of one run goes back by seconds

A run says each line at most once, in this order, and one of them before anything about MCP, if it says any: one that
comes again, or too early, or behind records about MCP, is another run's.
Source: every recorded debug file of 2.0.26 to 2.1.331.

May import: model. Touches: nothing.
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

import polars as pl

from mcplog.model.vocabulary import GapReason
from mcplog.parse.places import Hole

RUN_STARTS: Final = ("[init] configureGlobalMTLS starting", "Watching for changes in setting files ")
WATCHED: Final = "..."  # ends the second; the same words with anything else behind them are said at any time
BACK_MS: Final = 1_000  # more than lines of one run are out of their order
SHARES_ONE_FILE: Final = "1."  # they write all runs into one file, and begin to connect before they say anything


class RunStart(NamedTuple):
    """A line that a run of the client says once, when it starts.

    Attributes:
        document_id: Where it stands.
        line: Its number, 1-based.
        byte: Where it begins.
        rank: Which one it is of RUN_STARTS.
    """

    document_id: int
    line: int
    byte: int
    rank: int


def rank_of(text: str) -> int | None:
    """Return which of RUN_STARTS a record's `text` is; null when it is none."""
    init, watching = RUN_STARTS
    if text == init:
        return 0
    return 1 if text.startswith(watching) and text.endswith(WATCHED) else None


def seams(starts: Iterable[RunStart], first_byte: int, version: str | None) -> Iterator[Hole]:
    """Yield the places in one document at which another run begins than the one before.

    Args:
        starts: The lines of the document that a run says when it starts, in order.
        first_byte: Where its first record about MCP begins.
        version: Of the client, as the document tells it.
    """
    if version is not None and version.startswith(SHARES_ONE_FILE):
        return
    said: int | None = None
    for start in starts:
        is_other = start.byte > first_byte if said is None else start.rank <= said
        if is_other:
            yield seam(start.document_id, start.line, start.byte)
        said = start.rank


def seams_of_clocks(records: pl.DataFrame, known: Iterable[Hole]) -> Iterator[Hole]:
    """Yield where the times of records go back: what stands there was written before, by another run.

    Args:
        records: `document_id`, `event_at`, `line_from`, `byte_from`, documents one behind the other.
        known: Of the same documents: where a run says that it starts is no second seam.
    """
    at, owner = records.get_column("event_at").to_physical(), records.get_column("document_id")
    if at.is_sorted():
        return
    goes_back = (at.diff() < -BACK_MS) & (owner == owner.shift())
    before = records.get_column("byte_from").shift().alias("before")
    places = records.select("document_id", "line_from", "byte_from").with_columns(before)
    told = [(hole.document_id, hole.byte_from) for hole in known if hole.reason is GapReason.ANOTHER_RUN]
    for document_id, line, byte, above in places.filter(goes_back.fill_null(value=False)).iter_rows():
        if not any(of == document_id and above < place <= byte for of, place in told):
            yield seam(document_id, line, byte)


def seam(document_id: int, line: int, byte: int) -> Hole:
    """Return the mark that another run begins at a `line` of a document, whose first byte is `byte`."""
    return Hole(
        document_id=document_id,
        line_from=line,
        line_to=line,
        byte_from=byte,
        byte_to=byte,
        reason=GapReason.ANOTHER_RUN,
    )
