"""Read FACTS row by row, where a diagnosis looks at few rows: named values, their place, their match to a pattern."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

import polars as pl

from mcplog.knowledge.line_patterns import LinePattern
from mcplog.model.facts import Facts
from mcplog.model.place import Place

NO_DOCUMENT: Final = -1  # a snapshot of a store, or a row that was derived from no document
NOWHERE: Final = "the evidence"


class FactRow(NamedTuple):
    """The columns of FACTS that are read row by row; their meaning stands in `model/frames.py`."""

    order: int
    kind: str
    event_at: datetime | None
    excerpt: str | None
    failure: str | None
    reason: str | None
    trigger: str | None
    has_refresh_token: bool | None
    held_access_token: str | None
    held_refresh_token: str | None
    document_id: int | None
    line_from: int | None
    line_to: int | None
    byte_from: int | None
    byte_to: int | None
    state_origin: str | None
    state_line: int | None


def fact_rows(facts: Facts, numbers: Iterable[int]) -> dict[int, FactRow]:
    """Return rows by their number, in order.

    Args:
        facts: FACTS.
        numbers: Which rows.
    """
    wanted = pl.Series(sorted(set(numbers)), dtype=pl.UInt32)
    found = map(FactRow._make, facts.frame(FactRow._fields, wanted).rows())
    return dict(zip(wanted.to_list(), found, strict=True))


def place_of(row: FactRow, origins: Mapping[int, str]) -> Place:
    """Return where a row stands: in its document, else in the snapshot that its state was read from.

    Args:
        row: The row.
        origins: Document names by id.
    """
    if row.document_id is None:
        line = row.state_line or 1
        return Place(document_id=NO_DOCUMENT, origin=row.state_origin or NOWHERE, line_from=line, line_to=line)
    return Place(
        document_id=row.document_id,
        origin=origins.get(row.document_id, f"document {row.document_id}"),
        line_from=row.line_from or 1,
        line_to=row.line_to or row.line_from or 1,
        byte_from=row.byte_from,
        byte_to=row.byte_to,
    )


def first_line(row: FactRow) -> str:
    """Return the first line of what a row quotes; empty when it quotes nothing.

    Args:
        row: The row.
    """
    return (row.excerpt or "").partition("\n")[0].strip()


def matches(values: Mapping[str, Any], pattern: LinePattern) -> bool:
    """Tell whether the fields of a row are those of a pattern.

    Args:
        values: The row's fields by column; its kind is known to be one of the pattern's.
        pattern: The pattern.
    """
    return all(values[column] in words for column, words in pattern.where.items()) and not any(
        values[column] in words for column, words in pattern.unless.items()
    )


def columns_of(pattern: LinePattern) -> tuple[str, ...]:
    """Return the columns that decide whether a row matches `pattern`."""
    return (*pattern.where, *pattern.unless)
