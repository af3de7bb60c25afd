"""Put back the characters that a page, a word processor or a terminal made of those of a log.

    MCP server &quot;s&quot;      escaped for HTML
    MCP server “s”                quotes and dashes as a word processor sets them
    [DEBUG]·MCP server "s"        blanks that do not break
    ESC[31mMCPESC[m server "s"    colours of a terminal inside of words

Each is asked for where every record about MCP would show it, so a message that only holds one stays as it is.

May import: nothing of mcplog. Touches: nothing.
"""

from typing import Final

import polars as pl

from mcplog.parse.debug_lines import ANSI
from mcplog.parse.held_lines import with_texts

ESCAPE: Final = "\x1b["
HARD_BLANK: Final = "\N{NO-BREAK SPACE}"
HARD: Final = (f"]{HARD_BLANK}", f"MCP{HARD_BLANK}server")
SUBJECT: Final = "MCP server "
SET_QUOTES: Final = "“”„‟«»"
SET: Final = {
    **dict.fromkeys(SET_QUOTES, '"'),
    "\N{LEFT SINGLE QUOTATION MARK}": "'",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{EN DASH}": "-",
}
QUOTED_HTML: Final = ("&quot;", "&#34;", "&#x22;")
HTML: Final = {
    **dict.fromkeys(QUOTED_HTML, '"'),
    **dict.fromkeys(("&#39;", "&#x27;", "&apos;"), "'"),
    "&lt;": "<",
    "&gt;": ">",
    "&nbsp;": " ",
    "&amp;": "&",
}


def odd_in(text: str) -> bool:
    """Return whether the records that `text` begins with show characters that are not the client's."""
    if any(mark in text for mark in (ESCAPE, *HARD)):
        return True
    return any(f"{SUBJECT}{mark}" in text for mark in (*SET_QUOTES, *QUOTED_HTML))


def with_plain_characters(lines: pl.DataFrame) -> pl.DataFrame:
    """Return HELD `lines` with the characters that the client wrote."""
    text = lines["text"]
    if _has(text, ESCAPE):
        text = text.str.replace_all(ANSI, "")
    if any(_has(text, mark) for mark in HARD):
        text = text.str.replace_all(HARD_BLANK, " ", literal=True)
    for marks, plain in ((SET_QUOTES, SET), (QUOTED_HTML, HTML)):
        if any(_has(text, f"{SUBJECT}{mark}") for mark in marks):
            text = text.str.replace_many(list(plain), list(plain.values()), leftmost=True)
    return with_texts(lines, text)


def _has(text: pl.Series, part: str) -> bool:
    return bool(text.str.contains(part, literal=True).any())
