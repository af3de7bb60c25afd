"""Read entries out of whatever people paste: logs in Markdown, terminal copies, screens, prose with messages in it.

    > [DEBUG] MCP server "s": Saving tokens           quoted, emphasised, fenced, listed, indented, boxed
    …1312ms: Unauthorized [ERROR] MCP server "s" …    several entries on one line
    MCP server "s": Returning tokens                  without a level; `12:01:37 Starting …` without a server too
    {"debug":"…","timestamp":"…"}                     records of a per-server log
    the log says "Auth result: AUTHORIZED"            told in a sentence: confidence `prose`

May import: model. Touches: nothing.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from mcplog.model.document import Document
from mcplog.model.vocabulary import Confidence, GapReason, Level, TimeBasis
from mcplog.parse.formats import Form
from mcplog.parse.paste_lines import Line, lines_of, without_note
from mcplog.parse.paste_starts import Start, stamp_at_start, starts_in
from mcplog.parse.paste_told import (
    BODY_KEYS,
    CONFIG_MARKS,
    Context,
    context_of,
    fragments,
    is_label,
    is_omission,
    listed_server,
    sentence_at,
)
from mcplog.parse.places import Hole, Row, TextPlaces
from mcplog.parse.records import split_text_of
from mcplog.parse.server_log import row_of_object
from mcplog.parse.server_names import OPENING, Names, split_server

PASTE_BYTES: Final = 64 * 1024 * 1024
MESSAGE_CHARS: Final = 64 * 1024
OBJECT_CHARS: Final = 256 * 1024
WRAP_COLUMNS: Final = 60
SHORTEST_QUOTE: Final = 4
ESCAPED: Final = 'MCP server \\"'
STDERR: Final = "Server stderr: "
WRAPPED_STARTS: Final = "{(\"'"
VERSION_WORDS: Final = ("claude-code/", "cc_version=", "claude code", "version", "client ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """What a paste holds.

    Attributes:
        rows: In order; none overlap.
        holes: Where something was left out.
        line_count: Lines of the document.
        client_version: As it says of itself; null when it does not.
    """

    rows: tuple[Row, ...]
    holes: tuple[Hole, ...]
    line_count: int
    client_version: str | None


@dataclass(slots=True)
class _Entry:
    """An entry that may go on in the next line."""

    start: int
    end: int
    message: str
    line: Line
    level: Level = Level.NONE
    at_ms: int | None = None
    basis: TimeBasis = TimeBasis.ORDER
    confidence: Confidence = Confidence.PASTED
    server: str | None = None
    session_id: str | None = None
    names_server: bool = False
    goes_on: bool = True
    lines: int = 1


@dataclass(slots=True)
class _Reader:
    """Goes through the lines of one paste."""

    text: str
    lines: list[Line]
    looks_like: Callable[[str], bool]
    done: list[_Entry] = field(default_factory=list)
    open: _Entry | None = None
    context: Context = field(default_factory=Context)
    omissions: list[Line] = field(default_factory=list)
    skip_to: int = 0

    def read(self) -> None:
        for at, line in enumerate(self.lines):
            if line.line_end <= self.skip_to:
                continue
            if line.is_fence or not line.text:
                self.close()
                continue
            self.context = self.context.at(line)
            self._read_line(at, line)
        self.close()

    def close(self) -> None:
        if self.open is not None:
            self.done.append(self.open)
            self.open = None

    def begin(self, entry: _Entry) -> None:
        self.close()
        self.open = entry

    def _read_line(self, at: int, line: Line) -> None:
        if is_omission(line.text):
            self.close()
            self.omissions.append(line)
            return
        if not (self._object(line) or self._starts(line) or self._told(at, line) or self._message(line)):
            if self.open is not None and _continues(self.open, line):
                self._go_on(self.open, line)
            else:
                self.close()
                self._sentence(line)

    def _starts(self, line: Line) -> bool:
        starts = starts_in(line.text)
        if self.open is not None and STDERR in self.open.message and line.text.startswith("["):
            starts = [start for start in starts if start.is_about_mcp or start.at < start.text_at - 9 or start.at_ms]
        if not starts:
            return False
        for start, following in zip(starts, [*starts[1:], None], strict=True):
            end = following.at if following else len(line.text)
            self._start(line, start, end, is_last=following is None, is_first=start is starts[0])
        return True

    def _start(self, line: Line, start: Start, end: int, *, is_last: bool, is_first: bool) -> None:
        body = line.text[start.text_at : end].rstrip()
        body = without_note(_without_end_marks(body)) if is_last else _without_end_marks(body)
        if not start.is_about_mcp and not self.looks_like(body):
            self.close()
            return
        before = line.text[: start.at].strip("*_`>\"'([{ \t")
        in_prose = is_first and bool(before) and not line.is_fenced
        self.begin(
            _Entry(
                start=line.start + start.at,
                end=line.start + start.text_at + len(body),
                message=body,
                line=line,
                level=start.level,
                at_ms=start.at_ms,
                basis=start.basis,
                confidence=Confidence.PROSE if in_prose else Confidence.PASTED,
                names_server=start.is_about_mcp,
                goes_on=is_last,
            )
        )
        if not is_last:
            self.close()

    def _object(self, line: Line) -> bool:
        """Take a JSON object that is a record of a per-server log, an answer or a configuration."""
        bare = line.text.lstrip("[ ")
        if not bare.startswith("{"):
            return self._broken_config(line)
        start = line.start + line.text.index("{")
        try:
            value, size = json.JSONDecoder().raw_decode(self.text[start : start + OBJECT_CHARS])
        except (ValueError, RecursionError):
            return self._broken_config(line)
        if not isinstance(value, dict):
            return False
        end = start + size
        row = row_of_object(value) if "debug" in value or {"timestamp", "sessionId", "cwd"} & value.keys() else None
        if row is not None:
            entry = _Entry(start=start, end=end, message=row.message, line=line, goes_on=False)
            entry.level, entry.at_ms, entry.basis, entry.session_id = row.level, row.at_ms, row.basis, row.session_id
        elif self._is_shown(value, start, end, line):
            entry = _Entry(start=start, end=end, message=self.text[start:end], line=line, goes_on=False)
            entry.server = _configured(value) or self.context.server
        else:
            return False
        self.begin(entry)
        self.skip_to = end
        self.close()
        return True

    def _is_shown(self, value: dict[str, object], start: int, end: int, line: Line) -> bool:
        if self.open is not None and not line.is_fence and _continues(self.open, line):
            return False
        shown = self.text[start:end]
        return bool(BODY_KEYS & value.keys()) or any(mark in shown for mark in CONFIG_MARKS)

    def _broken_config(self, line: Line) -> bool:
        """Take one line of a configuration that is no whole JSON object."""
        if not any(mark in line.text for mark in CONFIG_MARKS) or "curl " in line.text:
            return False
        self.begin(_Entry(start=line.start, end=line.end, message=line.text, line=line, goes_on=False))
        return True

    def _told(self, at: int, line: Line) -> bool:
        """Take rows of screens, output of commands, results of tools, requests made by hand."""
        following = [after for after in self.lines[at + 1 : at + 6] if after.text][:3]
        begun = context_of(line, following)
        if begun is not None:
            self.close()
            self.context = begun
            if begun.is_screen:
                self._whole(line, server=begun.server, goes_on=False)
            return True
        if is_label(line, self.context):
            self._whole(line, server=self.context.server)
            return True
        if (server := listed_server(line.text)) is not None and _is_bare(line):
            self._whole(line, server=server, goes_on=False)
            return True
        if line.text.removeprefix("$ ").startswith("curl "):
            self._request(at, line)
            return True
        return self._shown(line)

    def _shown(self, line: Line) -> bool:
        text = line.text
        is_result = (line.pointer == "⎿" and self.context.is_tool) or text.startswith("tool result:")
        is_link = text.startswith(("http://", "https://")) and "response_type=code" in text
        if is_result or is_link or sentence_at(text) == 0:
            confidence = Confidence.PASTED if _is_bare(line) or is_result or is_link else Confidence.PROSE
            self._whole(line, server=self.context.server, confidence=confidence)
            return True
        return False

    def _request(self, at: int, line: Line) -> None:
        """Take a request made by hand with all its lines and what was written down as its answer."""
        last = line
        for after in self.lines[at + 1 : at + 40]:
            if after.number > last.number + 1 or after.is_fence or not after.text or starts_in(after.text):
                break
            last = after
        text = self.text[line.start : last.end]
        entry = _Entry(start=line.start, end=last.end, message=text, line=line, goes_on=False)
        entry.confidence = Confidence.PROSE
        self.begin(entry)
        self.skip_to = last.line_end
        self.close()

    def _message(self, line: Line) -> bool:
        """Take a message that stands without level and server, perhaps behind a stamp."""
        text = line.text.rstrip(",")
        text = without_note(_json_value(text))
        shift = line.text.find(text) if text else 0
        behind, at_ms, basis = stamp_at_start(text)
        if text.endswith(" MCP Server") or not self.looks_like(text[behind:]):
            return False
        entry = _Entry(
            start=line.start + max(shift, 0),
            end=line.start + max(shift, 0) + len(text),
            message=text[behind:],
            line=line,
            at_ms=at_ms,
            basis=basis,
            server=self.context.server,
        )
        self.begin(entry)
        return True

    def _whole(
        self,
        line: Line,
        *,
        server: str | None,
        goes_on: bool = True,
        confidence: Confidence = Confidence.PASTED,
    ) -> None:
        entry = _Entry(start=line.start, end=line.end, message=without_note(line.text), line=line, goes_on=goes_on)
        entry.server, entry.confidence = server, confidence
        self.begin(entry)

    def _go_on(self, entry: _Entry, line: Line) -> None:
        if len(entry.message) < MESSAGE_CHARS:
            text = line.text if _is_wrapped(entry, line) else self.text[line.start : line.end]
            entry.message += (" " if _is_wrapped(entry, line) else "\n") + text
        entry.end, entry.line, entry.lines = line.end, line, entry.lines + 1

    def _sentence(self, line: Line) -> None:
        """Take what a sentence quotes: messages, states of servers, what the screen said."""
        taken_to = 0
        for start, end in fragments(line.text):
            quoted = line.text[start:end]
            server = listed_server(quoted) if "·" in quoted else None
            is_told = bool(server) or self.looks_like(quoted) or sentence_at(quoted) == 0
            if start < taken_to or len(quoted) < SHORTEST_QUOTE or not is_told:
                continue
            entry = _Entry(start=line.start + start, end=line.start + end, message=quoted, line=line, goes_on=False)
            entry.confidence, entry.server = Confidence.PROSE, server
            self.begin(entry)
            self.close()
            taken_to = end
        at = sentence_at(line.text)
        if at >= taken_to and at >= 0:
            said = line.text[at:].rstrip("`\"'*_")
            entry = _Entry(start=line.start + at, end=line.start + at + len(said), message=said, line=line)
            entry.confidence = Confidence.PROSE
            self.begin(entry)


def read_paste(
    document: Document, form: Form, names: Names, looks_like_message: Callable[[str], bool] | None
) -> Pasted:
    """Read the entries of a paste.

    Args:
        document: UTF-8; bytes that are not are replaced.
        form: How many bytes to skip at the beginning.
        names: Server names known in the document's case.
        looks_like_message: Says whether a text without any prefix is a message of the client.
    """
    data = document.content.slice(form.skip, min(document.content.size, form.skip + PASTE_BYTES))
    text = data.decode("utf-8", "surrogateescape")
    lines = list(lines_of(text))
    reader = _Reader(text=text, lines=lines, looks_like=looks_like_message or _nothing)
    reader.read()
    entries = sorted(reader.done, key=lambda entry: (entry.start, entry.end))
    known = names.with_more(_names_in(entries))
    rows = tuple(_rows(entries, document, form, text, known))
    holes = [*_holes(reader.omissions, rows, document, form, text)]
    line_count = text.count("\n") + (not text.endswith("\n") and bool(text))
    if form.skip + len(data) < document.content.size:
        rest = Hole(
            document_id=document.document_id,
            line_from=line_count,
            line_to=line_count,
            byte_from=form.skip + len(data),
            byte_to=document.content.size,
            reason=GapReason.LIMIT,
        )
        holes.append(rest)
    return Pasted(rows=rows, holes=tuple(holes), line_count=line_count, client_version=version_in(lines))


def _nothing(text: str) -> bool:
    return not text


def version_in(lines: Sequence[Line]) -> str | None:
    """Return the client version that a paste tells: of a user agent, else of the first line that speaks of a version.

    Args:
        lines: Of the paste.
    """
    told = None
    for line in lines:
        low = line.text.lower()
        if not any(word in low for word in VERSION_WORDS):
            continue
        for mark in VERSION_WORDS[:2]:
            if mark in low:
                return _number_at(line.text, low.index(mark) + len(mark)) or told
        told = told or next((found for word in low.split() if (found := _number_at(word.lstrip("v(`\"'"), 0))), None)
    return told


def _number_at(text: str, at: int) -> str | None:
    end = at
    while end < len(text) and (text[end].isdigit() or text[end] == "."):
        end += 1
    parts = text[at:end].strip(".").split(".")
    if len(parts) < 3 or not all(part.isascii() and part.isdigit() for part in parts[:3]) or int(parts[0]) > 2:  # noqa: PLR2004 - major 2 is the newest
        return None
    return ".".join(parts[:3])


def _continues(entry: _Entry, line: Line) -> bool:
    """Return whether `line` goes on with `entry`: indented deeper, wrapped, or the output of a local server."""
    if not entry.goes_on or line.is_item or line.pointer or line.is_boxed != entry.line.is_boxed:
        return False
    if line.number != entry.line.number + 1:
        return False
    if STDERR in entry.message or line.text.startswith("at "):
        return True
    if entry.line.is_boxed:
        return entry.line.is_wide
    return line.indent > entry.line.indent or _is_wrapped(entry, line)


def _is_wrapped(entry: _Entry, line: Line) -> bool:
    """Return whether the terminal or a person broke the line; a message's own line ends are kept."""
    if STDERR in entry.message or line.text.startswith("at ") or "\n" in entry.message:
        return False
    if entry.line.is_boxed:
        return True
    is_lower = line.text[:1].islower() or line.text[:1] in WRAPPED_STARTS or line.text[:1].isdigit()
    is_long = entry.line.line_end - entry.line.line_start >= WRAP_COLUMNS
    return line.indent > entry.line.indent or (is_long and is_lower) or (is_lower and entry.message.endswith(":"))


