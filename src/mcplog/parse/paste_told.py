"""What people show besides log lines: screens, command output, configurations, requests by hand, answers.

    │ Status: ✘ failed   │                      a server's screen: the heading names the server
    tracker · ✔ connected                       a row of the screen `/mcp`, see listed_rows
    tracker: https://… (HTTP) - ✘ Failed        a row of `claude mcp list`
    ⏺ tracker - search (MCP)(query: "x")        a tool call; its result follows behind ⎿
    $ claude mcp login tracker                  a command; its output follows
    tracker:                                    output of `claude mcp get`: its scope, status, … follow

May import: model. Touches: nothing.
"""

import re  # noqa: TID251 - the patterns are the grammar's; few lines have the words that they look for
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final

from mcplog.parse._table import Head
from mcplog.parse.listed_rows import GLYPHS, NAME_LENGTH, marked_row_of, row_of
from mcplog.parse.paste_lines import Line
from mcplog.parse.tables import tables

HOSTED: Final = "Claude.ai "  # a connector's name begins so on its screen
HEADING_END: Final = " MCP Server"
LABELS: Final = (
    "Status:",
    "Issue:",
    "Auth:",
    "URL:",
    "Config location:",
    "Capabilities:",
    "Command:",
    "Args:",
    "Error:",
    "Tools:",
)
TELLING_LABELS: Final = ("Status:", "Auth:", "Issue:")
STATUS_WORDS: Final = (
    "connected",
    "connecting",
    "disconnected",
    "failed",
    "needs authentication",
    "not authenticated",
    "authenticated",
    "disabled",
)
LIST_HEADINGS: Final = ("Manage MCP servers", "MCP servers")
BARE_HEADING: Final = "MCP server"
RESULT: Final = "⎿"
SCOPE: Final = "Scope:"
TOOL_MARK: Final = "(MCP)"
SAID: Final = "said"
STARTING: Final = "spawn "
OTHER_PROGRAMS: Final = ("claude", "git", "gh", "rg", "security", "xdg-open", "cmd.exe")
RESULTS: Final = ("Reconnected to ", "Authentication cleared for ")  # words that also stand in any prose
UNLISTED: Final = ", but fetching "
ERROR: Final = "Error: "
RETRIED: Final = "Received error: "  # mcp-remote says so before it tries another transport
MARKS: Final = "`\"'*_ "  # may stand around what a sentence quotes
DENIALS: Final = ("no", "not", "without", "never", "any", "nor")
CONDITIONS: Final = (
    "if you see",
    "if you get",
    "when you see",
    "you may see",
    "you might see",
    "you should see",
    "case you see",
)
DUTIES: Final = ("must", "should", "shall")  # what a server has to answer was not seen
CONDITION_LENGTH: Final = 40
BRIEF: Final = ("session not found", "no valid session id provided")  # any text may quote them
FIRST_REQUEST: Final = "initialize"  # of a connection: it has no session id yet
NO_SESSION_ID: Final = "no valid session id"
ERROR_WORDS: Final = (
    "error",
    "does not",
    "failed: HTTP",
    "trying to load",
    "Non-200",
    "content type",
    "Existing OAuth",
    "OAuth state",
    "Server returned",
    "timed out after",
    "requires re-authorization",
    "but fetching",
    "For troubleshooting",
    "authentication requires",
    "closed unexpectedly",
    "spawn ",
    "is not recognized as",
    " status sending ",
    " status connecting ",
    "Process exited with ",
    "OAuth callback port",
    "server metadata from all",
    "Failed to fetch resource metadata",
    "session has been terminated",
    "ession expired or",
)
ADDRESSES: Final = ("http://", "https://")
GETTING: Final = "claude mcp get "
NAMING_VERBS: Final = ("login", "logout", "get", "add", "remove")
BODY_KEYS: Final = frozenset(
    {"error", "message", "error_description", "jsonrpc", "isError", "result", "mcp_servers", "requestId"}
)
CONFIG_MARKS: Final = ('"mcpServers"', '"Authorization"')
CONTEXT_LINES: Final = 24
LIST_LINES: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the lines before tell about the server that a line without a name is about.

    Attributes:
        server: The name; null where nothing names one.
        until: The last line that it holds for.
        is_screen: A server's screen was begun, whose labels are entries.
        is_tool: A tool call was shown, whose result is an entry.
        is_list: The list of all servers was begun, whose rows are entries.
        is_output: It is about what a server printed between another host's lines, which has no stamp.
        is_editor: VS Code began to start the server; its lines name none.
    """

    server: str | None = None
    until: int = 0
    is_screen: bool = False
    is_tool: bool = False
    is_list: bool = False
    is_output: bool = False
    is_editor: bool = False

    def at(self, line: Line) -> "Context":
        """Return what still holds at `line`."""
        return self if line.number <= self.until else Context()


def context_of(line: Line, following: list[Line]) -> Context | None:
    """Return the context that `line` begins, or null.

    Args:
        line: A line.
        following: The next lines that hold something.
    """
    return _of_heading(line, following) or _of_output(line, following)


def _of_heading(line: Line, following: list[Line]) -> Context | None:
    """Return the context that the heading of a screen begins."""
    text, until = line.text, line.number + CONTEXT_LINES
    if (
        text.endswith(HEADING_END)
        and not errors_in(text)
        and any(after.text.startswith(TELLING_LABELS) for after in following)
    ):
        return Context(server=screen_name(text.removesuffix(HEADING_END)), until=until, is_screen=True)
    if is_bare_heading(line, following):
        return Context(server=text, until=until, is_screen=True)
    if text == LIST_HEADINGS[0] or (text == LIST_HEADINGS[1] and any(_is_count(after.text) for after in following[:1])):
        return Context(until=line.number + LIST_LINES, is_list=True)
    return None


def _of_output(line: Line, following: list[Line]) -> Context | None:
    """Return the context that a command or a tool call begins."""
    text, until = line.text, line.number + CONTEXT_LINES
    below = following[0] if following else line
    if text.endswith(":") and below.text.startswith(SCOPE) and below.indent > line.indent:
        return Context(server=_shown_by_get(text) or text[:-1], until=until)
    if line.pointer and " - " in text.partition(TOOL_MARK)[0] and (text.endswith(TOOL_MARK) or f"{TOOL_MARK}(" in text):
        return Context(server=text.partition(" - ")[0].strip() or None, until=until, is_tool=True)
    words = text.removeprefix("$ ").split()
    if words[:2] == ["claude", "mcp"] and len(words) > 2 and listed_server(text) is None:  # noqa: PLR2004 - behind them
        names = [word for word in words[3:] if not word.startswith("-") and "://" not in word]
        named = names[0] if names and words[2] in NAMING_VERBS[:3] else None
        return Context(server=named, until=until)
    return None


def _shown_by_get(text: str) -> str:
    """Return the server of a sentence that leads in the output of a command: "`claude mcp get tracker` shows:"."""
    _, is_led_in, rest = text.partition(GETTING)
    return rest.split()[0].strip("`:\"'") if is_led_in and rest.strip() else ""


def is_bare_heading(line: Line, following: list[Line]) -> bool:
    """Return whether `line` names the server of a screen alone, what it is in the next line of the `following`."""
    texts = [after.text for after in following]
    is_name = 0 < len(line.text) <= NAME_LENGTH
    return is_name and texts[:1] == [BARE_HEADING] and any(text.startswith(TELLING_LABELS) for text in texts[1:])


def _is_count(text: str) -> bool:
    number, _, word = text.partition(" ")
    return number.isdecimal() and word in ("server", "servers")


def screen_name(heading: str) -> str:
    """Return the name of a server whose screen has the heading `heading`, which begins with a capital letter."""
    name = heading.lstrip("# ").replace("**", "").rpartition(": ")[2].strip("`_ ")
    _, is_hosted, connector = name.partition(HOSTED)
    name = f"{HOSTED}{connector}" if is_hosted else name  # `Server: **Tracker MCP Server`
    return "plugin:" + name.removeprefix("Plugin:") if name.startswith("Plugin:") else name


def is_label(line: Line, context: Context) -> bool:
    """Return whether `line` is a row of a server's screen, given its `context`."""
    if context.is_screen and line.text.startswith(LABELS):
        return True
    if not line.text.startswith(TELLING_LABELS):
        return False
    value = line.text.partition(":")[2].strip()
    return (bool(value) and value[:1] in GLYPHS) or value.lower().startswith(STATUS_WORDS)


