"""FACTS kept narrow: what many rows have in common stands once, and a row points to it.

    rows                                            shared["message_id"]     shared["state_id"]
    order  kind         event_at  message_id  state_id      0  failure=dns …         0  held_entry=true …
    0      connected    08:20:00  3           0             …
    1      tool_called  08:20:02  7           null          3  transport=http …

FACTS has about a hundred columns, and of a million rows each reader wants a few columns or a few rows. So sorting,
joining and adding rows is done on the narrow rows, and a column is made when somebody asks for it.
"""

from collections.abc import Iterable, Mapping
from typing import ClassVar, Final

import polars as pl

from mcplog.model.frames import FACTS, KIND, constant
from mcplog.model.veiled import Veiled

NUMBERS: Final = {kind: number for number, kind in enumerate(KIND.categories)}


class Facts(Veiled, frozen=True, kw_only=True):
    """FACTS of a run, or EVENTS on the way to them.

    Attributes:
        rows: A row a fact, in order: the columns that every row has for itself, and the pointers.
        shared: The other columns, by the pointer to their table: a column of `rows` that holds row numbers, null where
            all columns of the table are null. A column that stands nowhere is null.
    """

    HIDDEN: ClassVar[tuple[str, ...]] = ("rows", "shared")

    rows: pl.DataFrame
    shared: Mapping[str, pl.DataFrame] = {}

    def frame(self, names: Iterable[str] | None = None, at: pl.Series | None = None) -> pl.DataFrame:
        """Return FACTS, or some of its columns and rows.

        Args:
            names: The columns; null for all.
            at: Numbers of the rows that are wanted; null for all.
        """
        wanted = FACTS.names() if names is None else list(dict.fromkeys(names))
        pointers = self._pointers(wanted)
        # Column by column: a frame would ask its threads, which takes longer than a small log does.
        own = {name: self.rows.get_column(name) for name in {*wanted, *pointers} & {*self.rows.columns}}
        found = own if at is None else {name: column[at] for name, column in own.items()}
        for pointer, named in pointers.items():
            table, rows = self.shared[pointer], found[pointer]
            found |= {name: table.get_column(name)[rows] for name in named}
        size = self.rows.height if at is None else len(at)
        return pl.DataFrame([found[name] if name in found else _nulls(name, size) for name in wanted])

    def _pointers(self, wanted: Iterable[str]) -> dict[str, set[str]]:
        """Return by pointer which `wanted` columns stand in its table; those of `rows` stand there."""
        rest = set(wanted).difference(self.rows.columns)
        told = {pointer: rest.intersection(table.columns) for pointer, table in self.shared.items()}
        return {pointer: names for pointer, names in told.items() if names}

    def rows_of(self, kinds: Iterable[str]) -> pl.Series:
        """Return the numbers of the rows at which events of `kinds` stand."""
        return self.rows.select(is_kind(kinds).arg_true()).to_series()

    def rows_where(self, column: str, words: Iterable[str]) -> pl.Series:
        """Return the numbers of the rows that hold one of `words` in a `column` of FACTS."""
        wanted = list(words)
        pointer = next(iter(self._pointers([column])), None)
        if pointer is None:
            return self.frame([column])[column].is_in(wanted).arg_true()
        is_so = self.shared[pointer][column].is_in(wanted)  # what rows share is asked once
        return is_so[self.rows[pointer]].arg_true() if is_so.any() else pl.Series(dtype=pl.UInt32)


def _nulls(name: str, count: int) -> pl.Series:
    return constant(None, FACTS[name], count).alias(name)


def by_kind(values: Mapping[str, int], otherwise: int) -> pl.Series:
    """Return a number below 256 for each kind of event, by the number of the kind.

    Args:
        values: The numbers of some kinds.
        otherwise: That of all others.
    """
    return pl.Series([values.get(kind, otherwise) for kind in NUMBERS], dtype=pl.UInt8)


def is_kind(kinds: Iterable[str]) -> pl.Expr:
    """Return whether the event of a row is of one of `kinds`."""
    return pl.col("kind").to_physical().is_in([NUMBERS[kind] for kind in kinds])  # words would be looked up each time