def _configured(value: dict[str, object]) -> str | None:
    """Return the one server that a configuration is about."""
    servers = value.get("mcpServers")
    return next(iter(servers)) if isinstance(servers, dict) and len(servers) == 1 else None


def _is_bare(line: Line) -> bool:
    """Return whether a line is shown, not told: fenced, boxed, behind a terminal's sign, indented, or short."""
    return line.is_fenced or line.is_boxed or bool(line.pointer) or line.indent > 0 or len(line.text.split(". ")) == 1


def _without_end_marks(text: str) -> str:
    bare = text.rstrip()
    if bare.startswith(ESCAPED) and bare.endswith('"') and not bare.endswith('\\"'):
        bare = bare[:-1]
    bare = bare.removesuffix("\\n").rstrip()
    while bare.endswith(("**", "__", "_*", "*_")):
        bare = bare[:-2]
    if bare.endswith("`") and bare.count("`") % 2:
        bare = bare[:-1]
    return bare.rstrip()


def _json_value(text: str) -> str:
    """Return the message of one line of a pretty-printed record, `"debug": "…",`, else `text`."""
    for key in ('"debug": "', '"error": "', 'debug": "', 'error": "'):
        if text.startswith(key):
            return text[len(key) :].rstrip(",").removesuffix('"')
    return text


