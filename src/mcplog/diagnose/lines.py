"""The rows of the servers that a diagnosis looks at closely, all servers at once.

A step that asks for the rows of one server after the other pays for a query each time, and there may be hundreds of
servers; so each step asks once and sorts the answer by server.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Final

import polars as pl

from mcplog.model.facts import Facts, Server
from mcplog.model.frames import constant
from mcplog.model.veiled import Veiled

Numbered = tuple[Sequence[Server], pl.Series]  # servers, and for each row of FACTS which one it is about, or null
MANY: Final = 2**32


class Lines(Veiled, frozen=True):
    """Rows of some servers.

    Attributes:
        facts: FACTS of the run.
        servers: Case and name of each.
        who: For each row of the facts which of the servers it is about; null: none of them.
    """

    HIDDEN: ClassVar[tuple[str, ...]] = ("facts", "who")

    facts: Facts
    servers: Sequence[Server]
    who: pl.Series

    def told(self, columns: Iterable[str], at: pl.DataFrame) -> pl.DataFrame:
        """Return rows with `row`, `who` and `columns` of FACTS.

        Args:
            columns: What is asked for.
            at: Which rows: `row` and `who`.
        """
        return at[["row", "who"]].hstack(self.facts.frame(columns, at["row"]))

    def sorts(
        self, columns: Sequence[str], at: pl.DataFrame, more: Iterable[str] = ()
    ) -> tuple[pl.DataFrame, list[dict[str, Any]]]:
        """Number rows by what they say: many lines are of few sorts.

        Args:
            columns: What makes a sort; equal values are one.
            at: Which rows.
            more: Other columns that are asked for.

        Returns:
            The rows with `row`, `who`, `columns`, `more` and `sort`, and what each sort has in `columns`.
        """
        rows = self.told([*columns, *more], at)
        places = rows[list(columns)].with_row_index("place")
        sorts = places.group_by(columns, maintain_order=True).agg("place").with_row_index("sort")
        sort, place = sorts[["sort", "place"]].explode("place")
        number = constant(0, pl.UInt32(), len(rows)).alias("sort").scatter(place, sort)
        return rows.hstack([number]), sorts[["sort", *columns]].to_dicts()

    def of_kinds(self, kinds: Iterable[str]) -> pl.DataFrame:
        """Return the rows at which events of `kinds` stand, in order, as `at` does."""
        return self.at(self.facts.rows_of(kinds))

    def at(self, rows: pl.Series) -> pl.DataFrame:
        """Return those of some rows that are about the servers.

        Args:
            rows: Their numbers in the facts.

        Returns:
            `row` (the number), `who` (which of the servers), `kind` and `order`.
        """
        who = self.who[rows]
        if who.null_count():
            rows, who = rows.filter(who.is_not_null()), who.drop_nulls()
        kind, order = (self.facts.rows.get_column(name)[rows] for name in ("kind", "order"))
        return pl.DataFrame({"row": rows, "who": who, "kind": kind, "order": order})

    def every(self) -> pl.DataFrame:
        """Return all rows that are about the servers, as `at` does."""
        return self.at(pl.int_range(len(self.who), dtype=pl.UInt32, eager=True))

    def present(self) -> list[int]:
        """Return the servers that have rows."""
        return self.servers_at(self.who.arg_unique())

    def servers_at(self, rows: pl.Series) -> list[int]:
        """Return the servers that any of the rows is about.

        Args:
            rows: The numbers of the rows in the facts, or a truth for each row of them.
        """
        found = self.who.filter(rows) if rows.dtype == pl.Boolean else self.who[rows]
        return [who for who in found[found.arg_unique()].to_list() if who is not None]

    def last_known(self, column: str) -> dict[int, Any]:
        """Return by server what a `column` of FACTS holds last, where it holds anything."""
        known = self.facts.rows_known(column)
        rows = _last_of_each(self.who[known])
        values = self.facts.frame([column], known[rows])[column]
        told = zip(self.who[known[rows]].to_list(), values.to_list(), strict=True)
        return {who: value for who, value in told if who is not None}

    def words_told(self, column: str, words: Iterable[str]) -> set[tuple[int, str]]:
        """Return the servers of which any row holds one of `words` in a `column` of FACTS, with the word."""
        rows = self.facts.rows_where(column, words)
        told = pl.DataFrame([self.who[rows], self.facts.frame([column], rows)[column]])
        return {(who, word) for who, word in told.unique().rows() if who is not None}

    def rows_from(self, orders: Mapping[int, int]) -> dict[int, int]:
        """Return by server its first row that does not stand before a place in the stream, where it has one.

        Args:
            orders: The place for each server that is asked about.
        """
        if not orders:
            return {}
        first = self.facts.rows["order"].search_sorted(pl.Series(orders.values(), dtype=pl.Int64))
        at = {who: row for who, row in zip(orders, first, strict=True) if row < len(self.who)}
        own = dict(zip(at, self.who[list(at.values())], strict=True)) if at else {}
        found = {who: row if own[who] == who else self._next_row(who, row) for who, row in at.items()}
        return {who: row for who, row in found.items() if row is not None}

    def _next_row(self, who: int, row: int) -> int | None:
        later = (self.who[row + 1 :] == who).arg_true()
        return None if later.is_empty() else row + 1 + int(later[0])

    def last_rows(self) -> dict[int, int]:
        """Return the last row of each server that has any."""
        rows = _last_of_each(self.who)
        told = zip(self.who[rows].to_list(), rows.to_list(), strict=True)
        return {who: row for who, row in told if who is not None}


def _last_of_each(numbers: pl.Series) -> pl.Series:
    """Return where each number stands last."""
    return len(numbers) - 1 - numbers.reverse().arg_unique().cast(pl.Int64)


def lines_of(facts: Facts, servers: Sequence[Server], numbered: Numbered | None = None) -> Lines:
    """Return the rows of some servers.

    Args:
        facts: FACTS.
        servers: Case and name of each.
        numbered: What `servers_of` says of the facts; null asks it.
    """
    all_servers, numbers = numbered or servers_of(facts)
    at = {server: number for number, server in enumerate(all_servers)}
    who_of = constant(None, pl.UInt32(), len(all_servers))
    chosen = [(at[server], who) for who, server in enumerate(servers) if server in at]
    who_of = who_of.scatter([number for number, _ in chosen], [who for _, who in chosen])
    who = who_of[numbers].alias("who")
    return Lines(facts, servers, who)


def servers_of(facts: Facts) -> Numbered:
    """Return the servers by case and name, in the order of their first rows, and for each row which one it is about.

    Args:
        facts: FACTS.
    """
    pointer = facts.pointer_to("server")
    name = facts.rows[pointer] if pointer else _numbered(facts.rows["server"])
    most = name.max()
    key = facts.rows["case_id"].cast(pl.UInt64) * (most + 1 if isinstance(most, int) else 1) + name
    firsts = key.arg_unique().sort()
    firsts = firsts.filter(key[firsts].is_not_null())
    return facts.frame(["case_id", "server"], firsts).rows(), _places(key, key[firsts])


def _numbered(names: pl.Series) -> pl.Series:
    return names.cast(pl.Categorical(pl.Categories.random())).to_physical()


def _places(keys: pl.Series, known: pl.Series) -> pl.Series:
    """Return for each key its place among the known ones, which are all there are."""
    most = known.max()
    if isinstance(most, int) and most < len(keys):
        place = constant(None, pl.UInt32(), most + 1)
        places = pl.int_range(len(known), dtype=pl.UInt32, eager=True)
        return place.scatter(known.cast(pl.UInt32), places)[keys.cast(pl.UInt32)]
    numbered = known.to_frame("key").with_row_index("place")
    return keys.to_frame("key").join(numbered, on="key", how="left", maintain_order="left")["place"]
