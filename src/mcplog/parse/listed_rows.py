"""Rows of the `/mcp` list, which every generation of the client lays out anew.

    1. tracker            △ disconnected · Enter to login      up to 2.0.75: numbered, in columns
    tracker · ✔ connected · 3 tools                            up to 2.1.232
    ⚠ tracker   needs sign-in                                  later: the sign first

May import: model. Touches: nothing.
"""

from typing import Final

from msgspec import Struct

GLYPHS: Final = "✓✔✗✘×!⏸⊘△∆⚠◯○●"  # noqa: RUF001 - as terminals print them
CROSSES: Final = "✗✘×"  # noqa: RUF001 - the same
STATES: Final = ("failed", "disconnected", "disabled", "Failed", "Disconnected", "Disabled")  # behind a sign, no name
DOT: Final = " · "
COLUMNS: Final = "  "
BEFORE_STATUS: Final = "   "
NAME_LENGTH: Final = 200


class ListedRow(Struct, frozen=True):
    """A row of the list.

    Attributes:
        server: As it is configured.
        glyph: The sign of its state.
        status: The words behind it; empty where there are none.
        is_in_columns: Blanks alone part the name from the rest, as they may in any text.
    """

    server: str
    glyph: str
    status: str
    is_in_columns: bool


def row_of(text: str) -> ListedRow | None:
    """Return the row with the name first that `text` is; null when it is none."""
    for at, glyph in enumerate(text):
        if glyph not in GLYPHS or text[at + 1 : at + 2] != " " or not text[at + 2 :].strip():
            continue
        for middle in (DOT, COLUMNS):
            name = text[:at].removesuffix(middle).strip() if text[:at].endswith(middle) else ""
            if 0 < len(name) <= NAME_LENGTH and "`" not in name:
                return ListedRow(name, glyph, text[at + 2 :].strip(), is_in_columns=middle == COLUMNS)
    return None


def marked_row_of(text: str) -> ListedRow | None:
    """Return the row with the sign first that `text` is; null when it is none. In other places it may be prose."""
    if text[:1] not in GLYPHS or text[1:2] != " ":
        return None
    name, _, status = text[2:].partition(BEFORE_STATUS)
    is_row = bool(name.strip()) and (bool(status.strip()) or (text[0] in CROSSES and name.strip() not in STATES))
    return ListedRow(name.strip(), text[0], status.strip(), is_in_columns=True) if is_row else None
