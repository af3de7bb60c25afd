"""Read messages with lark itself: what the table is made from, compared with, and explained by.

Nothing on the normal path imports this module: importing lark and building the parser costs more than a small analysis.

May import: errors, lark. Touches: nothing.
"""

from typing import Final

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken
from msgspec import Struct

from mcplog.parse._table import Hit
from mcplog.parse.message_table import STARTS

MOST_EXPECTED: Final = 8


class Refusal(Struct, frozen=True, kw_only=True):
    """Why no alternative matches a text.

    Attributes:
        column: 1-based, of the first character that fits nowhere.
        read: The part of the text that was understood.
        expected: What could have stood there, literals first, at most eight.
    """

    column: int
    read: str
    expected: tuple[str, ...]


class MessageGrammar:
    """One start rule of `message.lark`, read by lark."""

    def __init__(self, lark: Lark, start: str) -> None:
        self._lark = lark
        self._start = start
        self._literals = {
            terminal.name: terminal.pattern.value for terminal in lark.terminals if terminal.pattern.type == "str"
        }

    def match(self, text: str) -> Hit | None:
        """Return what `text` is, or null when no alternative matches."""
        try:
            tree: Tree[Token] = self._lark.parse(text, start=self._start)
        except UnexpectedInput:
            return None
        tokens = [child for child in tree.children if isinstance(child, Token)]
        return str(tree.data), tuple(token.type for token in tokens), tuple(str(token) for token in tokens)

    def explain(self, text: str) -> Refusal | None:
        """Return where and why `text` fits no alternative, or null when one matches."""
        try:
            self._lark.parse(text, start=self._start)
        except UnexpectedInput as error:
            at = len(text) if isinstance(error, UnexpectedEOF) else self._position(error, text)
            return Refusal(column=at + 1, read=text[:at], expected=self._expected(error))
        return None

    def _expected(self, error: UnexpectedInput) -> tuple[str, ...]:
        names: set[str] = set()
        if isinstance(error, UnexpectedToken):
            names = set(error.accepts or error.expected)
        elif isinstance(error, UnexpectedCharacters):
            names = set(error.allowed or ())
        literals = sorted(self._literals[name] for name in names if name in self._literals)
        others = sorted(name for name in names if name not in self._literals and not name.startswith("__"))
        return tuple((literals + others)[:MOST_EXPECTED])

    @staticmethod
    def _position(error: UnexpectedInput, text: str) -> int:
        if isinstance(error, UnexpectedToken) and error.token.type == "$END":
            return len(text)
        position = getattr(error, "pos_in_stream", None)
        return position if isinstance(position, int) else 0


def message_grammars(grammar: str) -> dict[str, MessageGrammar]:
    """Return the start rules of `message.lark` by name.

    Args:
        grammar: Text of `message.lark`.
    """
    lark = Lark(grammar, parser="lalr", lexer="contextual", start=list(STARTS))
    return {start: MessageGrammar(lark, start) for start in STARTS}
