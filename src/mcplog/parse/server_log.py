"""Read per-server logs: one JSON object a line, or printed over several lines, one by one or as an array.

    {"debug":"Returning tokens","timestamp":"2026-11-25T00:53:03.511Z","sessionId":"…","cwd":"/home/user/project"}

    [
      {
        "error": "Connection failed: …",
        "timestamp": "2026-11-25T00:53:03.511Z",

The messages are those of the debug file without `MCP server "<name>": `; the server is the folder's. Keys may be
missing, stamps masked by whoever shared the file, arrays cut in the middle: what can be read is read, the rest is told.

May import: model. Touches: nothing.
"""

import json
from collections.abc import Iterator
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from mcplog.model.document import Document
from mcplog.model.vocabulary import GapReason, Level, TimeBasis
from mcplog.parse.debug_chunks import BLOCK_BYTES, line_end
from mcplog.parse.formats import Form
from mcplog.parse.places import Hole, Row, TextPlaces
from mcplog.parse.stamps import clock_ms

LINE_BYTES: Final = 16 * 1024 * 1024
ARRAY_BYTES: Final = 256 * 1024 * 1024
RESUMES: Final = 100
LEVEL_KEYS: Final = {"debug": Level.DEBUG, "error": Level.ERROR, "info": Level.INFO, "warn": Level.WARN}


class ServerLog(Struct, frozen=True, kw_only=True):
    """What a per-server log holds.

    Attributes:
        rows: In order; `server` is null, the folder names it.
        holes: In order.
        line_count: Lines of the document.
        ends_cut: Its end is missing.
    """

    rows: tuple[Row, ...]
    holes: tuple[Hole, ...]
    line_count: int
    ends_cut: bool

    @property
    def client_version(self) -> str | None:
        """The client version that the first user agent in it names; null when none does."""
        for row in self.rows:
            _, found, version = row.message.partition("claude-code/")
            number = version[: len(version) - len(version.lstrip("0123456789."))]
            if found and number.count(".") == 2:  # noqa: PLR2004 - major.minor.patch
                return number
        return None


class _Line(Struct, frozen=True, kw_only=True):
    number: int
    byte_from: int
    byte_to: int
    data: bytes | None  # null: longer than LINE_BYTES


def read_lines_log(document: Document, form: Form) -> ServerLog:
    """Read a log of one JSON object a line.

    Args:
        document: UTF-8; bytes that are not are replaced.
        form: Says how many bytes to skip at the beginning.
    """
    rows: list[Row] = []
    holes: list[Hole] = []
    number, is_whole = 0, True
    for line in _lines(document, form.skip):
        number = line.number
        if line.data is None:
            place = _Place(document.document_id, number, number, line.byte_from, line.byte_to)
            holes.append(place.hole(GapReason.TOO_LONG))
            continue
        found, unread, is_whole = _rows_of_line(line, document.document_id)
        rows += found
        holes += unread
    return ServerLog(rows=tuple(rows), holes=tuple(holes), line_count=number, ends_cut=not is_whole)


def read_array_log(document: Document, form: Form) -> ServerLog:
    """Read a log whose objects go over several lines, one array or one after the other; perhaps cut in the middle.

    Args:
        document: UTF-8; bytes that are not are replaced.
        form: Says how many bytes to skip at the beginning.
    """
    size, owner = document.content.size, document.document_id
    data = document.content.slice(form.skip, min(size, form.skip + ARRAY_BYTES))
    text = data.decode("utf-8", "surrogateescape")
    places = TextPlaces(text, form.skip)
    rows: list[Row] = []
    holes: list[Hole] = []
    is_array = text.lstrip().startswith("[")
    is_cut = ("]" if is_array else "}") not in text[-64:]
    for start, end, value in _objects(text, text.find("[") + 1 if is_array else 0):
        (line_from, byte_from), (line_to, byte_to) = places.at(start), places.at(end)
        place = _Place(owner, line_from, line_to, byte_from, byte_to)
        if value is None:
            is_cut = is_cut or end >= len(text)
            holes.append(place.hole(GapReason.CUT))
        elif (row := place.row(value)) is not None:
            rows.append(row)
    line_count = text.count("\n") + (not text.endswith("\n") and bool(text))
    if form.skip + len(data) < size:
        is_cut = True
        holes.append(_Place(owner, line_count, line_count, form.skip + len(data), size).hole(GapReason.LIMIT))
    return ServerLog(rows=tuple(rows), holes=tuple(holes), line_count=line_count, ends_cut=is_cut)


def row_of_object(value: dict[str, object]) -> Row | None:
    """Return the entry that an object of a per-server log is, without a place; null for one without a message.

    Args:
        value: The object; keys may be missing.
    """
    found = next(((LEVEL_KEYS[key], text) for key, text in value.items() if key in LEVEL_KEYS), None)
    if found is None or not isinstance(found[1], str):
        return None
    stamp, session = value.get("timestamp"), value.get("sessionId")
    at_ms = clock_ms(stamp) if isinstance(stamp, str) else None
    return Row(
        document_id=0,
        line_from=0,
        line_to=0,
        byte_from=0,
        byte_to=0,
        at_ms=at_ms,
        basis=TimeBasis.RECORDED if at_ms is not None else TimeBasis.MASKED if stamp else TimeBasis.ORDER,
        level=found[0],
        session_id=clean(session) if isinstance(session, str) and session else None,
        message=clean(found[1]),
    )


