"""What a local server's output tells in any of its lines, not in the first alone.

    Server stderr: [scanner] booting...          one entry of four lines; the third says why the server left:
      [scanner] ready                            reason = input-ended
      07:21:39 scanner - stdin end               excerpt = "Server stderr: [scanner] booting... … 07:21:39 scanner -
      [scanner] exit: 0                                     stdin end"

The lines stay one entry and one event, since the client wrote one message; the event is placed on all of them.

May import: model, knowledge. Touches: nothing.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import polars as pl
from msgspec import Struct

from mcplog.knowledge.failure_words import reason_by_output
from mcplog.parse._table import Found

KIND: Final = "server_stderr"
MOST_CHARS: Final = 64 * 1024
LONGEST_LINE: Final = 200


class OutputTold(Struct, frozen=True, kw_only=True):
    """What one message of output tells.

    Attributes:
        row: Of the message.
        reason: One of REASONS.
        line: The line that tells it, trimmed; null when it is the first.
    """

    row: int
    reason: str
    line: str | None


def told_by_output(found: Sequence[Found], messages: pl.Series) -> Iterator[OutputTold]:
    """Yield what the output of local servers tells, the first known phrase of each message.

    Args:
        found: What the messages are.
        messages: The messages, all their lines; String.
    """
    phrases = reason_by_output()
    rows = [row for way in found if way.name == KIND for row in way.rows]
    for row, whole in zip(rows, messages.gather(rows), strict=True):
        message = whole[:MOST_CHARS]
        low = message.lower()
        if any(phrase in low for phrase in phrases):
            yield _first(row, message)


def _first(row: int, message: str) -> OutputTold:
    """Return the first line of a message with a known phrase; the message has one."""
    lines = message.split("\n")
    number, reason = next(
        (number, reason)
        for number, line in enumerate(lines)
        for phrase, reason in reason_by_output().items()
        if phrase in line.lower()
    )
    return OutputTold(row=row, reason=reason, line=lines[number].strip()[:LONGEST_LINE] if number else None)
