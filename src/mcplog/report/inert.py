r"""Text that cannot act: what came out of a log or a store is made harmless before it is shown.

A character that moves the cursor, hides itself, reorders its neighbours or rings a bell is replaced by the escape that
names it (`\x1b`, `\u202e`), which is visible and plain ASCII. What is left takes the cells it seems to take.
"""

import unicodedata
from typing import Final

# Printable by the letter of Unicode, yet without ink: they can hide text or shift what follows.
_NO_INK: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0") | frozenset(
    map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))
)

# How the typography of our own sentences is written where only ASCII can be shown.
_IN_ASCII: Final = str.maketrans(
    {
        "\u2026": "...",
        "\u2013": "-",
        "\u2014": "-",
        "\u2018": "'",
        "\u2019": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u2192": "->",
        "\u00b7": "-",
        "\u00d7": "x",
        "\u00a7": "section ",
    }
)

# A spreadsheet runs a cell that begins with one of these, full-width forms included.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def inert(text: str, *, ascii_only: bool = False) -> str:
    r"""Return `text` as one line that no terminal, pager or viewer acts upon.

    Args:
        text: Anything. Control characters (C0, C1, DEL), line breaks, bidirectional and zero-width marks, variation
            selectors, lone surrogates and private-use characters are replaced.
        ascii_only: Replace everything outside printable ASCII as well.

    Returns:
        The text with each such character written as its escape (`\n`, `\x1b`, `\u202e`, `\U000e0041`). Applying it
        twice changes nothing more.
    """
    is_printable = text.isprintable()
    if is_printable and text.isascii():
        return text
    is_plain = is_printable and _NO_INK.isdisjoint(text)
    shown = text if is_plain else "".join(char if _is_plain(char) else _escaped(char) for char in text)
    if unicodedata.category(shown[:1] or " ").startswith("M"):  # it would sit upon the cell before it
        shown = _escaped(shown[0]) + shown[1:]
    return shown.translate(_IN_ASCII).encode("ascii", "backslashreplace").decode("ascii") if ascii_only else shown


def guarded_cell(text: str) -> str:
    """Return `text` so that a spreadsheet shows it instead of running it as a formula.

    Args:
        text: The content of one CSV cell, before quoting.

    Returns:
        The text, with a leading apostrophe when its first character after blanks would start a formula.
    """
    return f"'{text}" if text.lstrip(" \u00a0\u3000").startswith(_FORMULA) else text


def _is_plain(char: str) -> bool:
    return char.isprintable() and char not in _NO_INK


def _escaped(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