class _Place(Struct, frozen=True):
    document_id: int
    line_from: int
    line_to: int
    byte_from: int
    byte_to: int

    def hole(self, reason: GapReason) -> Hole:
        return Hole(
            document_id=self.document_id,
            line_from=self.line_from,
            line_to=self.line_to,
            byte_from=self.byte_from,
            byte_to=self.byte_to,
            reason=reason,
        )

    def row(self, value: dict[str, object]) -> Row | None:
        row = row_of_object(value)
        return row and replace(
            row,
            document_id=self.document_id,
            line_from=self.line_from,
            line_to=self.line_to,
            byte_from=self.byte_from,
            byte_to=self.byte_to,
        )


def _lines(document: Document, skip: int) -> Iterator[_Line]:
    position, number, size = skip, 1, document.content.size
    while position < size:
        data = document.content.slice(position, min(position + BLOCK_BYTES, size))
        if not data:
            return
        is_last = position + len(data) >= size
        cut = len(data) if is_last else data.rfind(b"\n") + 1
        if cut == 0:
            end = line_end(document, position + len(data))
            whole = document.content.slice(position, end) if end - position <= LINE_BYTES else None
            yield _Line(number=number, byte_from=position, byte_to=end, data=whole)
            position, number = end + 1, number + 1
            continue
        at = 0
        while at < cut:
            end = data.find(b"\n", at, cut)
            end = cut if end < 0 else end
            yield _Line(number=number, byte_from=position + at, byte_to=position + end, data=data[at:end])
            at, number = end + 1, number + 1
        position += cut


def _rows_of_line(line: _Line, document_id: int) -> tuple[list[Row], list[Hole], bool]:
    """Return the entries of one line, the stretches of it that are unreadable, and whether its end is one."""
    data = line.data or b""
    if not data.strip(b" \t\r\0"):
        return [], [], True
    text = data.decode("utf-8", "surrogateescape")
    rows: list[Row] = []
    holes: list[Hole] = []
    places, is_whole = TextPlaces(text, line.byte_from), True
    for start, end, value in _objects(text, 0):
        byte_from, byte_to = places.at(start)[1], places.at(end)[1]
        place = _Place(document_id, line.number, line.number, byte_from, byte_to)
        is_whole = value is not None
        if value is None:
            holes.append(place.hole(GapReason.CUT))
        elif (row := place.row(value)) is not None:
            rows.append(row)
    return rows, holes, is_whole


def _objects(text: str, position: int) -> Iterator[tuple[int, int, dict[str, object] | None]]:
    """Yield start, end and value of each object; a null value stands for a stretch that is no object.

    Of an object that breaks off, the keys before the break are yielded, then the rest as unreadable.
    """
    decode = json.JSONDecoder().raw_decode
    resumes, size = 0, len(text)
    while True:
        while position < size and text[position] in " \t\r\n,\0":
            position += 1
        if position >= size or text[position] == "]":
            rest = text[position + 1 :].strip(" \t\r\n\0") if position < size else ""
            if rest:
                yield position + 1, size, None
            return
        try:
            value, end = decode(text, position)
        except (ValueError, RecursionError):
            pairs, broken = _pairs(text, position)
            if pairs:
                yield position, broken, pairs
            resumes += 1
            end = _next_object(text, broken) if resumes < RESUMES else size
            if text[broken:end].strip(" \t\r\n,]\0"):
                yield broken, end, None
        else:
            if isinstance(value, dict):
                yield position, end, value
        position = end


def _pairs(text: str, position: int) -> tuple[dict[str, object], int]:
    """Return the whole key-value pairs of an object that breaks off, and where it breaks."""
    decode = json.JSONDecoder().raw_decode
    pairs: dict[str, object] = {}
    if text[position] != "{":
        return pairs, position
    at, whole = position + 1, position
    try:
        while True:
            at = _skipped(text, at, " \t\r\n,")
            key, at = decode(text, at)
            at = _skipped(text, at, " \t\r\n")
            if not isinstance(key, str) or text[at] != ":":
                break
            value, at = decode(text, _skipped(text, at + 1, " \t\r\n"))
            pairs[key] = value
            whole = at
    except (ValueError, RecursionError, IndexError):
        pass
    return (pairs, whole) if any(key in pairs for key in LEVEL_KEYS) else ({}, position)


def _skipped(text: str, at: int, chars: str) -> int:
    while text[at] in chars:
        at += 1
    return at


def _next_object(text: str, position: int) -> int:
    """Return where the next line begins that an object begins on, or the next record on the same line."""
    same = [at for key in LEVEL_KEYS if (at := text.find(f'{{"{key}":', position + 1)) >= 0]
    at = text.find("\n", position)
    while at >= 0:
        start = at + 1
        while start < len(text) and text[start] in " \t":
            start += 1
        if text.startswith("{", start):
            return min([start, *same])
        at = text.find("\n", start)
    return min(same, default=len(text))


def clean(text: str) -> str:
    """Return `text` with U+FFFD for every byte that was not UTF-8 and every lone half of a surrogate pair."""
    if text.isascii():
        return text
    return text.encode("utf-8", "surrogateescape" if _is_escaped(text) else "surrogatepass").decode("utf-8", "replace")


def _is_escaped(text: str) -> bool:
    try:
        text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return False
    return True
