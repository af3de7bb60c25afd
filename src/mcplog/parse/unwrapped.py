r"""Take a log out of what a tool put around its lines, and lead places in it back to what was handed in.

    12:2026-11-25T00:36:43.901Z [DEBUG] …           numbered, named, stamped again: `tool_prefixes.py`
    2026-11-25T00:36:43.901Z [DEBUG] …              with the newest line first: `newest_first.py`
    …MCP server "s": HTTP Conne                     broken at the edge of a screen: `hard_wraps.py`
    [DEBUG] MCP server “s”: …                       set by a word processor, escaped for a page: `odd_characters.py`
    {"log":"[DEBUG] MCP server \"s\": …\n",…}      strings of an export: `json_literals.py`; fields: `csv_fields.py`

What is left is read as if nobody had put anything around it. A file that begins as the client writes it never comes
here.

May import: model. Touches: nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import polars as pl
from msgspec import Struct
from msgspec.structs import replace

from mcplog.model.document import Document, Memory
from mcplog.model.frames import PLACED, constant
from mcplog.model.vocabulary import Confidence, DocumentFormat
from mcplog.parse.csv_fields import is_table, without_fields
from mcplog.parse.first_looks import goes_back, may_be_wrapped
from mcplog.parse.formats import HEAD_LINES, Form, form_of, session_of
from mcplog.parse.hard_wraps import without_wraps
from mcplog.parse.held_lines import held_lines
from mcplog.parse.json_literals import exported_lines, is_export
from mcplog.parse.newest_first import oldest_first
from mcplog.parse.odd_characters import odd_in, with_plain_characters
from mcplog.parse.places import Hole, with_rows_of
from mcplog.parse.run_starts import seam
from mcplog.parse.tool_prefixes import has_prefixes, without_prefixes

LEVELS: Final = (b"[DEBUG]", b"[ERROR]", b"[INFO]", b"[WARN]")
MOST_BYTES: Final = 64 * 1024 * 1024
Step = Callable[[pl.DataFrame], pl.DataFrame]


class Unwrapped(Struct, frozen=True, kw_only=True):
    """A document without what a tool put around its lines.

    Attributes:
        document: The same document with the lines that are left.
        lines: HELD: where each of them stands in the original.
        seams: Where the lines of another file begin, lines and bytes of `document`.
        is_turned: The lines stood in the other order: what they prove of absence is not certain any more.
    """

    document: Document
    lines: pl.DataFrame
    seams: tuple[Hole, ...] = ()
    is_turned: bool = False

    def with_original_places(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return ENTRIES or GAPS, the places of this document's rows led back to the original.

        Args:
            frame: ENTRIES or GAPS of any documents.
        """
        return with_rows_of(frame, self.document.document_id, self._led_back)

    def _led_back(self, rows: pl.DataFrame) -> pl.DataFrame:
        places = self._original(rows)
        if "session_id" in rows.columns:
            places = places.with_columns(session_id=self._sessions(rows))
        if self.is_turned and "confidence" in rows.columns:
            pasted = constant(Confidence.PASTED, PLACED["confidence"], len(rows))
            places = places.with_columns(confidence=pasted)
        return places

    def plain(self) -> Document:
        """Return the document with its lines in their order and as they are read, a file that a tool named before them.

        That is how they can be shown to others: what a tool put into a line may hide a secret from who looks for it.
        """
        lines = self.lines.reverse() if self.is_turned else self.lines
        text = pl.concat_str(pl.col("file") + ":", "text", ignore_nulls=True)
        content = "\n".join(lines.select(text).to_series()) + "\n"
        return replace(self.document, content=Memory(content.encode()))

    def line_of(self, line: int) -> int:
        """Return which line of the original a `line` of the document is, or stands in."""
        return int(self.lines["line"][min(line, len(self.lines)) - 1])

    def _numbers(self, lines: pl.Series) -> pl.Series:
        """Return which rows of `lines` they are; what is missing at the end stands behind the last one."""
        return (lines.cast(pl.Int64) - 1).clip(0, len(self.lines) - 1)

    def _sessions(self, rows: pl.DataFrame) -> pl.Series:
        """Return the session of each entry: its own, or the one that the file is called after that a tool names."""
        source = self.lines["file"][self._numbers(rows["line_from"])]
        sessions = {
            name: session_of(name.replace("\\", "/").rpartition("/")[2]) for name in source.unique().drop_nulls()
        }
        named = source.replace_strict(sessions, default=None, return_dtype=pl.String)
        return rows["session_id"].zip_with(rows["session_id"].is_not_null(), named)

    def _original(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return the places of `rows` in the original."""
        size = pl.col("text").str.len_bytes().cast(pl.Int64) + 1
        begin = pl.col("byte_from", "byte_to").cast(pl.Int64)
        lines = self.lines.with_columns(begin, begins=size.cum_sum() - size)
        first, last = (lines[self._numbers(rows[name])] for name in ("line_from", "line_to"))
        start = _shifted(first, rows["byte_from"].cast(pl.Int64))
        stop = _shifted(last, rows["byte_to"].cast(pl.Int64))
        is_empty = rows["byte_from"] == rows["byte_to"]
        if self.is_turned:  # a line stands above what it goes on from, and another run begins below its first line
            is_long = rows["line_from"] != rows["line_to"]
            start = first["byte_to"].zip_with(is_empty, last["byte_from"].zip_with(is_long, start))
            stop = first["byte_to"].zip_with(is_long, stop)
            first, last = last, first
        return pl.DataFrame(
            {
                "line_from": pl.Series(first["line"]),
                "line_to": pl.Series(last["line_to"]),
                "byte_from": start.cast(pl.UInt64),
                "byte_to": start.zip_with(is_empty, stop).cast(pl.UInt64),
            }
        )


def _shifted(lines: pl.DataFrame, place: pl.Series) -> pl.Series:
    """Return where a `place` on `lines` stands in the original.

    On a line whose text was changed only its ends are known; what lies between stays between them, and in order.
    """
    offset = place - lines["begins"]
    near = (lines["byte_from"] + offset).clip(lines["byte_from"], lines["byte_to"])
    is_end = (offset > 0) & (offset >= lines["text"].str.len_bytes())
    return near.zip_with(lines["is_exact"] | ~is_end, lines["byte_to"])


def unwrapped(document: Document, form: Form, head: bytes) -> tuple[Unwrapped, Form] | None:
    """Return `document` without what a tool put around its lines, and how it has to be read then; null for any other.

    Args:
        document: UTF-8; a paste as it stands, or a debug file that looks odd or may have its newest line first.
        form: Its form.
        head: Its first bytes, perhaps all of them.
    """
    if document.adapter is not None or document.content.size > MOST_BYTES:
        return None
    if not any(level in head for level in LEVELS):
        return None
    data = document.content.slice(form.skip, document.content.size)
    begun = head[form.skip :].decode("utf-8", "replace")
    is_debug_file = form.format == DocumentFormat.DEBUG_FILE
    is_exported = not document.is_pasted and is_export(begun)
    steps = (with_plain_characters, without_prefixes) if is_exported else _steps(begun)
    if steps or is_debug_file or _is_changed(begun):
        steps = (without_wraps, *steps, oldest_first)
    if not steps:
        return None
    before = lines = exported_lines(data, form.skip) if is_exported else held_lines(data, form.skip)
    for step in steps if len(lines) else ():
        lines = step(lines)
    if lines.is_empty() or (lines is before and not is_exported):
        return None
    text = "\n".join(lines["text"]) + "\n"
    bare = replace(document, content=Memory(text.encode()))
    seams = tuple(_seams(lines, document.document_id))
    bare_form = form_of(bare, bare.content.slice(0, len(head)))
    is_turned = len(lines) > 1 and bool(lines["line"][0] > lines["line"][-1])
    return Unwrapped(document=bare, lines=lines, seams=seams, is_turned=is_turned), replace(bare_form, skip=0)


def _steps(begun: str) -> Sequence[Step]:
    """Return what has to be taken off the lines of a document that begins with the text `begun`."""
    is_odd = [is_table(begun), odd_in(begun)]
    steps = [step for step, asked in zip((without_fields, with_plain_characters), is_odd, strict=True) if asked]
    return (*steps, without_prefixes) if steps or has_prefixes(begun) else ()


def _is_changed(begun: str) -> bool:
    """Return whether lines of a paste that begins with the text `begun` were broken or turned."""
    return may_be_wrapped(begun.encode()) or goes_back(begun.split("\n", HEAD_LINES))


def _seams(lines: pl.DataFrame, document_id: int) -> Iterator[Hole]:
    """Yield where the lines of another file begin."""
    source = lines["file"]
    if source.null_count() == len(source):
        return
    size = lines["text"].str.len_bytes() + 1
    begins = size.cum_sum() - size
    is_other = (source != source.shift()).fill_null(value=False)
    for row in is_other.arg_true():
        yield seam(document_id, row + 1, begins[row])
