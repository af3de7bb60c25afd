"""Logs of mcp-remote, the bridge from stdio to a remote server.

    [37911] Using transport strategy: http-first                       what it writes to stderr
    [37911] [37911] Connecting to remote server: https://mcp.example/sse
    [2026-01-14T08:26:10.047Z][6801] Reading OAuth tokens              its own log with `--debug`

A log is about one server, which is called after the host of its address. Lines without a number in brackets belong to
the entry before them.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import takewhile
from typing import Final
from urllib.parse import urlsplit

from mcplog.model.foreign import ForeignEntry

HEAD_LINES: Final = 40
FEWEST: Final = 2  # lines of its form that tell it
MARKDOWN: Final = ("#", "```", "~~~", "> ", "<", "**")
FRAME: Final = "at "
MOST_FRAMES: Final = 40
STAMP: Final = len("[2026-01-14T08:26:10.047Z]")
ADDRESSES: Final = ("Connecting to remote server: ", "Starting mcp-remote with server URL: ")
TELLING: Final = (*ADDRESSES, "Using transport strategy: ", "OAuth callback server running", "Reading OAuth tokens")


class McpRemote:
    """Reads them."""

    name: Final = "mcp-remote"

    def recognises(self, head: str) -> bool:
        """Say whether a text that begins with `head` is such a log; one that shows some of its lines is none."""
        if head.lstrip().startswith(MARKDOWN):
            return False
        lines = [line for line in head.splitlines()[:HEAD_LINES] if line.strip() and not _is_frame(line)]
        said = [told for line in lines if (told := _said(line)) is not None]
        is_most = len(said) * 2 >= len(lines)
        return is_most and len(said) >= FEWEST and any(text.partition("] ")[2].startswith(TELLING) for _, text in said)

    def entries(self, text: str) -> Iterator[ForeignEntry]:
        """Yield the entries of a log `text`, in order."""
        lines = text.splitlines()
        server = _server(lines)
        for number, line in enumerate(lines, 1):
            told = _said(line)
            if told is not None:
                at, said = told
                stack = list(takewhile(_is_frame, lines[number : number + MOST_FRAMES]))
                message = "\n".join((said, *stack))
                yield ForeignEntry(line=number, line_to=number + len(stack), message=message, server=server, at=at)


def _said(line: str) -> tuple[datetime | None, str] | None:
    """Return moment and text of a line, with one number in front; null for one of another form."""
    at, rest = None, line
    if line[:1] == "[" and line[STAMP - 2 : STAMP] == "Z]":
        at, rest = _moment(line[1 : STAMP - 1]), line[STAMP:]
    number, end, said = rest.partition("] ")
    if not end or not number.startswith("[") or not number[1:].isdecimal():
        return None
    return at, f"{number}] {said.removeprefix(f'{number}] ')}"


def _is_frame(line: str) -> bool:
    """Return whether a line belongs to the stack of the error before it."""
    return line.startswith((" ", "\t")) and line.lstrip().startswith(FRAME)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _server(lines: list[str]) -> str | None:
    """Return the host of the server that a log is about."""
    for line in lines:
        for sign in ADDRESSES:
            if sign in line:
                try:
                    return urlsplit(line.partition(sign)[2].split()[0]).hostname
                except (ValueError, IndexError):
                    continue
    return None


ADAPTER: Final = McpRemote()