def _names_in(entries: Sequence[_Entry]) -> Iterator[str]:
    for entry in entries:
        if entry.names_server and entry.level != Level.ERROR:
            split = split_server(_plain(entry.message), Names(), is_error=None)
            if split is not None and "\n" not in split[0]:
                yield split[0]


def _only_server(entries: Sequence[_Entry], names: Names) -> str | None:
    """Return the one server that a paste names anywhere: what it tells without a name is about that one."""
    found = {names.on_screen(entry.server) for entry in entries if entry.server}
    for entry in entries:
        for part in _plain(entry.message).split(OPENING)[1:]:
            found.add(names.opening(part) or part.partition('"')[0])
    return found.pop() if len(found) == 1 else None


def _plain(message: str) -> str:
    """Return a message whose quotes are escaped as they were before."""
    if message.startswith((ESCAPED, f'"{ESCAPED}')):
        bare = message.removeprefix('"').rstrip("\\")
        bare = bare.removesuffix('"') if message.startswith('"') else bare
        try:
            return str(json.loads(f'"{bare}"'))
        except ValueError:
            return bare.replace('\\"', '"')
    return message


def _rows(entries: Sequence[_Entry], document: Document, form: Form, text: str, names: Names) -> Iterator[Row]:
    places = TextPlaces(text, form.skip)
    only = _only_server(entries, names)
    reached = 0
    for entry in entries:
        if entry.start < reached or entry.end <= entry.start:
            continue
        reached = entry.end
        (line_from, byte_from), (line_to, byte_to) = places.at(entry.start), places.at(entry.end)
        server, message = names.on_screen(entry.server), _clean(entry.message)
        if entry.names_server:
            is_error = None if entry.level == Level.NONE else entry.level == Level.ERROR
            named, message = split_text_of(_plain(message), names, is_error)
            server = named if named is not None else server
        yield Row(
            document_id=document.document_id,
            line_from=line_from,
            line_to=line_to,
            byte_from=byte_from,
            byte_to=byte_to,
            at_ms=entry.at_ms,
            basis=entry.basis,
            level=entry.level,
            confidence=entry.confidence,
            server=only if server is None else server,
            session_id=entry.session_id,
            message=message.lstrip(),
        )


def _clean(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _holes(omissions: Sequence[Line], rows: Sequence[Row], document: Document, form: Form, text: str) -> Iterator[Hole]:
    """Yield the marks of omission that stand between the first and the last entry."""
    if not rows:
        return
    places = TextPlaces(text, form.skip)
    for line in omissions:
        (number, byte_from), (_, byte_to) = places.at(line.start), places.at(line.end)
        if rows[0].line_from <= number <= rows[-1].line_to:
            yield Hole(
                document_id=document.document_id,
                line_from=number,
                line_to=number,
                byte_from=byte_from,
                byte_to=byte_to,
                reason=GapReason.CUT,
            )
