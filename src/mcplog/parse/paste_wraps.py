"""Tell which lines of a paste go on in the next, and whether all of it was wrapped at some column.

    2026-11-25T00:36:43.901Z [DEBUG] MCP server "s": HTTP Connection failed after   a line that is full: the next word
    16ms: Unauthorized                                                             would not have fitted

A paste counts as wrapped when a few of its full lines are followed by what begins nothing. In others only the longest
line is full, and what follows it begins something.

May import: model. Touches: nothing.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final

from mcplog.parse.paste_lines import Line

NARROWEST: Final = 60
WIDEST: Final = 240
FEW: Final = 3
NOT_WRAPPED: Final = 0
STDERR: Final = "Server stderr: "
STACK: Final = "at "
LONG: Final = 60
WRAPPED_STARTS: Final = "{(\"'"
ERROR_HEADS: Final = (
    "Error: ",
    "SDK auth failed: ",
    "HTTP ",
    "Streamable HTTP error: ",
    "Protected resource",
    "Incompatible ",
    "Got new credentials",
    "Failed to reconnect to ",
    "Connection failed: ",
)


def wrap_width(lines: Sequence[Line], begins: Callable[[Line], bool]) -> int:
    """Return the column at which a paste was wrapped; 0 when it does not look wrapped.

    Args:
        lines: Of the paste.
        begins: Says whether a line begins an entry or is a message of its own.
    """
    width = max((_length(line) for line in lines if " " in line.text), default=NOT_WRAPPED)
    if not NARROWEST <= width <= WIDEST:
        return NOT_WRAPPED
    found = 0
    for line, following in pairwise(lines):
        if is_full(line, following, width) and not begins(following):
            found += 1
            if found == FEW:
                return width
    return NOT_WRAPPED


def is_full(line: Line, following: Line, width: int) -> bool:
    """Return whether the first word of the `following` line would not have fitted behind `line`.

    Args:
        line: A line.
        following: The line below it.
        width: Columns of the paste; 0 when it was not wrapped.
    """
    if not width or following.number != line.number + 1 or not (line.text and following.text):
        return False
    return _length(line) + 1 + len(following.text.split(" ", 1)[0]) > width


def _length(line: Line) -> int:
    return line.line_end - line.line_start


def may_follow(above: Line, line: Line) -> bool:
    """Return whether `line` stands right below the line `above` and in the same surroundings."""
    is_other = line.is_item or bool(line.pointer) or line.is_boxed != above.is_boxed
    return not is_other and line.number == above.number + 1


def continues(above: Line, message: str, line: Line) -> bool:
    """Return whether `line` goes on with a message: indented deeper, wrapped, or the output of a local server.

    Args:
        above: The last line of the message.
        message: What was read of it.
        line: The next line.
    """
    if not may_follow(above, line):
        return False
    if STDERR in message or line.text.startswith(STACK):
        return True
    if above.is_boxed:
        return above.is_wide
    return line.indent > above.indent or is_wrapped(above, message, line)


def is_wrapped(above: Line, message: str, line: Line) -> bool:
    """Return whether the terminal or a person broke a message before `line`; a message's own line ends are kept.

    Args:
        above: The last line of the message.
        message: What was read of it.
        line: The next line.
    """
    if STDERR in message or line.text.startswith(STACK) or "\n" in message:
        return False
    if above.is_boxed:
        return True
    is_lower = line.text[:1].islower() or line.text[:1] in WRAPPED_STARTS or line.text[:1].isdigit()
    is_long = _length(above) >= LONG
    is_error = message.startswith(ERROR_HEADS)
    if message.endswith(":") and (is_lower or is_error):
        return True
    return line.indent > above.indent or (is_lower and (is_long or (is_error and line.is_fenced)))
