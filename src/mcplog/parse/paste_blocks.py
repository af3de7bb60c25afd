"""Lines of a paste that are one entry together.

    curl -X POST https://…        a request made by hand, and what was written down as its answer
      -H "Accept: …"
    HTTP/1.1 401 Unauthorized

    Error: [                      an error whose text is a list of what is wrong with an answer
      { "path": ["issuer"], …

    tracker: npx tracker          a row of the list of servers that was broken before its state
    - ✗ Failed to connect

May import: model. Touches: nothing.
"""

from collections.abc import Sequence
from typing import Final

from mcplog.parse.listed_rows import GLYPHS
from mcplog.parse.paste_lines import Line
from mcplog.parse.paste_starts import starts_in
from mcplog.parse.paste_told import listed_server
from mcplog.parse.pasted_entry import PastedEntry

REQUEST_LINES: Final = 40
LIST_LINES: Final = 80


def end_of_request(lines: Sequence[Line], at: int) -> Line:
    """Return the last line of the request that begins in line number `at`: what stands right below it is its answer.

    Args:
        lines: Of the paste.
        at: Index of a line.
    """
    last = lines[at]
    for after in lines[at + 1 : at + REQUEST_LINES]:
        if after.number > last.number + 1 or after.is_fence or not after.text or starts_in(after.text):
            break
        last = after
    return last


def end_of_list(lines: Sequence[Line], at: int) -> Line | None:
    """Return the last line of the list of errors that begins in line number `at`; null when none does.

    Args:
        lines: Of the paste.
        at: Index of a line.
    """
    last, is_telling = lines[at], False
    head = last.text.rpartition(": ")
    if head[2] != "[" or not head[0].endswith("Error"):
        return None
    for after in lines[at + 1 : at + LIST_LINES]:
        if after.is_fence or not after.text:
            break
        last, is_telling = after, is_telling or after.text.lstrip('"').startswith("path")
    return last if is_telling else None


def row_in_two(lines: Sequence[Line], at: int) -> PastedEntry | None:
    """Return the row of the list of servers whose state stands in line number `at`; null when none does.

    Args:
        lines: Of the paste.
        at: Index of a line.
    """
    line, above = lines[at], lines[at - 1] if at else lines[at]
    if not line.is_item or line.text[:1] not in GLYPHS or above.number + 1 != line.number:
        return None
    row = f"{above.text} - {line.text}"
    server = listed_server(row)
    if server is None:
        return None
    return PastedEntry(
        start=above.start,
        end=line.end,
        message=row,
        line=line,
        server=server,
        is_listed=True,
        goes_on=False,
    )
