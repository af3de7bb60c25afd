"""Read many debug files: join the small ones, cut the large ones, and say what each document is known to cover.

May import: model. Touches: nothing.
"""

from collections.abc import Iterator
from typing import Final

import polars as pl
from msgspec import Struct, field

from mcplog.model.document import Document
from mcplog.parse.debug_chunks import SMALL_BYTES, join_small, read_block
from mcplog.parse.debug_file import find_records
from mcplog.parse.debug_lines import Likely, likely_lines
from mcplog.parse.formats import Form, starts_record
from mcplog.parse.places import Hole
from mcplog.parse.records import Split, Usual, split_named, split_usual
from mcplog.parse.run_starts import RunStart, seams
from mcplog.parse.stamps import stamp_ms

MUCH_BYTES: Final = 1024 * 1024
MOST_BYTES: Final = 4 * MUCH_BYTES
LOOK_BACK_LINES: Final = 64
TAIL_BYTES: Final = 64 * 1024


class Span(Struct, frozen=True, kw_only=True):
    """What a debug file is known to cover.

    Attributes:
        from_ms: First stamp, epoch milliseconds; null where lines have none.
        to_ms: Last stamp.
        starts_inside: The document begins in the middle of a record.
        first_text: Text of its first record, behind the level.
        ends_in_line: The last line has no line end.
        ends_in_header: The last line breaks off before its text begins.
    """

    from_ms: int | None
    to_ms: int | None
    starts_inside: bool
    first_text: str
    ends_in_line: bool
    ends_in_header: bool


class DebugFiles(Struct, frozen=True, kw_only=True):
    """What debug files hold.

    Attributes:
        parts: Records in batches; the odd ones still have to be split when all names are known.
        versions: Client version by document.
        spans: By document.
        line_counts: By document.
        holes: What could not be read as it is.
    """

    parts: tuple[Usual, ...] = ()
    versions: dict[int, str] = field(default_factory=dict)
    spans: dict[int, Span] = field(default_factory=dict)
    line_counts: dict[int, int] = field(default_factory=dict)
    holes: tuple[Hole, ...] = ()


class DebugReader:
    """Takes debug files one by one and keeps only what is about MCP.

    A value that grows: ten thousand documents are read one after the other, and none of their bytes is kept.
    """

    def __init__(self) -> None:
        self._waiting: dict[Form, list[tuple[Document, bytes]]] = {}
        self._waiting_bytes: dict[Form, int] = {}
        self._likely: dict[Form, list[pl.DataFrame]] = {}
        self._likely_bytes = 0
        self._splits: list[Split] = []
        self._versions: dict[int, str] = {}
        self._spans: dict[int, Span] = {}
        self._line_counts: dict[int, int] = {}
        self._holes: list[Hole] = []
        self._starts: dict[int, list[RunStart]] = {}
        self._firsts: dict[int, int] = {}

    def add(self, document: Document, form: Form, head: bytes) -> None:
        """Read one document.

        Args:
            document: The debug file.
            form: Its form.
            head: Its first bytes, perhaps all of them.
        """
        size = document.content.size
        if size > SMALL_BYTES:
            self._add_large(document, form)
            return
        data = head if len(head) >= size else document.content.slice(0, size)
        beginning = data[form.skip : form.skip + TAIL_BYTES]
        self._spans[document.document_id] = span_of(beginning, data, form)
        self._waiting.setdefault(form, []).append((document, data))
        self._waiting_bytes[form] = self._waiting_bytes.get(form, 0) + len(data)
        if self._waiting_bytes[form] > SMALL_BYTES:
            self._read_waiting(form)

    def finish(self) -> DebugFiles:
        """Return what was found in all documents that were added."""
        for form in list(self._waiting):
            self._read_waiting(form)
        self._sort_out()
        return DebugFiles(
            parts=(split_usual(self._splits),) if self._splits else (),
            versions=self._versions,
            spans=self._spans,
            line_counts=self._line_counts,
            holes=(*self._holes, *self._seams()),
        )

    def _read_waiting(self, form: Form) -> None:
        self._take(likely_lines(join_small(self._waiting.pop(form), form)), form)
        del self._waiting_bytes[form]

    def _add_large(self, document: Document, form: Form) -> None:
        position, line, size = form.skip, 1, document.content.size
        while position < size:
            chunk, position = read_block(document, form, position, line)
            likely = likely_lines(chunk)
            line += likely.line_counts[document.document_id]
            self._take(likely, form)
        head = document.content.slice(form.skip, form.skip + TAIL_BYTES)
        tail = document.content.slice(max(form.skip, size - TAIL_BYTES), size)
        self._spans[document.document_id] = span_of(head, tail, form)

    def _take(self, likely: Likely, form: Form) -> None:
        """Keep lines until there are so many that to look at them is worth while."""
        self._holes += likely.holes
        for document_id, line_count in likely.line_counts.items():
            self._line_counts[document_id] = self._line_counts.get(document_id, 0) + line_count
        if not likely.lines.height:
            return
        self._likely_bytes += likely.size
        # A view of the texts keeps the whole chunk alive: good for what is looked at now, and for that alone.
        is_much = likely.size > MUCH_BYTES
        lines = likely.lines if is_much else likely.lines.with_columns(pl.col("text") + "")
        self._likely.setdefault(form, []).append(lines)
        if is_much or self._likely_bytes > MOST_BYTES:
            self._sort_out()

    def _sort_out(self) -> None:
        for form, lines in self._likely.items():
            self._find(pl.concat(lines), form)
        self._likely, self._likely_bytes = {}, 0

    def _find(self, lines: pl.DataFrame, form: Form) -> None:
        found = find_records(lines, form, self._versions)
        if found.records.height:
            self._splits.append(split_named(found.records))
            owner, byte_from = found.records["document_id"], found.records["byte_from"]
            for row in owner.is_first_distinct().arg_true() if owner[0] != owner[-1] else [0]:
                self._firsts.setdefault(owner[row], byte_from[row])
        self._versions.update(found.versions)
        self._holes += found.holes
        for start in found.starts:
            self._starts.setdefault(start.document_id, []).append(start)

    def _seams(self) -> Iterator[Hole]:
        """Yield where other runs begin in documents that hold records."""
        for document_id in sorted(self._starts.keys() & self._firsts.keys()):
            starts, first_byte = self._starts[document_id], self._firsts[document_id]
            yield from seams(starts, first_byte, self._versions.get(document_id))


