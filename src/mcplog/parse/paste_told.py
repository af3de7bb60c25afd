"""What people show besides log lines: screens, command output, configurations, requests by hand, answers.

    │ Status: ✘ failed   │                      a server's screen: the heading names the server
    tracker: https://… (HTTP) - ✘ Failed        a row of `claude mcp list`
    ⏺ tracker - search (MCP)(query: "x")        a tool call; its result follows behind ⎿
    $ claude mcp login tracker                  a command; its output follows
    tracker:                                    output of `claude mcp get`: its scope, status, … follow

May import: model. Touches: nothing.
"""

from dataclasses import dataclass
from typing import Final

from mcplog.parse.paste_lines import Line

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
GLYPHS: Final = "✓✔✗✘×!⏸⊘△∆⚠◯○●"  # noqa: RUF001 - as terminals print them
STATUS_WORDS: Final = ("connected", "failed", "needs authentication", "not authenticated", "authenticated", "disabled")
SCOPE: Final = "Scope:"
TOOL_MARK: Final = "(MCP)"
SENTENCES: Final = (
    "Authentication successful. Connected to ",
    "Authentication successful, but ",
    "Got new credentials, but ",
    "SDK auth failed:",
    "Successfully reconnected to ",
    "Failed to reconnect to ",
    "Tried reconnecting to ",
    "Authorization with the MCP server failed",
    "MCP controls aren't available",
)
ERROR_SENTENCE: Final = "Error: SDK auth failed:"
NAMING_VERBS: Final = ("login", "logout", "get", "add", "remove")
BODY_KEYS: Final = frozenset({"error", "message", "error_description", "jsonrpc", "isError", "result", "mcp_servers"})
CONFIG_MARKS: Final = ('"mcpServers"', '"Authorization"')
CONTEXT_LINES: Final = 24
NAME_LENGTH: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the lines before tell about the server that a line without a name is about.

    Attributes:
        server: The name; null where nothing names one.
        until: The last line that it holds for.
        is_screen: A server's screen was begun, whose labels are entries.
        is_tool: A tool call was shown, whose result is an entry.
    """

    server: str | None = None
    until: int = 0
    is_screen: bool = False
    is_tool: bool = False

    def at(self, line: Line) -> "Context":
        """Return what still holds at `line`."""
        return self if line.number <= self.until else Context()


def context_of(line: Line, following: list[Line]) -> Context | None:
    """Return the context that `line` begins, or null.

    Args:
        line: A line.
        following: The next lines that hold something.
    """
    text, until = line.text, line.number + CONTEXT_LINES
    if text.endswith(HEADING_END) and any(after.text.startswith(TELLING_LABELS) for after in following):
        return Context(server=screen_name(text.removesuffix(HEADING_END)), until=until, is_screen=True)
    below = following[0] if following else line
    if text.endswith(":") and below.text.startswith(SCOPE) and below.indent > line.indent:
        return Context(server=text[:-1], until=until)
    if line.pointer and " - " in text.partition(TOOL_MARK)[0] and (text.endswith(TOOL_MARK) or f"{TOOL_MARK}(" in text):
        return Context(server=text.partition(" - ")[0].strip() or None, until=until, is_tool=True)
    words = text.removeprefix("$ ").split()
    if words[:2] == ["claude", "mcp"] and len(words) > 2:  # noqa: PLR2004 - behind the two
        names = [word for word in words[3:] if not word.startswith("-") and "://" not in word]
        named = names[0] if names and words[2] in NAMING_VERBS[:3] else None
        return Context(server=named, until=until)
    return None


def screen_name(heading: str) -> str:
    """Return the name of a server whose screen has the heading `heading`, which begins with a capital letter."""
    return "plugin:" + heading.removeprefix("Plugin:") if heading.startswith("Plugin:") else heading


def is_label(line: Line, context: Context) -> bool:
    """Return whether `line` is a row of a server's screen, given its `context`."""
    if context.is_screen and line.text.startswith(LABELS):
        return True
    if not line.text.startswith(TELLING_LABELS):
        return False
    value = line.text.partition(":")[2].strip()
    return (bool(value) and value[:1] in GLYPHS) or value.lower().startswith(STATUS_WORDS)


def listed_server(text: str) -> str | None:
    """Return the server that `text` is about, a row of `claude mcp list` or a state in a sentence; null if neither."""
    for middle in (" - ", " · "):
        before, found, after = text.rpartition(middle)
        if found and after[:1] in GLYPHS and len(after) > 1 and after[1] == " ":
            name, colon, _ = before.partition(": ")
            is_name = 0 < len(name) <= NAME_LENGTH and "`" not in name
            return name if is_name and bool(colon) == (middle == " - ") else None
    return None


def sentence_at(text: str) -> int:
    """Return where in `text` a sentence of the client begins that says how a sign-in ended; -1 when there is none."""
    error = text.find(ERROR_SENTENCE)
    if error >= 0:
        return error
    return min((at for sentence in SENTENCES if (at := text.find(sentence)) >= 0), default=-1)


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