def listed_server(text: str, *, is_list: bool = False) -> str | None:
    """Return the server that `text` is about, a row of a list or a state in a sentence; null if neither.

    Args:
        text: A line, or a part of one.
        is_list: It stands in the list of `/mcp`, where names may hold anything and signs may come first.
    """
    before, found, after = text.rpartition(" - ")
    if found and after[:1] in GLYPHS and len(after) > 1 and after[1] == " ":
        name, colon, address = before.partition(": ")
        inner, is_led_in, rest = address.partition(": ")
        if is_led_in and rest.startswith(ADDRESSES):  # `claude mcp list says: tracker: https://…`
            name = inner
        return name if colon and 0 < len(name) <= NAME_LENGTH and "`" not in before else None
    row = row_of(text)
    if is_list:
        row = row or marked_row_of(text)
        return row.server if row else None
    if row is None or ": " in row.server or (row.is_in_columns and not row.status.lower().startswith(STATUS_WORDS)):
        return None
    return row.server


def begins_sentence(text: str) -> bool:
    """Return whether a `text` begins as the client says how a sign-in or a connection ended."""
    said = text.removeprefix(ERROR)
    return said.startswith(_sentences()) or (said.startswith(RESULTS[0]) and UNLISTED in said)


def begins_error(text: str) -> bool:
    """Return whether a `text` begins with the text of an error that is found in nothing else."""
    return any(start == 0 for start, _ in errors_in(text)[:1])


