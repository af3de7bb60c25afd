"""What of a line of a paste is its message: without marks, without the sentence around it, without the record's key.

    …: Saving tokens**                      emphasis that ends with the line
    Token exchange failed: HTTP 400 since   an error, and how the sentence goes on
    "debug": "Saving tokens",               a line of a pretty-printed record

May import: nothing. Touches: nothing.
"""

from typing import Final

from mcplog.parse.paste_lines import Line
from mcplog.parse.paste_told import ERROR, errors_in

ESCAPED: Final = 'MCP server \\"'


def configured(value: dict[str, object]) -> str | None:
    """Return the one server that a configuration is about."""
    servers = value.get("mcpServers")
    return next(iter(servers)) if isinstance(servers, dict) and len(servers) == 1 else None


def is_bare(line: Line) -> bool:
    """Return whether a line is shown, not told: fenced, boxed, behind a terminal's sign, indented, or short."""
    return line.is_fenced or line.is_boxed or bool(line.pointer) or line.indent > 0 or len(line.text.split(". ")) == 1


def without_end_marks(text: str) -> str:
    """Return `text` without the marks of emphasis, quotes and escapes at its end."""
    bare = text.rstrip()
    if bare.startswith(ESCAPED) and bare.endswith('"') and not bare.endswith('\\"'):
        bare = bare[:-1]
    bare = bare.removesuffix("\\n").rstrip()
    while bare.endswith(("**", "__", "_*", "*_")):
        bare = bare[:-2]
    if bare.endswith("`") and bare.count("`") % 2:
        bare = bare[:-1]
    return bare.rstrip()


def without_prose(text: str) -> str:
    """Return the error that `text` begins with, without the sentence that goes on behind it; else `text`."""
    head = ERROR if text.startswith(ERROR) else ""
    spans = errors_in(text[len(head) :])
    return text[: len(head) + spans[0][1]] if spans and spans[0][0] == 0 else text


def json_value(text: str) -> str:
    """Return the message of one line of a pretty-printed record, `"debug": "…",`, else `text`."""
    for key in ('"debug": "', '"error": "', 'debug": "', 'error": "'):
        if text.startswith(key):
            return text[len(key) :].rstrip(",").removesuffix('"')
    return text
