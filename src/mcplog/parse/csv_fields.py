"""Read the lines of a log out of a table, whose quotes are doubled: `"…Z [DEBUG] MCP server ""s"": …"`.

May import: nothing of mcplog. Touches: nothing.
"""

from typing import Final

import polars as pl

from mcplog.parse.held_lines import with_texts
from mcplog.parse.tool_prefixes import RECORD

SUBJECT: Final = 'MCP server ""'
EMPTY: Final = r'^(?:[^"]*[,;\t])?""(?:[,;\t].*)?$'
OPENING: Final = rf'^.*?"({RECORD})'
OTHER_OPENING: Final = r'^[^"]*"([^"]|$)'
CLOSING: Final = r'^((?:[^"]|"")*)"(?:[,;\t].*)?$'


def is_table(text: str) -> bool:
    """Return whether the records that `text` begins with stand in fields of a table."""
    return SUBJECT in text


def without_fields(lines: pl.DataFrame) -> pl.DataFrame:
    """Return HELD `lines` as they were before they became fields, without the names of the columns."""
    raw = lines["text"]
    quotes = raw.str.count_matches('"', literal=True)
    is_inside = (quotes.cum_sum() - quotes) % 2 == 1
    opened = raw.str.replace(EMPTY, "").str.replace(OPENING, "${1}")
    opened = opened.zip_with(opened != raw, raw.str.replace(OTHER_OPENING, "${1}"))
    text = raw.zip_with(is_inside, opened).str.replace(CLOSING, "${1}")
    found = with_texts(lines, text.str.replace_all('""', '"', literal=True))
    is_heading = found["line"] == found["line"].min()
    return found.filter(~is_heading | found["text"].str.contains(f"^{RECORD}"))
