"""Text from a log inside Markdown: nobody is mentioned, nothing is linked, no markup begins.

Where Markdown is shown, `@name` notifies a person, `#42` and `owner/name#42` leave a trace in another issue, and a URL
becomes a link. Escapes do not help, as mentions and references are looked for in the rendered text. In a code span they
are not, so each word that could do anything is put into one.
"""

from typing import Final

from mcplog.report.inert import inert

_LETTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_DIGITS: Final = frozenset("0123456789")
_MARKS: Final = frozenset(".,;:'\"()?%/-\u2026\u2013\u2019")
_ENDS: Final = ".,;:)?\u2026"
_LINKS: Final = ("://", "www.", "//")


def markdown(text: str) -> str:
    """Return `text` for a paragraph or an item of a list: one line, its words plain or in code spans.

    Args:
        text: Anything; a word in backticks is code already.
    """
    words = inert(text).split()
    return " ".join(_word(word, begins=not number) for number, word in enumerate(words))


def markdown_cell(text: str) -> str:
    """Return `text` for a cell of a table."""
    return markdown(text).replace("|", "\\|")


def _word(word: str, *, begins: bool) -> str:
    bare = word.rstrip(_ENDS)
    head = bare.lstrip("(")
    if "`" not in bare and _is_plain(word, begins=begins):
        return word
    inside = head.strip("`").replace("`", "'")
    return f"{bare[: len(bare) - len(head)]}`{inside}`{word[len(bare) :]}" if inside else "'" * len(word)


def _is_plain(word: str, *, begins: bool) -> bool:
    kinds = {*word}
    if not kinds & _LETTERS and (begins or not kinds & _DIGITS):  # a list, a rule
        return False
    if kinds & _LETTERS and kinds & _DIGITS:  # a commit, `GH-42`, a file name
        return False
    return kinds <= _LETTERS | _DIGITS | _MARKS and not any(mark in word.lower() for mark in _LINKS)
