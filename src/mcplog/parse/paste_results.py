"""What a tool of a server answered, as a terminal shows it below the call: `⎿  Error: {"error": "invalid_token"}`.

May import: model. Touches: nothing.
"""

from collections.abc import Callable, Sequence
from typing import Final

from mcplog.parse.bodies import refusal_in
from mcplog.parse.paste_lines import Line
from mcplog.parse.paste_told import RESULT, begins_sentence

CALL_LINES: Final = 6  # above a result; the call of a tool that is no server's may stand there
REFUSAL_START: Final = 'Error: {"'


def result_alone(lines: Sequence[Line], at: int, looks_like: Callable[[str], bool]) -> str | None:
    """Return the refusal in JSON that a tool answered in line number `at`, its call not shown; null when it is none.

    Args:
        lines: Of the paste.
        at: Index of a line.
        looks_like: Says whether a text without any prefix is a message of the client.
    """
    line = lines[at]
    text = line.text.removeprefix(RESULT).lstrip()
    if not (line.pointer == RESULT or line.text.startswith(RESULT)) or not text.startswith(REFUSAL_START):
        return None
    above = lines[max(at - CALL_LINES, 0) : at]
    is_of_other = any(before.pointer not in ("", RESULT) for before in above)
    return text if not is_of_other and is_refusal(text, looks_like) else None


def is_refusal(text: str, looks_like: Callable[[str], bool]) -> bool:
    """Return whether the result of a tool tells of a refusal in words that are not the client's.

    Args:
        text: The result.
        looks_like: As in `result_alone`.
    """
    return refusal_in(text) is not None and not (looks_like(text) or begins_sentence(text))
