"""The rows of the servers that a diagnosis looks at closely, all servers at once.

A step that asks for the rows of one server after the other pays for a query each time, and there may be hundreds of
servers; so each step asks once and sorts the answer by server.
"""

from collections.abc import Iterable, Sequence
from typing import ClassVar

import polars as pl

from mcplog.model.facts import Facts, is_kind
from mcplog.model.veiled import Veiled

Server = tuple[int, str]  # its case and its name


class Lines(Veiled, frozen=True):
    """Rows of some servers.

    Attributes:
        facts: FACTS of the run.
        servers: Case and name of each.
        at: The rows in order: `row` (its number in the facts), `who` (which of the servers), `kind` and `order`.
    """

    HIDDEN: ClassVar[tuple[str, ...]] = ("facts", "at")

    facts: Facts
    servers: Sequence[Server]
    at: pl.DataFrame

    def told(self, columns: Iterable[str], at: pl.DataFrame | None = None) -> pl.DataFrame:
        """Return rows with `row`, `who` and `columns` of FACTS.

        Args:
            columns: What is asked for.
            at: Which rows; null for all.
        """
        chosen = self.at if at is None else at
        return chosen[["row", "who"]].hstack(self.facts.frame(columns, chosen["row"]))

    def of_kinds(self, kinds: Iterable[str]) -> pl.DataFrame:
        """Return the rows `at` which events of `kinds` stand."""
        return self.at.filter(is_kind(kinds))

    def row_from(self, who: int, order: int) -> int | None:
        """Return the first row of a server that does not stand before a place in the stream; null where there is none.

        Args:
            who: The server.
            order: The place.
        """
        rows = self.facts.rows
        row = int(rows["order"].search_sorted(order))
        if row < len(rows) and (rows["case_id"][row], rows["server"][row]) == tuple(self.servers[who]):
            return row
        later = self.at.filter((pl.col("who") == who) & (pl.col("row") >= row))["row"]
        return None if later.is_empty() else int(later[0])

    def last_rows(self) -> dict[int, int]:
        """Return the last row of each server that has any."""
        return dict(self.at.group_by("who").agg(pl.col("row").last()).rows())


def lines_of(facts: Facts, servers: Sequence[Server]) -> Lines:
    """Return the rows of some servers.

    Args:
        facts: FACTS.
        servers: Case and name of each.
    """
    numbers = pl.DataFrame(servers, schema={"case_id": pl.UInt32(), "server": pl.String()}, orient="row")
    rows = facts.rows[["case_id", "server", "kind", "order"]].with_row_index("row")
    found = rows.join(numbers.with_row_index("who"), on=["case_id", "server"], maintain_order="left")
    return Lines(facts, servers, found[["row", "who", "kind", "order"]])
