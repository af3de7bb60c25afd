"""The alternatives of `message.lark` one by one: which line of the grammar reads which sample.

An alternative is one line of the grammar with a name behind its arrow. Each gets a number of its own instead of its
name; the table that is made of that tells by the number which line it was.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from mcplog.knowledge.resources import grammar
from mcplog.parse._table import Hit, MessageTable, message_tables
from mcplog.parse.details import read_detail
from mcplog.parse.message_table import STARTS, Way, table_text_of, ways_through
from mcplog.parse.messages import first_lines

SAMPLES: Final = Path(__file__).parents[1] / "grammars" / "samples"
ARROW: Final = "-> "
MARK: Final = "__"
COMMENT: Final = "//"
MESSAGE, DETAIL, QUOTED = STARTS


@dataclass(frozen=True, slots=True, order=True)
class Alternative:
    """One line of the grammar.

    Attributes:
        line: Its number, 1-based.
        name: The event kind or failure that it means.
        text: The line.
    """

    line: int
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Sample:
    """One line of a file of samples.

    Attributes:
        start: `message`, `detail` or `quoted`.
        meaning: The name of its file.
        version: Of the client; `-` where it is not known.
        text: The message or detail.
    """

    start: str
    meaning: str
    version: str
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a sample is read as.

    Attributes:
        meaning: The event kind or failure, `said` or `failed`; empty when nothing reads it.
        lines: Of the alternatives that read it.
    """

    meaning: str
    lines: frozenset[int]


def alternatives(text: str) -> list[Alternative]:
    """Return the alternatives of a grammar whose text is `text`."""
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if not line.startswith(COMMENT)]
    return [
        Alternative(number, line.rpartition(ARROW)[2].strip(), line.strip()) for number, line in lines if ARROW in line
    ]


def numbered(text: str) -> str:
    """Return the text of a grammar with each alternative's line behind its name."""
    lines = text.splitlines()
    for one in alternatives(text):
        lines[one.line - 1] = f"{lines[one.line - 1].rstrip()}{MARK}{one.line}"
    return "\n".join(lines)


def samples() -> list[Sample]:
    """Return all samples: `<client version, or ->` TAB `<message>`, one that begins with a quote as JSON."""
    folders = ((MESSAGE, SAMPLES), (DETAIL, SAMPLES / "detail"), (QUOTED, SAMPLES / "quoted"))
    paths = [(start, path) for start, folder in folders for path in sorted(folder.glob("*.txt"))]
    return [
        _sample(start, path.stem, line) for start, path in paths for line in path.read_text("utf-8").split("\n") if line
    ]


def _sample(start: str, meaning: str, line: str) -> Sample:
    version, _, text = line.partition("\t")
    return Sample(start, meaning, version, json.loads(text) if text.startswith('"') else text)


class Numbered:
    """The grammar as a table whose alternatives are numbered; some may be left out."""

    def __init__(self, text: str = "") -> None:
        """Make the ways through the grammar `text`; empty: through the one that ships."""
        self._ways = ways_through(numbered(text or grammar("message.lark")))
        self._tables = self.without(())

    def without(self, lines: Sequence[int]) -> Mapping[str, MessageTable]:
        """Return the tables as they are when the alternatives on `lines` are deleted."""
        ends = tuple(f"{MARK}{line}" for line in lines)
        kept = {start: [way for way in ways if not _has_end(way, ends)] for start, ways in self._ways.items()}
        return message_tables(table_text_of(kept))

    def read(self, sample: Sample, tables: Mapping[str, MessageTable] | None = None) -> Reading:
        """Return what a sample is read as, and the lines of the alternatives that read it.

        Args:
            sample: A message, or a detail, which several alternatives may read one inside the other.
            tables: Null: with no alternative left out.
        """
        table = (tables or self._tables)[sample.start]
        used: set[int] = set()

        def match(text: str) -> Hit | None:
            hit = table.match(text)
            if hit is None:
                return None
            name, _, line = hit[0].rpartition(MARK)
            used.add(int(line))
            return name, hit[1], hit[2]

        if sample.start == MESSAGE:
            hit = match(first_lines(pl.Series([sample.text])).item())
            return Reading(hit[0] if hit else "", frozenset(used))
        detail = read_detail(sample.text, match)
        return Reading(detail.failure, frozenset(used))


def _has_end(way: Way, ends: tuple[str, ...]) -> bool:
    return bool(ends) and way.name.endswith(ends)
