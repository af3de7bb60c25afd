"""Requests that somebody made by hand, and what was answered.

    $ curl -X POST https://mcp.example/mcp -H "Authorization: Bearer $TOKEN" -d '{"jsonrpc":"2.0",…}'
    {"jsonrpc":"2.0","result":{"protocolVersion":"2025-06-18"},…}                it worked
    HTTP/2 401                                                                   it was refused

Only requests to an MCP server that carry a token count: others say nothing about whether the token is good.

May import: model. Touches: nothing.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from mcplog.parse.paste_lines import Line
from mcplog.parse.report_facts import Told
from mcplog.parse.report_readings import server_url

COMMANDS: Final = ("curl -", "curl http", "curl '", 'curl "', "curl \\", "curl $")
LINES: Final = 60  # of a command and its answer
EMPTY_LINES: Final = 3  # between them
MOST: Final = 6  # that are taken from one paste
TOKENS: Final = ("authorization: bearer", "authorization:bearer", "--oauth2-bearer")
OF_MCP: Final = ("jsonrpc", '"method"', "/mcp", "/sse", "mcp-protocol-version", "mcp-session-id")
NOT_OF_MCP: Final = ("grant_type=", "/token", "/register", "/userinfo", "/.well-known/")
# What only an answer has. `"protocolVersion"` stands in the request as well.
WORKED: Final = (
    '"result"',
    '\\"result\\"',
    '"serverinfo"',
    " 200 ok",
    "http/1.1 200",
    "http/2 200",
    "http/2.0 200",
    "status: 200",
)
REFUSED: Final = {
    "http/1.1 401": 401,
    "http/2 401": 401,
    "http/2.0 401": 401,
    " 401 unauthorized": 401,
    "status: 401": 401,
    '"invalid_token"': 401,
    "http/1.1 403": 403,
    "http/2 403": 403,
    "http/2.0 403": 403,
    " 403 forbidden": 403,
    "status: 403": 403,
    '"insufficient_scope"': 403,
}


def told_by_requests(text: str, lines: Sequence[Line], taken: Collection[int]) -> Iterator[Told]:
    """Yield what the first requests made by hand tell, in order.

    Args:
        text: The whole paste.
        lines: Its lines.
        taken: Numbers of the lines that are entries of a log; an answer does not reach over them.
    """
    left = MOST if any(command in text for command in COMMANDS) else 0
    for number, line in enumerate(lines):
        if not left:
            return
        at = min((place for command in COMMANDS if (place := line.text.find(command)) >= 0), default=-1)
        if at >= 0 and (told := _told(text, list(_block(lines, number, taken)), line.start + at)) is not None:
            left -= 1
            yield told


def _block(lines: Sequence[Line], first: int, taken: Collection[int]) -> Iterator[Line]:
    """Yield the lines of a command and of what follows, up to the next command, heading or entry."""
    empty = 0
    for number, line in enumerate(lines[first : first + LINES]):
        is_entry = line.number in taken and not _is_answer(line)
        is_other = is_entry or line.text.startswith("#") or any(word in line.text for word in COMMANDS)
        empty = 0 if line.text and not line.is_fence else empty + 1
        if (number and is_other) or empty > EMPTY_LINES:
            return
        yield line


def _is_answer(line: Line) -> bool:
    """Return whether a line that stands for itself is the JSON of an answer, and no record of a log."""
    return line.text.startswith(("{", "[{")) and '"timestamp"' not in line.text


def _lower(text: str) -> str:
    """Return `text` in lower case, each letter at its place."""
    return text.lower() if text.isascii() else "".join(low if len(low := char.lower()) == 1 else char for char in text)


def _told(text: str, block: Sequence[Line], start: int) -> Told | None:
    low = _lower(text[start : block[-1].line_end])
    codes = [(line.start - start, int(line.text)) for line in block if line.text in ("200", "401", "403")]
    marks = [(at, 200) for word in WORKED if (at := low.find(word)) >= 0]
    marks += [(at, status) for word, status in REFUSED.items() if (at := low.find(word)) >= 0]
    if not (marks or codes):
        return None
    answer, status = min([*marks, *codes])
    request = low[:answer]
    if not any(word in request for word in TOKENS) or any(word in request for word in NOT_OF_MCP):
        return None
    if not any(word in low for word in OF_MCP):
        return None
    end = text.find("\n", start + answer)
    fields: dict[str, object] = {"url": server_url(text[start : start + answer])}
    worked = status == 200  # noqa: PLR2004 - RFC 9110 §15.3.1
    return Told(
        kind="request_by_hand_worked_reported" if worked else "request_by_hand_refused_reported",
        start=start,
        end=len(text) if end < 0 else end,
        fields=fields if worked else {**fields, "http_status": status},
    )
