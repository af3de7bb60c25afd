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
from msgspec import field

from mcplog.model.frames import FACTS, KIND, constant
from mcplog.model.veiled import Veiled

Server = tuple[int, str]  # its case and its name

NUMBERS: Final = {kind: number for number, kind in enumerate(KIND.categories)}
KINDS: Final = pl.Series("kind", KIND.categories, dtype=KIND)  # each at its number
OWN: Final = ""
NO_ROWS: Final = pl.Series("row", [], pl.UInt32)


class Facts(Veiled, frozen=True, kw_only=True):
    """FACTS of a run, or EVENTS on the way to them.

    Attributes:
        rows: A row a fact, in order: the columns that every row has for itself, and the pointers.
        shared: The other columns, by the pointer to their table: a column of `rows` that holds row numbers, null where
            all columns of the table are null. A column that stands nowhere is null.
    """

    HIDDEN: ClassVar[tuple[str, ...]] = ("rows", "shared", "_places", "_by_kind")

    rows: pl.DataFrame
    shared: Mapping[str, pl.DataFrame] = {}
    _places: dict[str, str] = field(default_factory=dict)  # by column its pointer, OWN for a column of `rows`
    _by_kind: dict[str, pl.Series] = field(default_factory=dict)

    def frame(self, names: Iterable[str] | None = None, at: pl.Series | None = None) -> pl.DataFrame:
        """Return FACTS, or some of its columns and rows.

        Args:
            names: The columns; null for all.
            at: Numbers of the rows that are wanted; null for all.
        """
        size = self.rows.height if at is None else len(at)
        pointed: dict[str, pl.Series] = {}
        found: dict[str, pl.Series] = {}
        for name in FACTS if names is None else names:
            if name in found:
                continue
            pointer = self.pointer_to(name)
            if pointer is None:
                found[name] = constant(None, FACTS[name], size)
            elif pointer == OWN:
                found[name] = self._own(name, at)
            else:
                if pointer not in pointed:
                    pointed[pointer] = self._own(pointer, at)
                found[name] = self.shared[pointer].get_column(name)[pointed[pointer]]
        return pl.DataFrame(found)

    def _own(self, name: str, at: pl.Series | None) -> pl.Series:
        # Column by column: a frame would ask its threads, which takes longer than a small log does.
        column = self.rows.get_column(name)
        return column if at is None else column[at]

    def pointer_to(self, name: str) -> str | None:
        """Return the pointer to the table that holds a column; OWN for one of `rows`, null for one that is nowhere.

        Args:
            name: A column of FACTS.
        """
        if not self._places:
            for pointer, table in self.shared.items():
                self._places.update(dict.fromkeys(table.columns, pointer))
            self._places.update(dict.fromkeys(self.rows.columns, OWN))
        return self._places.get(name)

    def rows_by_kind(self) -> Mapping[str, pl.Series]:
        """Return the numbers of the rows of each kind of event that occurs, ascending."""
        if not self._by_kind:
            found = self.rows[["kind"]].with_row_index("row").group_by("kind").agg("row")
            self._by_kind.update(zip(found["kind"].to_list(), found["row"], strict=True))
        return self._by_kind

    def rows_of(self, kinds: Iterable[str]) -> pl.Series:
        """Return the numbers of the rows at which events of `kinds` stand, ascending.

        Args:
            kinds: Kinds of events; those that do not occur are passed over.
        """
        if not self._by_kind:
            return self.rows.select(is_kind(kinds).arg_true()).to_series()
        found = [self._by_kind[kind] for kind in dict.fromkeys(kinds) if kind in self._by_kind]
        if len(found) <= 1:
            return found[0] if found else NO_ROWS
        return pl.concat(found).sort()

    def rows_known(self, column: str) -> pl.Series:
        """Return the numbers of the rows at which a `column` of FACTS is not null."""
        pointer = self.pointer_to(column)
        if not pointer:
            return self.frame([column])[column].is_not_null().arg_true()
        return self.shared[pointer][column].is_not_null()[self.rows[pointer]].arg_true()

    def rows_where(self, column: str, words: Iterable[str]) -> pl.Series:
        """Return the numbers of the rows that hold one of `words` in a `column` of FACTS."""
        wanted = list(words)
        pointer = self.pointer_to(column)
        if pointer is None or pointer == OWN:
            return self.frame([column])[column].is_in(wanted).arg_true()
        is_so = self.shared[pointer][column].is_in(wanted)  # what rows share is asked once
        return is_so[self.rows[pointer]].arg_true() if is_so.any() else NO_ROWS


def of_kind(kind: str, height: int) -> pl.Series:
    """Return `kind`, a column of that `height`. To look a word up among all kinds takes as long as a query."""
    return KINDS.new_from_index(NUMBERS[kind], height)


def one_of_two(is_first: pl.Series, first: str, second: str) -> pl.Series:
    """Return `kind`, the first kind of event where it is told so, else the second.

    Args:
        is_first: The truth of each row, never null.
        first: A kind.
        second: Another.
    """
    return KINDS[pl.Series([NUMBERS[second], NUMBERS[first]], dtype=pl.UInt32)[is_first.cast(pl.UInt8)]]


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
