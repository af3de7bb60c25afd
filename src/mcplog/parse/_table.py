"""Read `grammars/message_table.json` and match texts with it, as lark would with `message.lark`.

How a table is made and what its parts mean stands in `message_table.py`. Heads that are literals are found by the
first characters of the text; the patterns among the heads are one expression. Expressions are compiled when first met,
so a small log pays for few of them.

The only module that uses `re`: the expressions are ours, generated and tested, never a user's.

May import: errors. Touches: nothing.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NotRequired, TypedDict, cast

from msgspec import Struct

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


_End = tuple[int, str, tuple[str, ...], tuple[int, ...], bool]
"""Number within the table, name, fields, their groups, whether the head itself is one of them (group 0)."""


class Head:
    """The alternatives that begin with one token."""

    __slots__ = ("ends", "fullmatch", "length", "literal", "pattern", "rest", "tail", "whole")

    def __init__(self, raw: _RawHead, ends: list[_End]) -> None:
        self.literal = raw.get("literal", "")
        self.pattern = raw.get("pattern", "")
        self.length = len(self.literal)
        self.rest = raw["rest"]
        self.fullmatch: Callable[[str, int], re.Match[str] | None] = self._compile_and_match
        self.ends: dict[int, _End] = {}
        for group, (name, fields) in raw["ends"].items():
            groups = tuple(fields.values())
            self.ends[int(group)] = (len(ends), name, tuple(fields), groups, 0 in groups)
            ends.append(self.ends[int(group)])
        # The end of a text whose only field is all that follows the head: no expression is needed for it.
        self.tail = self.ends[2][0] if self.rest == ALL_THE_REST and self.ends[2][3] == (1,) else -1
        # The end of a text that is the literal and nothing else, where that is the whole of a message.
        self.whole = self.ends[1][0] if self.rest == "()" and not self.ends[1][3] else -1

    def _compile_and_match(self, text: str, position: int) -> re.Match[str] | None:
        """Match for the first time: every later call goes to the expression itself."""
        self.fullmatch = re.compile(self.rest).fullmatch
        return self.fullmatch(text, position)


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


class MessageTable:
    """The table of one start rule.

    Attributes:
        heads: In the order in which they are tried.
        beginnings: One expression for all heads, for the Rust engine too.
    """

    __slots__ = (
        "_by_prefix",
        "_by_start",
        "_ends",
        "_longest",
        "_pattern_heads",
        "_patterns",
        "_whole",
        "beginnings",
        "heads",
    )

    def __init__(self, raw: Sequence[_RawHead]) -> None:
        self._ends: list[_End] = []
        self.heads = tuple(Head(item, self._ends) for item in raw)
        literals = [head for head in self.heads if head.literal]
        self._whole = {head.literal: head.whole for head in literals if head.whole >= 0}
        self._longest = max(map(len, self._whole), default=0)
        self._pattern_heads = [head for head in self.heads if head.pattern]
        self._patterns: Callable[[str], re.Match[str] | None] = self._compile_and_match
        short = [head for head in literals if head.length < PREFIX]
        self._by_start: dict[str, list[Head]] = {head.literal[:START]: [] for head in short}
        for head in short:
            self._by_start[head.literal[:START]].append(head)
        self._by_prefix: dict[str, list[Head]] = {
            head.literal[:PREFIX]: [] for head in literals if head.length >= PREFIX
        }
        for head in literals:
            if head.length >= PREFIX:
                self._by_prefix[head.literal[:PREFIX]].append(head)
                continue
            for prefix, bucket in self._by_prefix.items():
                if prefix.startswith(head.literal):
                    bucket.append(head)
        self.beginnings = "|".join(re.escape(head.literal) if head.literal else head.pattern for head in self.heads)

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

    def head_of(self, text: str) -> Head | None:
        """Return the head that `text` begins with; null when it begins with none.

        Args:
            text: One line, without its end.
        """
        for head in self._by_prefix.get(text[:PREFIX]) or self._by_start.get(text[:START]) or ():
            if text.startswith(head.literal):
                return head
        first = self._patterns(text)
        return self._pattern_heads[(first.lastindex or 1) - 1] if first else None

    def find_all(self, texts: Iterable[str]) -> list[Found]:  # noqa: C901 - see below
        """Return what the texts are, those together that took the same way.

        One long function, since a call for each text would cost a third more.

        Args:
            texts: Lines, without their ends.
        """
        by_prefix, by_start = self._by_prefix.get, self._by_start.get
        whole, longest, pattern_heads = self._whole.get, self._longest, self._pattern_heads
        taken: defaultdict[int, tuple[list[int], list[str | tuple[str, ...]]]] = defaultdict(lambda: ([], []))
        for row, text in enumerate(texts):
            if len(text) <= longest:
                number = whole(text)
                if number is not None:
                    taken[number][0].append(row)
                    continue
            for head in by_prefix(text[:PREFIX]) or by_start(text[:START]) or ():
                if text.startswith(head.literal):
                    position = head.length
                    break
            else:
                first = self._patterns(text)
                if first is None:
                    continue
                head = pattern_heads[(first.lastindex or 1) - 1]
                position = first.end()
            if head.tail >= 0:
                if position < len(text) and "\n" not in text:
                    rows, values = taken[head.tail]
                    rows.append(row)
                    values.append(text[position:])
                continue
            match = head.fullmatch(text, position)
            if match is None:
                continue
            # The group that ends the way is always there after a match, and it is the last one.
            number, _, _, groups, has_head = head.ends[match.lastindex or 0]
            rows, values = taken[number]
            rows.append(row)
            if has_head:
                values.append(tuple([match[group] if group else text[:position] for group in groups]))
            elif groups:
                values.append(match.group(*groups))
        return [self._found(number, rows, values) for number, (rows, values) in taken.items()]

    def _found(self, number: int, rows: list[int], values: list[str | tuple[str, ...]]) -> Found:
        _, name, fields, groups, has_head = self._ends[number]
        if len(groups) == 1 and not has_head:
            columns = [cast("list[str]", values)]
        else:
            columns = [list(column) for column in zip(*values, strict=True)]
        return Found(name, fields, rows, columns)


def message_tables(text: str) -> dict[str, MessageTable]:
    """Return the tables by their start rule.

    Args:
        text: Of `message_table.json`.

    Raises:
        KnowledgeError: The text is no table.
    """
    try:
        return {start: MessageTable(heads) for start, heads in json.loads(text).items()}
    except (ValueError, KeyError, TypeError, AttributeError, re.error) as error:
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
