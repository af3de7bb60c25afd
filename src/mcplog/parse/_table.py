"""Read `grammars/message_table.json` and match texts with it, as lark would with `message.lark`.

How a table is made and what its parts mean stands in `message_table.py`. Heads that are literals are found by the
first characters of the text; the patterns among the heads are one expression. Expressions are compiled when first met,
so a small log pays for few of them.

The only module that uses `re`: the expressions are ours, generated and tested, never a user's.

May import: errors. Touches: nothing.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, Final, NotRequired, TypedDict

from msgspec import DecodeError, Struct
from msgspec.json import decode

from mcplog.errors import KnowledgeError

PREFIX: Final = 8
START: Final = 2
ALL_THE_REST: Final = "(.++)()"

Hit = tuple[str, tuple[str, ...], tuple[str, ...]]
"""Name of the alternative, names of its filled terminals, their texts."""


class _RawHead(TypedDict):
    """One head as the file has it."""

    literal: NotRequired[str]
    pattern: NotRequired[str]
    rest: str
    ends: dict[str, tuple[str, dict[str, int]]]


_End = tuple[str, tuple[str, ...], tuple[int, ...]]
"""Name of the alternative, names of its fields, their groups; group 0 is the head itself."""


class Found(Struct, frozen=True):
    """The texts that took one way through the grammar.

    Attributes:
        name: Of the alternative.
        fields: Names of the filled terminals.
        rows: Which texts, by their index.
        columns: For each field, its text in each of the rows.
    """

    name: str
    fields: tuple[str, ...]
    rows: list[int]
    columns: list[list[str]]


class Head:
    """The alternatives that begin with one token.

    Attributes:
        literal: The token; empty when a pattern says what it is.
        pattern: The pattern of the token; empty when it is a literal.
        rest: Expression of what follows it.
    """

    __slots__ = ("_ends", "_fullmatch", "_raw_ends", "literal", "pattern", "rest")

    def __init__(self, raw: _RawHead) -> None:
        self.literal = raw.get("literal", "")
        self.pattern = raw.get("pattern", "")
        self.rest = raw["rest"]
        self._raw_ends = raw["ends"]
        self._ends: dict[int, _End] | None = None  # made when the head is met: most never are
        self._fullmatch: Callable[[str, int], re.Match[str] | None] | None = None

    @property
    def ends(self) -> dict[int, _End]:
        """What a text is, by the number of the last group of `rest` that it fills."""
        if self._ends is None:
            told = self._raw_ends.items()
            self._ends = {int(at): (name, tuple(fields), tuple(fields.values())) for at, (name, fields) in told}
        return self._ends

    def found(self, texts: Sequence[str], rows: Sequence[int], at: int) -> list[Found]:
        """Return what those texts are that begin with the token.

        Args:
            texts: Any texts.
            rows: Which of them begin with the token.
            at: Where it ends in them.
        """
        ends = self.ends
        if self.rest == ALL_THE_REST and ends[2][2] == (1,):  # no expression is needed for all that follows
            name, fields, _ = ends[2]
            told = [row for row in rows if at < len(texts[row]) and "\n" not in texts[row]]
            return [Found(name, fields, told, [[texts[row][at:] for row in told]])] if told else []
        if self._fullmatch is None:
            self._fullmatch = re.compile(self.rest).fullmatch
        ways: dict[int, tuple[list[int], list[Any]]] = {}
        for row in rows:
            match = self._fullmatch(texts[row], at)
            if match is not None:
                # The group that ends the way is always there after a match, and it is the last one.
                last = match.lastindex or 0
                way = ways.get(last) or ways.setdefault(last, ([], []))
                way[0].append(row)
                way[1].append(match.group(*ends[last][2]))
        return [_found(ends[last], texts, its_rows, values, at) for last, (its_rows, values) in ways.items()]


def _found(end: _End, texts: Sequence[str], rows: list[int], values: Sequence[Any], at: int) -> Found:
    """Return the texts of one way, from the values of its groups: one text, or several in a tuple."""
    name, fields, groups = end
    if len(groups) > 1:
        columns = [list(column) for column in zip(*values, strict=True)]
    else:
        columns = [list(values)] if groups else []
    if 0 in groups:
        columns[groups.index(0)] = [texts[row][:at] for row in rows]
    return Found(name, fields, rows, columns)


_Bucket = tuple[str, tuple[Head, int]]
"""A literal that texts begin with, and the head that it is with where it ends."""


class MessageTable:
    """The table of one start rule.

    Attributes:
        heads: In the order in which they are tried.
    """

    __slots__ = ("_by_prefix", "_by_start", "_pattern_heads", "_patterns", "heads")

    def __init__(self, raw: Sequence[_RawHead]) -> None:
        self.heads = tuple(Head(item) for item in raw)
        self._pattern_heads = [head for head in self.heads if head.pattern]
        self._patterns: Callable[[str], re.Match[str] | None] = self._compile_and_match
        literals = [(head.literal, (head, len(head.literal))) for head in self.heads if head.literal]
        self._by_start: dict[str, list[_Bucket]] = {}
        self._by_prefix: dict[str, list[_Bucket]] = {
            literal[:PREFIX]: [] for literal, _ in literals if len(literal) >= PREFIX
        }
        by_letter: dict[str, list[str]] = {}
        for prefix in self._by_prefix:
            by_letter.setdefault(prefix[0], []).append(prefix)
        for literal, beginning in literals:
            if len(literal) >= PREFIX:
                self._by_prefix[literal[:PREFIX]].append((literal, beginning))
                continue
            self._by_start.setdefault(literal[:START], []).append((literal, beginning))
            for prefix in by_letter.get(literal[0], ()):
                if prefix.startswith(literal):
                    self._by_prefix[prefix].append((literal, beginning))

    @property
    def beginnings(self) -> str:
        """One expression for all heads, for the Rust engine too."""
        return "|".join(re.escape(head.literal) if head.literal else head.pattern for head in self.heads)

    def _compile_and_match(self, text: str) -> re.Match[str] | None:
        """Match the patterns for the first time: every later call goes to the expression itself."""
        self._patterns = re.compile("|".join(f"({head.pattern})" for head in self._pattern_heads) or "(?!)").match
        return self._patterns(text)

    def match(self, text: str) -> Hit | None:
        """Return what `text` is, or null when no alternative matches.

        Args:
            text: One line, without its end.
        """
        found = self.find_all((text,))
        return (found[0].name, found[0].fields, tuple(column[0] for column in found[0].columns)) if found else None

    def find_all(self, texts: Sequence[str]) -> list[Found]:
        """Return what the texts are, those together that took the same way.

        Args:
            texts: Lines, without their ends.
        """
        begun: dict[tuple[Head, int], list[int]] = {}
        for row, text in enumerate(texts):
            beginning = self._beginning(text)
            if beginning is not None:
                rows = begun.get(beginning)
                if rows is None:
                    rows = begun[beginning] = []
                rows.append(row)
        return [found for (head, at), rows in begun.items() for found in head.found(texts, rows, at)]

    def _beginning(self, text: str) -> tuple[Head, int] | None:
        """Return the head that `text` begins with and where it ends; null when it begins with none."""
        for literal, beginning in self._by_prefix.get(text[:PREFIX]) or self._by_start.get(text[:START]) or ():
            if text.startswith(literal):
                return beginning
        first = self._patterns(text)
        return (self._pattern_heads[(first.lastindex or 1) - 1], first.end()) if first else None


def message_tables(text: str) -> dict[str, MessageTable]:
    """Return the tables by their start rule.

    Args:
        text: Of `message_table.json`.

    Raises:
        KnowledgeError: The text is no table.
    """
    try:
        return {start: MessageTable(heads) for start, heads in decode(text).items()}
    except (DecodeError, KeyError, TypeError, AttributeError) as error:
        raise KnowledgeError(f"the table of messages is damaged: {error}", place="message_table.json") from error


def atomic(expression: str) -> str:
    """Return `expression` so that it never gives back what it took; one repeated character has a faster form."""
    return f"{expression}+" if re.fullmatch(r"(?:\.|\[[^\]]+\])\+", expression) else f"(?>{expression})"


def words_of(expression: str) -> list[str]:
    """Return the words of an expression that is nothing but a choice of words; empty when it is more."""
    return expression.split("|") if re.fullmatch(r"[A-Za-z -]+(?:\|[A-Za-z -]+)*", expression) else []


def faults_of(expression: str) -> list[str]:
    """Return what in the expression of a terminal keeps it out of the table."""
    faults = []
    if re.compile(expression).groups:
        faults.append("a capturing group")
    if re.search(r"(?<!\\)(?:\\\\)*(?:\(\?[=!<P(>]|\\[bBdDwWsSAZ1-9])", expression):
        faults.append("a look-around, a reference or a class that is not ASCII")
    return faults