def span_of(head: bytes, tail: bytes, form: Form) -> Span:
    """Return what a debug file is known to cover.

    Args:
        head: Its beginning, behind the byte order mark.
        tail: Its end; may be the same bytes.
        form: Its form.
    """
    ends_in_line = not tail.endswith(b"\n")
    first = head[:512].split(b"\n", 1)[0]
    last = tail[tail.rfind(b"\n") + 1 :] if ends_in_line else b"\n"
    begins = starts_record(first, stamped=form.stamped)
    return Span(
        from_ms=_first_stamp(first if begins else head) if form.stamped else None,
        to_ms=_last_stamp(tail) if form.stamped else None,
        starts_inside=not begins and not form.ansi,
        first_text=_text_of(first) if begins else "",
        ends_in_line=ends_in_line,
        ends_in_header=ends_in_line and not form.ansi and _is_header_cut(last),
    )


def _first_stamp(head: bytes) -> int | None:
    for line in _lines(head):
        if starts_record(line, stamped=True):
            return stamp_ms(line[:24].decode("utf-8", "replace"))
    return None


def _last_stamp(tail: bytes) -> int | None:
    end = len(tail)
    for _ in range(LOOK_BACK_LINES):
        at = tail.rfind(b"\n", 0, end) + 1
        if starts_record(tail[at : at + 40], stamped=True):
            return stamp_ms(tail[at : at + 24].decode("utf-8", "replace"))
        end = at - 1
        if end <= 0:
            break
    return None


def _lines(data: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        end = data.find(b"\n", at)
        yield data[at : end if end >= 0 else len(data)][:64]
        at = end + 1 if end >= 0 else len(data)


def _text_of(line: bytes) -> str:
    return line.partition(b"] ")[2].decode("utf-8", "replace")


def _is_header_cut(line: bytes) -> bool:
    """Return whether a last line breaks off inside its stamp or level."""
    if not line:
        return False
    shape = b"0000-00-00T00:00:00.000Z ["
    digits = bytes(48 if 48 <= code <= 57 else code for code in line[: len(shape)])  # noqa: PLR2004 - ASCII digits
    if shape.startswith(digits) and len(line) <= len(shape):
        return True
    return (line[:26].endswith(b"Z [") and len(line) < 33) or (line.startswith(b"[") and len(line) < 8)  # noqa: PLR2004 - lengths of what is looked for
