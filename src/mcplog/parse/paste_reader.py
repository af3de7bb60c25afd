"""Go through the lines of a paste and take what is an entry, line by line.

May import: model. Touches: nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from msgspec import structs

from mcplog.model.vocabulary import Confidence, Level, TimeBasis
from mcplog.parse.listed_rows import GLYPHS, row_of
from mcplog.parse.omissions import is_omission
from mcplog.parse.paste_blocks import end_of_list, end_of_request, row_in_two
from mcplog.parse.paste_lines import Line, without_note
from mcplog.parse.paste_objects import ObjectReader, ShownObject, is_config_line
from mcplog.parse.paste_quotes import told_in
from mcplog.parse.paste_results import is_refusal, result_alone
from mcplog.parse.paste_starts import (
    Start,
    hosted_at,
    stamp_at_start,
    stamp_before,
    starts_in,
    without_metadata,
)
from mcplog.parse.paste_texts import configured, is_bare, json_value, without_end_marks, without_prose
from mcplog.parse.paste_told import (
    ADDRESSES,
    HEADING_END,
    RESULT,
    RESULTS,
    Context,
    begins_sentence,
    context_of,
    errors_in,
    is_bare_heading,
    is_label,
    listed_server,
)
from mcplog.parse.paste_wraps import STDERR, continues, is_full, is_wrapped, may_follow, wrap_width
from mcplog.parse.pasted_entry import PastedEntry
from mcplog.parse.shown_objects import TOOL_RESULT, called_server, tool_result

MESSAGE_CHARS: Final = 64 * 1024
EDITOR_START: Final = "Starting server "
EDITOR_HOST: Final = "from "  # LocalProcess extension host
EDITOR_STATE: Final = "Connection state: "  # VS Code says so right behind
EDITOR_LINES: Final = 24
HOSTED_LINES: Final = 3  # what its server printed stands between the lines of another host
CODE: Final = "`"
NOTICE: Final = "⚠ "
OBJECT_LINES: Final = 60  # between the call of a tool and its result
SHELL_COMMENT: Final = "# "  # before the output of a command, where people show it below the command
RECORD_STARTS: Final = ('{"debug"', '{"error"')
UNFINISHED: Final = (":", " to")


@dataclass(slots=True)
class PasteReader:
    """Goes through the lines of one paste.

    Attributes:
        text: All of it.
        lines: Its lines, without their marks.
        looks_like: Says whether a text without any prefix is a message of the client.
        done: Entries found.
        open: The entry that the next line may belong to.
        context: The server that lines without a name are about.
        omissions: Lines that say that something was left out.
        skip_to: Up to here the text has been taken.
        objects: Finds the objects in it.
        width: The column at which it was wrapped; 0 when it was not.
        begun_at: Where an entry begins whose line another one ends in.
        stamp: Of the next entry, which was wrapped between the two.
        starting: The server that VS Code starts, if it is VS Code that says so.
    """

    text: str
    lines: list[Line]
    looks_like: Callable[[str], bool]
    done: list[PastedEntry] = field(default_factory=list)
    open: PastedEntry | None = None
    context: Context = field(default_factory=Context)
    omissions: list[Line] = field(default_factory=list)
    skip_to: int = 0
    objects: ObjectReader = field(init=False)
    width: int = 0
    begun_at: int = -1
    stamp: tuple[int | None, TimeBasis] | None = None
    starting: str = ""

    def __post_init__(self) -> None:
        """Look for objects in the same text."""
        self.objects = ObjectReader(self.text)

    def read(self) -> None:
        """Go through all lines; the entries are in `done` then, the marks of omission in `omissions`."""
        self.width = wrap_width(self.lines, self._begins)
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
        """End the entry that might have gone on."""
        if self.open is not None:
            self.done.append(self.open)
            self.open = None

    def begin(self, entry: PastedEntry) -> None:
        """Let `entry` be the one that may go on in the next line."""
        self.close()
        self.open = entry

    def _read_line(self, at: int, line: Line) -> None:
        if is_omission(line.text):
            self.close()
            self.omissions.append(line)
            return
        if self._is_wrapped_off(line):
            return
        is_entry = self._object(line) or self._starts(line) or self._told(at, line) or self._list(at, line)
        if not (is_entry or self._message(line)):
            if self.open is not None and self._goes_on(self.open, line):
                self._go_on(self.open, line)
            else:
                self.close()
                self._sentence(line)

    def _is_wrapped_off(self, line: Line) -> bool:
        """Take a line that was wrapped off the open entry, or the part of it before another entry begins."""
        entry = self.open
        if (
            entry is None
            or not entry.goes_on
            or not is_full(entry.line, line, self.width)
            or not may_follow(entry.line, line)
        ):
            return False
        starts = starts_in(line.text)
        first = starts[0].at if starts else 0
        if starts and first:
            self._end_within(entry, line, first)
        elif starts and starts[0].level != Level.NONE:
            self._give_back_stamp(entry)
        elif not starts and line.text.startswith(RECORD_STARTS):
            return False
        elif not starts or entry.message.endswith(UNFINISHED):
            self._go_on(entry, line)
            return True
        return False

    def _end_within(self, entry: PastedEntry, line: Line, at: int) -> None:
        """Let `entry` end in `line`, where another begins at `at`."""
        tail = line.text[:at].rstrip()
        if tail:
            entry.message += " " + tail
            entry.end, entry.line = line.start + len(tail), line
        self.begun_at = line.start + at

    def _give_back_stamp(self, entry: PastedEntry) -> None:
        """Take a stamp off the end of `entry`: the entry that it belongs to was wrapped behind it."""
        at, at_ms, basis = stamp_before(entry.message, len(entry.message))
        if at < len(entry.message):
            kept = entry.message[:at].rstrip()
            entry.end -= len(entry.message) - len(kept)
            entry.message, self.stamp = kept, (at_ms, basis)

    def _begins(self, line: Line) -> bool:
        """Return whether `line` begins an entry or is a message of its own."""
        text = line.text
        is_other = (
            line.is_fence or line.is_item or bool(line.pointer) or line.is_boxed or text.startswith(RECORD_STARTS)
        )
        return is_other or bool(starts_in(text)) or self.looks_like(text[stamp_at_start(text)[0] :])

    def _starts(self, line: Line) -> bool:
        starts = starts_in(line.text)
        if starts and starts[0].level == Level.NONE and errors_in(line.text)[:1] == [(0, len(line.text))]:
            return False  # an error that names its server, not a record of it
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
        is_closed = not line.is_fenced and line.text[: start.at].endswith(CODE) and CODE in body
        body = body.partition(CODE)[0] if is_closed else body
        body = without_note(without_end_marks(body)) if is_last else without_end_marks(body)
        server, shift = None, 0
        if not start.is_about_mcp:
            behind, server, _ = hosted_at(line.text[:end], line.text.rindex("[", 0, start.text_at))
            shift = behind - start.text_at if server else 0
            body = without_metadata(body[shift:])
            if server:
                self._hosted(line, server)
            else:
                server = self._edited(line, body)
            if not self.looks_like(body):
                self.close()
                return
        is_behind = is_first and bool(line.text[: start.at].strip("*_`>\"'([{ \t"))
        in_prose = is_behind and not line.is_fenced and line.start + start.at != self.begun_at
        at_ms, basis = (self.stamp if is_first and self.stamp else None) or (start.at_ms, start.basis)
        self.stamp = None
        self.begin(
            PastedEntry(
                start=line.start + start.at,
                end=line.start + start.text_at + shift + len(body),
                message=body,
                line=line,
                level=start.level,
                at_ms=at_ms,
                basis=basis,
                confidence=Confidence.PROSE if in_prose else Confidence.PASTED,
                server=server,
                names_server=start.is_about_mcp,
                goes_on=is_last and not shift and not is_closed,
            )
        )
        if not is_last:
            self.close()

    def _hosted(self, line: Line, server: str) -> None:
        """Let what follows a line of another host be what its server printed, up to the host's next line."""
        self.context = Context(server=server, until=line.number + HOSTED_LINES, is_output=True)

    def _edited(self, line: Line, body: str) -> str | None:
        """Return the server that a line of VS Code is about, whose name stands where it is started alone."""
        if body.startswith(EDITOR_STATE) and self.starting:
            self.context = Context(server=self.starting, is_editor=True)
        named = body.removeprefix(EDITOR_START) if body.startswith(EDITOR_START) else ""
        self.starting = "" if named.startswith(EDITOR_HOST) else named
        if not self.context.is_editor:
            return None
        self.context = replace(self.context, until=line.number + EDITOR_LINES)
        return self.context.server

    def _object(self, line: Line) -> bool:
        """Take a JSON object that is a record of a per-server log, an answer or a configuration."""
        is_begun = line.text.lstrip("[ `").startswith("{")
        found = self.objects.at(line.start + line.text.index("{"), line.line_end) if is_begun else None
        if found is None:
            return self._broken_config(line)
        if line.text.startswith("`") and self.text[found.end : line.line_end].strip("`} "):
            return False  # a sentence that begins with what it quotes
        server = called_server(found.value)
        entry = None if server else self._entry_of(found, line)
        if server is None and entry is None:
            return False
        self.close()
        if server is not None:
            self.context = Context(server=server, until=line.number + OBJECT_LINES)
        if entry is not None:
            self.done.append(entry)
        self.skip_to = found.end
        return True

    def _entry_of(self, found: ShownObject, line: Line) -> PastedEntry | None:
        """Return what a JSON object says: a record, an answer, a configuration, or the result of a tool."""
        record = found.record(line, self.looks_like)
        if record is not None:
            return record
        follows = self.open is not None and not line.is_fence and self._goes_on(self.open, line)
        message = found.in_one_line() if found.tells and not follows else tool_result(found.value)
        if message is None:
            return None
        is_result = found.tells and not follows and line.pointer == RESULT and self.context.is_tool
        entry = found.entry(f"{TOOL_RESULT}{message}" if is_result else message, line)
        entry.server = configured(found.value) or self.context.server
        return entry

    def _broken_config(self, line: Line) -> bool:
        """Take one line of a configuration that is no whole JSON object; entries show headers as well."""
        if not is_config_line(line.text):
            return False
        self.begin(PastedEntry(start=line.start, end=line.end, message=line.text, line=line, goes_on=False))
        return True

    def _told(self, at: int, line: Line) -> bool:
        """Take rows of screens, output of commands, results of tools, requests made by hand."""
        following = [after for after in self.lines[at + 1 : at + 6] if after.text][:3]
        begun = context_of(line, following)
        if begun is not None:
            self.close()
            self.context = begun
            if begun.is_screen:
                self._heading(line, following, begun.server)
            return True
        if is_label(line, self.context):
            self._whole(line, server=self.context.server)
            return True
        server = listed_server(line.text.removeprefix(SHELL_COMMENT), is_list=self.context.is_list)
        if server is not None and is_bare(line):
            self._whole(line, server=server, goes_on=False, is_listed=True)
            return True
        if self._listed_in_two(at):
            return True
        if line.text.removeprefix("$ ").startswith("curl "):
            self._block(line, end_of_request(self.lines, at), confidence=Confidence.PROSE)
            return True
        return self._shown(at, line)

    def _listed_in_two(self, at: int) -> bool:
        """Take a row of the list that was broken before its state: `tracker: npx tracker` and below `- ✗ Failed`."""
        entry = row_in_two(self.lines, at)
        if entry is not None:
            self.begin(entry)
        return entry is not None

    def _heading(self, line: Line, following: list[Line], server: str | None) -> None:
        """Take the heading of a server's screen, which newer clients write in two lines."""
        is_bare = is_bare_heading(line, following)
        self._whole(line, server=server, goes_on=False, is_listed=is_bare)
        if is_bare and self.open is not None:
            below = following[0]
            self.open.message, self.open.end = line.text + HEADING_END, below.end
            self.skip_to = below.line_end
            self.close()

    def _shown(self, at: int, line: Line) -> bool:
        text = line.text
        is_result = (line.pointer == RESULT and self.context.is_tool) or text.startswith(TOOL_RESULT.rstrip())
        is_link = text.startswith(ADDRESSES) and "response_type=code" in text
        is_said = line.pointer == RESULT and text.startswith(RESULTS)
        if is_result and is_refusal(text, self.looks_like):
            self._whole(line, server=self.context.server, lead=TOOL_RESULT)
            return True
        shown = result_alone(self.lines, at, self.looks_like)
        if shown is not None:
            result = structs.replace(line, start=line.end - len(shown), text=shown)
            self._whole(result, server=self.context.server, lead=TOOL_RESULT)
            return True
        if is_result or is_link or is_said or begins_sentence(text):
            confidence = Confidence.PASTED if is_bare(line) or is_result or is_link else Confidence.PROSE
            self._whole(line, server=self.context.server, confidence=confidence)
            return True
        return False

    def _list(self, at: int, line: Line) -> bool:
        """Take an error whose text is a list of what is wrong with an answer, over many lines: `Error: [`."""
        last = end_of_list(self.lines, at)
        if last is not None:
            self._block(line, last)
        return last is not None

    def _block(self, line: Line, last: Line, *, confidence: Confidence = Confidence.PASTED) -> None:
        """Take an entry that is all lines from one to another."""
        text = self.text[line.start : last.end]
        self.begin(
            PastedEntry(start=line.start, end=last.end, message=text, line=line, confidence=confidence, goes_on=False)
        )
        self.skip_to = last.line_end
        self.close()

    def _message(self, line: Line) -> bool:
        """Take a message that stands without level and server, perhaps behind a stamp, or as another host writes it."""
        text = line.text.rstrip(",").removeprefix(NOTICE)
        value = json_value(text)
        is_member = value != text
        text = without_note(without_prose(value))
        shift = line.text.find(text) if text else 0
        behind, at_ms, basis = stamp_at_start(text)
        behind, server, level = hosted_at(text, behind) if behind else (0, None, Level.NONE)
        is_hosted = server is not None
        if server:
            self.close()
            self._hosted(line, server)
        elif not (behind and self.context.is_output):
            server = self.context.server
        message = without_metadata(text[behind:])
        is_other = text.endswith(HEADING_END) or text.startswith(("{", *GLYPHS, *RESULTS)) or row_of(text) is not None
        if is_other or not self.looks_like(message):
            return False
        entry = PastedEntry(
            start=line.start + max(shift, 0),
            end=line.start + max(shift, 0) + len(text),
            message=message,
            line=line,
            level=level,
            at_ms=at_ms,
            basis=basis,
            server=server,
            is_member=is_member,
            goes_on=not is_hosted,
        )
        self.begin(entry)
        return True

    def _whole(
        self,
        line: Line,
        *,
        server: str | None,
        goes_on: bool = True,
        is_listed: bool = False,
        confidence: Confidence = Confidence.PASTED,
        lead: str = "",
    ) -> None:
        message = line.text.removeprefix(SHELL_COMMENT) if is_listed else without_note(line.text)
        start = line.start + (len(line.text) - len(message) if is_listed else 0)
        entry = PastedEntry(start=start, end=line.end, message=f"{lead}{message}", line=line, goes_on=goes_on)
        entry.server, entry.confidence, entry.is_listed = server, confidence, is_listed
        self.begin(entry)

    def _sentence(self, line: Line) -> None:
        """Take what a sentence quotes or says that the client said."""
        for entry in told_in(line, self.looks_like):
            self.begin(entry)
            if not entry.goes_on:
                self.close()

    @staticmethod
    def _goes_on(entry: PastedEntry, line: Line) -> bool:
        return entry.goes_on and continues(entry.line, entry.message, line)

    def _go_on(self, entry: PastedEntry, line: Line) -> None:
        if len(entry.message) < MESSAGE_CHARS:
            wrapped = is_full(entry.line, line, self.width) or is_wrapped(entry.line, entry.message, line)
            text = line.text if wrapped else self.text[line.start : line.end]
            is_address = entry.message.startswith(ADDRESSES) and " " not in entry.message
            entry.message += ("" if wrapped and is_address else " " if wrapped else "\n") + text
        entry.end, entry.line, entry.lines = line.end, line, entry.lines + 1
