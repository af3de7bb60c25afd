"""FACTS kept narrow: what many rows have in common stands once, and a row points to it.

    rows                                            shared["message_id"]     shared["state_id"]
    order  kind         event_at  message_id  state_id      0  failure=dns …         0  held_entry=true …
    0      connected    08:20:00  3           0             …
    1      tool_called  08:20:02  7           null          3  transport=http …

FACTS has about a hundred columns, and of a million rows each reader wants a few columns or a few rows. So sorting,
joining and adding rows is done on the narrow rows, and a column is made when somebody asks for it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import ClassVar, Final

import polars as pl

from mcplog.model.frames import FACTS, KIND
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
        here = set(self.rows.columns)
        own = [name for name in wanted if name in here]
        told = {pointer: [name for name in wanted if name in names] for pointer, names in self._names(wanted, own)}
        rows = self.rows[[*own, *(pointer for pointer in told if pointer not in own)] or self.rows.columns[:1]]
        if at is not None:
            rows = rows[at]
        found = rows.hstack(
            [column for pointer, named in told.items() for column in self.shared[pointer][named][rows[pointer]]]
        )
        there = set(found.columns)
        missing = [pl.lit(None, FACTS[name]).alias(name) for name in wanted if name not in there]
        return (found.with_columns(missing) if missing else found)[wanted]

    def _names(self, wanted: Sequence[str], own: Sequence[str]) -> Iterator[tuple[str, set[str]]]:
        """Yield pointer and columns of the tables that some `wanted` columns stand in; those of `own` stand in rows."""
        rest = set(wanted).difference(own)
        for pointer, table in self.shared.items():
            names = rest.intersection(table.columns)
            if names:
                yield pointer, names

    def rows_of(self, kinds: Iterable[str]) -> pl.Series:
        """Return the numbers of the rows at which events of `kinds` stand."""
        return self.rows.select(is_kind(kinds).arg_true()).to_series()


def is_kind(kinds: Iterable[str]) -> pl.Expr:
    """Return whether the event of a row is of one of `kinds`."""
    return pl.col("kind").to_physical().is_in([NUMBERS[kind] for kind in kinds])  # words would be looked up each time
