"""JSON objects in a paste: where each ends, and what it says in one line.

    {"debug":"Returning tokens","timestamp":…}        a record of a per-server log
    {"error":"invalid_grant","error_description":…}    an answer, perhaps over several lines
    "mcpServers": { "notes": { "url": …               a configuration, whole or not

May import: model. Touches: nothing.
"""

import json
from collections.abc import Callable
from typing import Final

from msgspec import Struct

from mcplog.parse.paste_lines import Line
from mcplog.parse.paste_starts import starts_in
from mcplog.parse.paste_told import BODY_KEYS, CONFIG_MARKS
from mcplog.parse.pasted_entry import PastedEntry
from mcplog.parse.server_log import row_of_object

OBJECT_CHARS: Final = 256 * 1024
MOST_LOOKS: Final = 1000
DECODER: Final = json.JSONDecoder()
CONFIGURED: Final = "mcpServers"
FAULT_KEYS: Final = ("error", "error_description", "message", "detail")
OF_RECORDS: Final = frozenset({"timestamp", "sessionId", "cwd"})
FAILED: Final = ("Connection failed", "HTTP Connection failed", "SSE Connection failed", "STDIO Connection failed")


class ShownObject(Struct, frozen=True):
    """An object in a paste.

    Attributes:
        value: What it holds.
        start: Where it begins in the text.
        end: Where it ends.
        shown: As it stands there.
    """

    value: dict[str, object]
    start: int
    end: int
    shown: str

    @property
    def tells(self) -> bool:
        """It is an answer or a configuration."""
        return bool(BODY_KEYS & self.value.keys()) or any(mark in self.shown for mark in CONFIG_MARKS)

    def in_one_line(self) -> str:
        """Return it as a message is written: in one line, what tells a fault first."""
        if "\n" not in self.shown or not (BODY_KEYS & self.value.keys() or CONFIGURED in self.value):
            return self.shown
        first = [key for key in (*FAULT_KEYS, CONFIGURED) if key in self.value]
        return json.dumps({key: self.value[key] for key in (*first, *self.value)}, ensure_ascii=False)

    def entry(self, message: str, line: Line) -> PastedEntry:
        """Return the entry whose `message` it is; it begins on `line`."""
        return PastedEntry(start=self.start, end=self.end, message=message, line=line, goes_on=False)

    def record(self, line: Line, looks_like: Callable[[str], bool]) -> PastedEntry | None:
        """Return the entry that it is as a record of a per-server log; null when it is none.

        Args:
            line: It begins there.
            looks_like: Says whether a text without any prefix is a message of the client.
        """
        row = row_of_object(self.value) if self._may_be_record(looks_like) else None
        if row is None:
            return None
        entry = self.entry(row.message, line)
        entry.level, entry.at_ms, entry.basis, entry.session_id = row.level, row.at_ms, row.basis, row.session_id
        return entry

    def _may_be_record(self, looks_like: Callable[[str], bool]) -> bool:
        """Return whether it has what records have, or is an error alone that the client says."""
        if "debug" in self.value or OF_RECORDS & self.value.keys():
            return True
        error = self.value.get("error")
        return len(self.value) == 1 and isinstance(error, str) and error.startswith(FAILED) and looks_like(error)


class ObjectReader(Struct):
    """Finds objects in a text.

    Attributes:
        text: All of it.
        looks_left: How many more objects of several lines are looked for.
    """

    text: str
    looks_left: int = MOST_LOOKS

    def at(self, start: int, line_end: int) -> ShownObject | None:
        """Return the object that begins at `start`; null when it is none.

        It mostly ends with its line. So many lines may begin one that goes on, then no more: each costs a long look.

        Args:
            start: Where it begins.
            line_end: Where that line ends.
        """
        line = self.text[start:line_end]
        try:
            value, size = DECODER.raw_decode(line)
        except json.JSONDecodeError as error:
            if error.pos < len(line.rstrip()) or not self.looks_left:
                return None
            self.looks_left -= 1
            try:
                value, size = DECODER.raw_decode(self.text[start : start + OBJECT_CHARS])
            except (ValueError, RecursionError):
                return None
        except (RecursionError, ValueError):  # deeper, or a number with more digits, than Python reads
            return None
        if not isinstance(value, dict):
            return None
        return ShownObject(value, start, start + size, self.text[start : start + size])


def is_config_line(text: str) -> bool:
    """Return whether a line is one of a configuration that is no whole object; entries show headers as well."""
    if not any(mark in text for mark in CONFIG_MARKS):  # the cheapest question first: few lines pass it
        return False
    return "curl " not in text and not any(start.is_about_mcp for start in starts_in(text))
