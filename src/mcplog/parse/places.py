"""Entries and unread stretches with their exact places, one by one: what the exact readers give.

Lines are 1-based and inclusive, bytes 0-based and half-open; the line end behind the last line does not belong to it.

May import: model. Touches: nothing.
"""

from collections.abc import Callable, Sequence

import polars as pl
from msgspec import Struct

from mcplog.model.frames import ENTRIES, GAPS, INSTANT
from mcplog.model.vocabulary import Confidence, GapReason, Level, TimeBasis


class Row(Struct, frozen=True, kw_only=True):
    """One entry.

    Attributes:
        document_id: The document.
        line_from: First line.
        line_to: Last line.
        byte_from: First byte.
        byte_to: One past the last byte.
        at_ms: Epoch milliseconds; null when nothing tells.
        basis: Where `at_ms` comes from, or why it is null.
        level: As logged.
        confidence: How it came to us.
        server: Null where nothing names it.
        session_id: Null where nothing names it.
        message: The text behind the server's name.
    """

    document_id: int
    line_from: int
    line_to: int
    byte_from: int
    byte_to: int
    at_ms: int | None = None
    basis: TimeBasis = TimeBasis.ORDER
    level: Level = Level.NONE
    confidence: Confidence = Confidence.RECORDED
    server: str | None = None
    session_id: str | None = None
    message: str


class Hole(Struct, frozen=True, kw_only=True):
    """Bytes that were not read as they are.

    Attributes:
        document_id: The document.
        line_from: First line.
        line_to: Last line.
        byte_from: First byte.
        byte_to: One past the last byte.
        reason: Why.
        hides: An entry could have stood there: a row of GAPS. Else it is only told and counted.
    """

    document_id: int
    line_from: int
    line_to: int
    byte_from: int
    byte_to: int
    reason: GapReason
    hides: bool = True


class TextPlaces:
    """Lines and bytes of ascending positions in a text that was decoded with `surrogateescape`."""

    def __init__(self, text: str, shift: int) -> None:
        """Begin at the start of `text`, whose first character is byte `shift` of its document."""
        self._text, self._is_ascii = text, text.isascii()
        self._position, self._line, self._byte = 0, 1, shift

    def at(self, position: int) -> tuple[int, int]:
        """Return line and byte of `position`, which must not lie before the one asked for last."""
        passed = self._text[self._position : position]
        self._line += passed.count("\n")
        self._byte += len(passed) if self._is_ascii else len(passed.encode("utf-8", "surrogateescape"))
        self._position = position
        return self._line, self._byte


def with_rows_of(
    frame: pl.DataFrame, document_id: int, changed: Callable[[pl.DataFrame], pl.DataFrame]
) -> pl.DataFrame:
    """Return ENTRIES or GAPS with other values in the rows of one document.

    Args:
        frame: ENTRIES or GAPS of any documents.
        document_id: The document.
        changed: Returns, for its rows, the columns that change.
    """
    mine = (frame.get_column("document_id") == document_id).arg_true()
    if not len(mine):
        return frame
    new = changed(frame[mine])
    return frame.with_columns(frame.get_column(name).clone().scatter(mine, new[name]) for name in new.columns)


def entries_of(rows: Sequence[Row]) -> pl.DataFrame:
    """Return ENTRIES of `rows`, in their order; `entry_id` is still 0."""
    columns = {name: [getattr(row, name) for row in rows] for name in ENTRIES.names() if name in Row.__struct_fields__}
    columns["entry_id"] = [0] * len(rows)
    columns["event_at"] = [row.at_ms for row in rows]
    columns["time_basis"] = [row.basis for row in rows]
    schema = {**ENTRIES, "event_at": pl.Int64()}
    return pl.DataFrame(columns, schema=schema).with_columns(pl.col("event_at").cast(INSTANT))


def gaps_of(holes: Sequence[Hole]) -> pl.DataFrame:
    """Return GAPS of the `holes` in which an entry could have stood, by document and place."""
    hiding = sorted((hole for hole in holes if hole.hides), key=lambda hole: (hole.document_id, hole.byte_from))
    columns = {name: [getattr(hole, name) for hole in hiding] for name in GAPS.names()}
    return pl.DataFrame(columns, schema=GAPS)
