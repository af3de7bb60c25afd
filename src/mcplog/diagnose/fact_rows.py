"""Read FACTS row by row, where a diagnosis looks at few rows: named values, their place, their match to a pattern."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final, NamedTuple

import polars as pl

from mcplog.knowledge.line_patterns import LinePattern
from mcplog.model.frames import KIND
from mcplog.model.place import Place

NO_DOCUMENT: Final = -1  # a snapshot of a store, or a row that was derived from no document
NOWHERE: Final = "the evidence"
FEW: Final = 400  # rows; below it, a filter in polars costs more than it saves
TELLING: Final = ("kind", "failure", "reason", "http_status", "oauth_error")


class FactRow(NamedTuple):
    """The columns of FACTS that are read row by row; their meaning stands in `model/frames.py`."""

    order: int
    kind: str
    event_at: datetime | None
    excerpt: str | None
    process_id: int | None
    attempt_id: int | None
    flow_id: int | None
    failure: str | None
    reason: str | None
    http_status: int | None
    oauth_error: str | None
    error_code: str | None
    description_class: str | None
    body_class: str | None
    transport: str | None
    version: str | None
    trigger: str | None
    resource_sent: bool | None
    has_authorization_header: bool | None
    has_refresh_token: bool | None
    held_token_is: str | None
    held_left_ms: int | None
    held_access_token: str | None
    held_refresh_token: str | None
    document_id: int | None
    line_from: int | None
    line_to: int | None
    byte_from: int | None
    byte_to: int | None
    state_origin: str | None
    state_line: int | None


def fact_rows(facts: pl.DataFrame, kinds: Collection[str] | None = None, *, newest: int | None = None) -> list[FactRow]:
    """Return rows of the facts, in order.

    Args:
        facts: FACTS.
        kinds: Event kinds to keep; null keeps all.
        newest: How many of the last rows to give; of what is older, the last row of each kind of event and its words.
            Null gives all.
    """
    chosen = facts.select(FactRow._fields)
    if kinds is not None and len(chosen) > FEW:
        chosen = chosen.filter(pl.col("kind").is_in(pl.Series(list(kinds), dtype=KIND).implode()))
    if newest is not None and len(chosen) > newest:
        older = chosen.head(len(chosen) - newest).unique(TELLING, keep="last", maintain_order=True)
        chosen = pl.concat([older, chosen.tail(newest)])
    rows = map(FactRow._make, chosen.rows())
    return list(rows) if kinds is None else [row for row in rows if row.kind in kinds]


def position_of(facts: pl.DataFrame, order: int) -> int:
    """Return the number of the first row of the facts that does not stand before `order`.

    Args:
        facts: FACTS, in order.
        order: A position in the stream.
    """
    return int(facts["order"].search_sorted(order))


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


def matches(row: FactRow, pattern: LinePattern) -> bool:
    """Tell whether the fields of `row` are those of `pattern`; its kind is known to be one of the pattern's."""
    return all(getattr(row, column) in words for column, words in pattern.where.items()) and not any(
        getattr(row, column) in words for column, words in pattern.unless.items()
    )
