"""FACTS kept narrow: what many rows have in common stands once, and a row points to it.

    rows                                            shared: messages             shared: states
    order  kind        event_at  message_id  state_id   0  failure=dns  …         0  held_entry=true …
    0      connected   08:20:00  3           0          …
    1      tool_called 08:20:02  7           null       3  transport=http …

FACTS has about a hundred columns, and of a million rows each reader wants a few columns or a few rows. So sorting,
joining and adding rows is done on the narrow rows, and a column is made when somebody asks for it.
"""

from collections.abc import Iterable
from typing import ClassVar

import polars as pl
from msgspec import Struct

from mcplog.model.frames import FACTS
from mcplog.model.veiled import Veiled


class Shared(Struct, frozen=True):
    """Columns of FACTS that many rows have in common.

    Attributes:
        pointer: The column of the rows that holds a row number of `table`; where it is null, all these columns are.
        table: The columns.
    """

    pointer: str
    table: pl.DataFrame


class Facts(Veiled, frozen=True, kw_only=True):
    """FACTS of a run, or EVENTS on the way to them.

    Attributes:
        rows: A row a fact, in order: the columns that every row has for itself, and the pointers.
        shared: Where the others come from. A column that nobody has is null.
    """

    HIDDEN: ClassVar[tuple[str, ...]] = ("rows", "shared")

    rows: pl.DataFrame
    shared: tuple[Shared, ...] = ()

    def frame(self, names: Iterable[str] | None = None, at: pl.Series | None = None) -> pl.DataFrame:
        """Return FACTS, or some of its columns and rows.

        Args:
            names: The columns; null for all.
            at: Numbers of the rows that are wanted; null for all.
        """
        wanted = FACTS.names() if names is None else list(dict.fromkeys(names))
        told = [(part, [name for name in wanted if name in part.table.columns]) for part in self.shared]
        pointers = [part.pointer for part, named in told if named]
        own = [name for name in wanted if name in self.rows.columns]
        rows = self.rows[list(dict.fromkeys([*own, *pointers])) or self.rows.columns[:1]]
        if at is not None:
            rows = rows[at]
        found = rows.hstack(
            [column for part, named in told if named for column in part.table[named][rows[part.pointer]]]
        )
        missing = [pl.lit(None, FACTS[name]).alias(name) for name in wanted if name not in found.columns]
        return (found.with_columns(missing) if missing else found)[wanted]
