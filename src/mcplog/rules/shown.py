"""What a finding shows of the rows it rests on: their values and where they stand."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Final

import polars as pl
from msgspec import Struct

from mcplog.model.facts import Server
from mcplog.model.place import Place
from mcplog.rules.ground import Ground

NO_DOCUMENT: Final = -1  # a snapshot of a store, or a row that was derived from no document
PLACED: Final = ("document_id", "line_from", "line_to", "byte_from", "byte_to", "state_origin", "state_line")


class Row(Struct, frozen=True):
    """One row of the facts.

    Attributes:
        columns: Column → the values of all rows that are shown.
        number: Which of them is the row's.
    """

    columns: Mapping[str, Sequence[Any]]
    number: int

    def __getitem__(self, column: str) -> Any:  # noqa: ANN401 - whatever the column holds
        """Return the value of a `column`."""
        return self.columns[column][self.number]


class Shown(Struct, frozen=True, kw_only=True):
    """Rows of the facts, as far as they are shown.

    Attributes:
        ground: The facts.
        origins: `document_id` → the document's name.
        texts: The names of the documents: a store that is called like one is quoted in it.
        unordered: Case and name of servers with lines in logs of which nobody knows which was written first.
    """

    ground: Ground
    origins: Mapping[int, str]
    texts: frozenset[str] = frozenset()
    unordered: AbstractSet[Server] = frozenset()

    def rows(self, numbers: Iterable[int], columns: Iterable[str]) -> dict[int, Row]:
        """Return the rows of these `numbers` with their place and `columns`; the numbers are those of FACTS."""
        wanted = sorted(set(numbers))
        found = self.ground.facts.frame([*PLACED, *columns], pl.Series(wanted, dtype=pl.UInt32))
        values = {column.name: column.to_list() for column in found}
        return {row: Row(values, number) for number, row in enumerate(wanted)}

    def place(self, row: Row) -> Place:
        """Return where a `row` stands: in its document, else in the snapshot its state was read from."""
        document = row["document_id"]
        if document is None:
            return self.state_place(row)
        return Place(
            document_id=document,
            origin=self.origins.get(document, f"document {document}"),
            line_from=row["line_from"] or 1,
            line_to=row["line_to"] or row["line_from"] or 1,
            byte_from=row["byte_from"],
            byte_to=row["byte_to"],
        )

    def is_quoted(self, place: Place) -> bool:
        """Say whether a `place` in a store is one in a text that quotes it: a copy, as any pasted line."""
        return place.document_id == NO_DOCUMENT and place.origin in self.texts

    def state_place(self, row: Row) -> Place:
        """Return where the credential state of a `row` was read."""
        line = row["state_line"] or 1
        return Place(
            document_id=NO_DOCUMENT, origin=row["state_origin"] or "the evidence", line_from=line, line_to=line
        )
