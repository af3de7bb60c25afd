"""Read per-server logs: one JSON object a line, or one pretty-printed JSON array.

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
from dataclasses import dataclass
from typing import Final

from mcplog.model.document import Document
from mcplog.model.vocabulary import Level, TimeBasis
from mcplog.parse.formats import Form
from mcplog.parse.stamps import clock_ms

BLOCK_BYTES: Final = 4 * 1024 * 1024
LINE_BYTES: Final = 16 * 1024 * 1024
ARRAY_BYTES: Final = 256 * 1024 * 1024
RESUMES: Final = 100
FOLDER_START: Final = "mcp-logs-"
LEVEL_KEYS: Final = {"debug": Level.DEBUG, "error": Level.ERROR, "info": Level.INFO, "warn": Level.WARN}


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRecord:
    """One record of a per-server log.

    Attributes:
        line_from: First line, 1-based.
        line_to: Last line.
        byte_from: First byte.
        byte_to: One past the last byte.
        at_ms: Epoch milliseconds; null when missing or masked.
        basis: Why the instant is null, if it is.
        level: From the key that holds the message.
        session_id: Null when missing.
        message: The text.
    """

    line_from: int
    line_to: int
    byte_from: int
    byte_to: int
    at_ms: int | None
    basis: TimeBasis
    level: Level
    session_id: str | None
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogGap:
    """Lines of a per-server log that hold no record.

    Attributes:
        line_from: First line, 1-based.
        line_to: Last line.
        byte_from: First byte.
        byte_to: One past the last byte.
        is_tail: Nothing readable follows: the document was cut.
        is_too_long: It was not looked at because of its length.
    """

    line_from: int
    line_to: int
    byte_from: int
    byte_to: int
    is_tail: bool
    is_too_long: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerLog:
    """What a per-server log holds.

    Attributes:
        records: In order.
        gaps: In order.
        line_count: Lines of the document.
    """

    records: tuple[LogRecord, ...]
    gaps: tuple[LogGap, ...]
    line_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
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
    records: list[LogRecord] = []
    gaps: list[LogGap] = []
    number = 0
    for line in _lines(document, form.skip):
        number = line.number
        if line.data is None:
            gaps.append(_gap(line, 0, is_too_long=True))
            continue
        found, read_to = _records_of_line(line)
        records += found
        if read_to is not None:
            gaps.append(_gap(line, read_to))
    if gaps and gaps[-1].line_to == number and not gaps[-1].is_too_long:
        gaps[-1] = _as_tail(gaps[-1])
    return ServerLog(records=tuple(records), gaps=tuple(gaps), line_count=number)


def read_array_log(document: Document, form: Form) -> ServerLog:
    """Read a log that is one JSON array, perhaps cut in the middle.

    Args:
        document: UTF-8; bytes that are not are replaced.
        form: Says how many bytes to skip at the beginning.
    """
    size = document.content.size
    data = document.content.slice(form.skip, min(size, form.skip + ARRAY_BYTES))
    text = data.decode("utf-8", "surrogateescape")
    places = _Places(text=text, shift=form.skip)
    records: list[LogRecord] = []
    gaps: list[LogGap] = []
    for start, end, value in _objects(text, text.find("[") + 1):
        line_from, byte_from = places.at(start)
        line_to, byte_to = places.at(end)
        record = None if value is None else _record(value, line_from, line_to, byte_from, byte_to)
        if record is not None:
            records.append(record)
        elif value is None:
            gaps.append(
                LogGap(
                    line_from=line_from,
                    line_to=line_to,
                    byte_from=byte_from,
                    byte_to=byte_to,
                    is_tail=end >= len(text),
                )
            )
    line_count = text.count("\n") + (not text.endswith("\n") and bool(text))
    if form.skip + len(data) < size:
        last = LogGap(
            line_from=line_count,
            line_to=line_count,
            byte_from=form.skip + len(data),
            byte_to=size,
            is_tail=True,
            is_too_long=True,
        )
        gaps.append(last)
    return ServerLog(records=tuple(records), gaps=tuple(gaps), line_count=line_count)


class _Places:
    """Lines and bytes of ascending positions in a decoded text."""

    def __init__(self, *, text: str, shift: int) -> None:
        self._text, self._is_ascii = text, text.isascii()
        self._position, self._line, self._byte = 0, 1, shift

    def at(self, position: int) -> tuple[int, int]:
        """Return the 1-based line and the byte of `position`, which must not lie before the last one asked for."""
        passed = self._text[self._position : position]
        self._line += passed.count("\n")
        self._byte += len(passed) if self._is_ascii else len(passed.encode("utf-8", "surrogateescape"))
        self._position = position
        return self._line, self._byte


def _lines(document: Document, skip: int) -> Iterator[_Line]:
    position, number, size = skip, 1, document.content.size
    while position < size:
        data = document.content.slice(position, min(position + BLOCK_BYTES, size))
        if not data:
            return
        is_last = position + len(data) >= size
        cut = len(data) if is_last else data.rfind(b"\n") + 1
        if cut == 0:
            end = _line_end(document, position + len(data))
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


def _line_end(document: Document, position: int) -> int:
    size = document.content.size
    while position < size:
        data = document.content.slice(position, min(position + BLOCK_BYTES, size))
        at = data.find(b"\n")
        if at >= 0 or not data:
            return position + max(at, 0)
        position += len(data)
    return size


def _records_of_line(line: _Line) -> tuple[list[LogRecord], int | None]:
    """Return the records of one line and, where a part is unreadable, from which byte of the line on."""
    data = line.data or b""
    if not data.strip(b" \t\r\0"):
        return [], None
    text = data.decode("utf-8", "surrogateescape")
    records: list[LogRecord] = []
    unread = None
    for start, end, value in _objects(text, 0):
        first, last = _byte(text, start), _byte(text, end)
        if value is None:
            unread = first if unread is None else unread
            continue
        record = _record(value, line.number, line.number, line.byte_from + first, line.byte_from + last)
        if record is not None:
            records.append(record)
    return records, unread


def _byte(text: str, position: int) -> int:
    return position if text.isascii() else len(text[:position].encode("utf-8", "surrogateescape"))


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


def _record(
    value: dict[str, object], line_from: int, line_to: int, byte_from: int, byte_to: int
) -> LogRecord | None:
    found = next(((LEVEL_KEYS[key], text) for key, text in value.items() if key in LEVEL_KEYS), None)
    if found is None or not isinstance(found[1], str):
        return None
    stamp, session = value.get("timestamp"), value.get("sessionId")
    at_ms = clock_ms(stamp) if isinstance(stamp, str) else None
    basis = TimeBasis.RECORDED if at_ms is not None else TimeBasis.MASKED if stamp else TimeBasis.ORDER
    return LogRecord(
        line_from=line_from,
        line_to=line_to,
        byte_from=byte_from,
        byte_to=byte_to,
        at_ms=at_ms,
        basis=basis,
        level=found[0],
        session_id=_clean(session) if isinstance(session, str) and session else None,
        message=_clean(found[1]),
    )


def _clean(text: str) -> str:
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


def _gap(line: _Line, read_to: int, *, is_too_long: bool = False) -> LogGap:
    return LogGap(
        line_from=line.number,
        line_to=line.number,
        byte_from=line.byte_from + read_to,
        byte_to=line.byte_to,
        is_tail=False,
        is_too_long=is_too_long,
    )


def _as_tail(gap: LogGap) -> LogGap:
    return LogGap(
        line_from=gap.line_from, line_to=gap.line_to, byte_from=gap.byte_from, byte_to=gap.byte_to, is_tail=True
    )
