"""Read `grammars/message_table.json` and match texts with it, as lark would with `message.lark`.

How a table is made and what its parts mean stands in `message_table.py`. Heads that are literals are found by the
first characters of the text; the patterns among the heads are one expression. Expressions are compiled when first met,
so a small log pays for few of them.

The only module that uses `re`: the expressions are ours, generated and tested, never a user's.

May import: errors. Touches: nothing.
"""

import json
import re
from collections.abc import Callable, Sequence
from typing import Final, NotRequired, TypedDict

from mcplog.errors import KnowledgeError

PREFIX: Final = 8

Hit = tuple[str, tuple[str, ...], tuple[str, ...]]
"""Name of the alternative, names of its filled terminals, their texts."""


class _RawHead(TypedDict):
    """One head as the file has it."""

    literal: NotRequired[str]
    pattern: NotRequired[str]
    rest: str
    ends: dict[str, tuple[str, dict[str, int]]]


class _Head:
    """The alternatives that begin with one token."""

    __slots__ = ("ends", "fullmatch", "length", "literal", "pattern", "rest")

    def __init__(self, raw: _RawHead) -> None:
        self.literal = raw.get("literal", "")
        self.pattern = raw.get("pattern", "")
        self.length = len(self.literal)
        self.rest = raw["rest"]
        self.fullmatch: Callable[[str, int], re.Match[str] | None] = self._compile_and_match
        self.ends = {int(number): _end(name, fields) for number, (name, fields) in raw["ends"].items()}

    def _compile_and_match(self, text: str, position: int) -> re.Match[str] | None:
        """Match for the first time: every later call goes to the expression itself."""
        self.fullmatch = re.compile(self.rest).fullmatch
        return self.fullmatch(text, position)


_End = tuple[Hit, str, tuple[str, ...], tuple[int, ...], bool]
"""Hit without fields, name, fields, their groups, whether the head itself is one (group 0)."""


def _end(name: str, fields: dict[str, int]) -> _End:
    groups = tuple(fields.values())
    return (name, (), ()), name, tuple(fields), groups, 0 in groups


class MessageTable:
    """The table of one start rule."""

    __slots__ = ("_by_prefix", "_pattern_heads", "_patterns", "_short", "_whole")

    def __init__(self, raw: Sequence[_RawHead]) -> None:
        heads = [_Head(item) for item in raw]
        literals = [head for head in heads if head.literal]
        self._whole = {head.literal: hit for item, head in zip(raw, heads, strict=True) if (hit := _whole(item))}
        self._pattern_heads = [head for head in heads if head.pattern]
        self._patterns = re.compile("|".join(f"({head.pattern})" for head in self._pattern_heads)).match
        self._short = [head for head in literals if head.length < PREFIX]
        self._by_prefix = {
            prefix: [head for head in literals if head.literal.startswith(prefix) or prefix.startswith(head.literal)]
            for prefix in {head.literal[:PREFIX] for head in literals if head.length >= PREFIX}
        }

    def match(self, text: str) -> Hit | None:
        """Return what `text` is, or null when no alternative matches.

        Args:
            text: One line, without its end.
        """
        whole = self._whole.get(text)
        if whole is not None:
            return whole
        for head in self._by_prefix.get(text[:PREFIX], self._short):
            if text.startswith(head.literal):
                position = head.length
                break
        else:
            first = self._patterns(text)
            if first is None:
                return None
            head = self._pattern_heads[(first.lastindex or 1) - 1]
            position = first.end()
        match = head.fullmatch(text, position)
        if match is None:
            return None
        # The group that ends the way is always there after a match, and it is the last one.
        bare, name, fields, groups, has_head = head.ends[match.lastindex or 0]
        if not groups:
            return bare
        if has_head:
            return name, fields, tuple([match[group] if group else text[:position] for group in groups])
        if len(groups) == 1:
            return name, fields, (match[groups[0]],)
        return name, fields, match.group(*groups)


def _whole(raw: _RawHead) -> Hit | None:
    """Return the hit of a text that is a head's literal and nothing else, where the head is a whole message."""
    if "literal" not in raw or raw["rest"] != "()":
        return None
    name, _ = raw["ends"]["1"]
    return name, (), ()


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


def words_of(expression: str) -> list[str]:
    """Return the words of an expression that is nothing but a choice of words; empty when it is more."""
    return expression.split("|") if re.fullmatch(r"[A-Za-z-]+(?:\|[A-Za-z-]+)*", expression) else []


def faults_of(expression: str) -> list[str]:
    """Return what in the expression of a terminal keeps it out of the table."""
    faults = []
    if re.compile(expression).groups:
        faults.append("a capturing group")
    if re.search(r"(?<!\\)(?:\\\\)*(?:\(\?[=!<P(>]|\\[bBdDwWsSAZ1-9])", expression):
        faults.append("a look-around, a reference or a class that is not ASCII")
    return faults
