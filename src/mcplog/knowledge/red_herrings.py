"""The table of red herrings: lines that look guilty and are not, each with the circumstances under which that is so."""

from typing import Final

import msgspec

from mcplog.knowledge.line_patterns import LinePattern, pattern_faults, refuse_faults
from mcplog.knowledge.tables import parse_table, refuse_duplicates, table_text

NAME: Final = "red_herrings.toml"

# What can make a line harmless; `diagnose/red_herrings.py` says how each is told.
CIRCUMSTANCES: Final = (
    "always",
    "no-sign-in-so-far",  # no token was read, saved or held before it, as far as the evidence shows
    "part-of-sign-in",  # it belongs to an interactive sign-in
    "signed-in-later",  # the same process is authorized after it
    "connected-in-attempt",  # the same attempt connects
    "connected-before",  # the same attempt had connected before it
    "connected-later",  # the server connects after it
    "quiet-end",  # the same attempt had connected before it, and nothing of its process fails after it
    "refreshed-later",  # the same process gets tokens after it
    "refresh-refused-before",  # the same process was refused a refresh before it: this is what the client does next
    "token-had-time-left",  # the stored access token was good for five minutes more
    "refusal-named-otherwise",  # the same attempt names a 403 or a missing scope
    "no-scope-refusal",  # nothing names a 403 or a missing scope
    "call-works-after",  # the same process has a tool call answered after it, and gets no new tokens in between
    "own-refresh-open",  # the same process has begun a refresh that has no result so far
)


class RedHerringRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line to ignore.

    Attributes:
        id: Its name.
        lines: Which lines.
        harmless_when: A word of CIRCUMSTANCES.
        reason: Why it is no sign of a fault, one or two sentences.
        source: Where this is from.
    """

    id: str
    lines: tuple[LinePattern, ...]
    harmless_when: str
    reason: str
    source: str


class RedHerringTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of them."""

    herring: tuple[RedHerringRow, ...]


def load_red_herrings() -> RedHerringTable:
    """Return the red herrings that ship with mcplog.

    Raises:
        KnowledgeError: The table is damaged.
    """
    return parse_red_herrings(table_text(NAME))


def parse_red_herrings(text: str) -> RedHerringTable:
    """Return the red herrings in `text`.

    Raises:
        KnowledgeError: It is no such table, or names a word that does not exist.
    """
    table = parse_table(text, RedHerringTable, name=NAME)
    refuse_duplicates((row.id for row in table.herring), name=NAME)
    words = [row.harmless_when for row in table.herring if row.harmless_when not in CIRCUMSTANCES]
    faults = [
        *pattern_faults(pattern for row in table.herring for pattern in row.lines),
        *(f"no such circumstance: {word}" for word in words),
    ]
    refuse_faults(faults, name=NAME)
    return table