def sentences_in(text: str) -> list[tuple[int, int]]:
    """Return the stretches of a `text` that are sentences of the client: how a sign-in ended, or an error's text.

    A stretch ends where the next one begins, or at the sign of another output; how far its words go nobody can tell.
    """
    places = (text.find(sentence) for sentence in _sentences())
    found = sorted(at for at in places if at >= 0 and not text.endswith(RETRIED, 0, at))
    starts = [at - len(ERROR) if text.endswith(ERROR, 0, at) else at for at in found]
    said = [
        (start, end if (sign := text.find(RESULT, start, end)) < 0 else sign)
        for start, end in pairwise([*starts, len(text)])
        if start < end and not is_of_first_request(text[:start], text[start:end])
    ]
    first = said[0][0] if said else len(text)  # what follows is part of a sentence
    return [*errors_in(text[:first]), *said]


def errors_in(text: str) -> list[tuple[int, int]]:
    """Return the stretches of a `text` that are the text of an error, found in nothing else."""
    if not any(word in text for word in ERROR_WORDS):  # few lines pass this cheaper question
        return []
    spans = [found.span() for found in _errors().finditer(text)]
    return [(start, end) for start, end in spans if not (_is_of_others(text[start:end]) or is_denied(text[:start]))]


def _is_of_others(error: str) -> bool:
    """Return whether what could not be started is a program that the client or a hook runs, and no server."""
    return error.startswith(STARTING) and error.removeprefix(STARTING).partition(" ")[0].endswith(OTHER_PROGRAMS)


def is_denied(before: str) -> bool:
    """Return whether the words before an error say that it was not seen.

    As in `there is no "MCP error …"`, `if you see`, `must answer with`.
    """
    words = before[-CONDITION_LENGTH:].lower().rstrip(MARKS).split()
    is_due = any(word in DUTIES for word in words[-4:-1])
    return bool(words) and (is_due or words[-1] in DENIALS or " ".join(words[-3:]) in CONDITIONS)


def is_brief(quoted: str) -> bool:
    """Return whether a sentence quotes a refusal in words that any text may quote; alone in a line they count."""
    return quoted.lower().removeprefix("error: ").removeprefix("bad request: ").rstrip(".") in BRIEF


def is_of_first_request(before: str, error: str) -> bool:
    """Return whether an error that misses a session id answers the request that begins a session: none was lost then.

    Args:
        before: The words before the error.
        error: Its text.
    """
    return NO_SESSION_ID in error.lower() and FIRST_REQUEST in before[-CONDITION_LENGTH:].lower()


@cache
def _sentences() -> tuple[str, ...]:
    """Return how the client's sentences begin."""
    return tuple(head.literal for head in tables()["quoted"].heads if SAID in _meanings(head))


@cache
def _errors() -> re.Pattern[str]:
    """Return the expression of the texts of errors, with their ends: in titles and sentences anything may follow."""
    heads = [head for head in tables()["quoted"].heads if SAID not in _meanings(head)]
    return re.compile("|".join(head.pattern or re.escape(head.literal) for head in heads))


def _meanings(head: Head) -> set[str]:
    return {name for name, *_ in head.ends.values()}


def status_in(text: str) -> tuple[int, int] | None:
    """Return the stretch of a sentence that quotes a row of a server's screen, `Status: △ needs authentication`."""
    for label in TELLING_LABELS[:2]:
        at = text.find(f"{label} ")
        value = text[at + len(label) :].lstrip() if at >= 0 else ""
        if value[:1] in GLYPHS and value[:1]:
            end = text.find(",", at)
            return at, len(text) if end < 0 else end
    return None


def fragments(text: str) -> list[tuple[int, int]]:
    """Return the stretches of a sentence that stand in backticks or double quotes."""
    found = []
    for mark in ("`", '"'):
        at = text.find(mark)
        while at >= 0:
            end = text.find(mark, at + 1)
            if end < 0:
                break
            found.append((at + 1, end))
            at = text.find(mark, end + 1)
    return sorted(found)
