"""How much of what was logged the grammar knows, by client version, and the shapes of what it does not know.

A shape is a redacted text with its numbers, ids, addresses and quoted words replaced: one wording is listed once.

    HTTP retry 3 of https://a.example/mcp for "tracker"     HTTP retry <n> of <url> for "…"

May import: model. Touches: nothing.
"""

from typing import Final

import polars as pl

from mcplog.parse.messages import UNKNOWN, EventTable

_MASKS: Final = (
    (r"https?://[^\s\"',)]+", "<url>"),
    (r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f-]{22,}", "<id>"),
    (r"\b[0-9a-f]{8,}\b", "<id>"),
    (r"\"[^\"]*\"", '"…"'),
    (r"'[^']*'", "'…'"),
    (r"\{.*\}", "{…}"),
    (r"-?[0-9]+(?:\.[0-9]+)*", "<n>"),
)

COVERAGE: Final = pl.Schema(
    {
        "client_version": pl.String(),  # null: no line of the document names it
        "events": pl.UInt32(),
        "unrecognised": pl.UInt32(),
        "share": pl.Float64(),  # recognised of all events, 0 to 1
    }
)

UNKNOWN_SHAPES: Final = pl.Schema(
    {
        "client_version": pl.String(),
        "shape": pl.String(),
        "example": pl.String(),  # an excerpt, redacted
        "events": pl.UInt32(),
    }
)


def grammar_coverage(table: EventTable, documents: pl.DataFrame) -> pl.DataFrame:
    """Return the share of recognised events by client version.

    Args:
        table: The events of a run.
        documents: DOCUMENTS of the same run.

    Returns:
        COVERAGE, by version.
    """
    return (
        _with_version(table, documents)
        .group_by("client_version")
        .agg(events=pl.len(), unrecognised=(pl.col("kind") == UNKNOWN).sum())
        .with_columns(share=1 - pl.col("unrecognised") / pl.col("events"))
        .sort("client_version", nulls_last=True)
        .cast(COVERAGE)
    )


def unknown_shapes(table: EventTable, documents: pl.DataFrame) -> pl.DataFrame:
    """Return the wordings that the grammar does not know.

    Args:
        table: The events of a run.
        documents: DOCUMENTS of the same run.

    Returns:
        UNKNOWN_SHAPES, the most frequent first.
    """
    shape = pl.col("excerpt")
    for pattern, mask in _MASKS:
        shape = shape.str.replace_all(pattern, mask)
    return (
        _with_version(table, documents)
        .filter(pl.col("kind") == UNKNOWN)
        .join(table.messages.select("message_id", "excerpt"), on="message_id")
        .group_by("client_version", shape=shape)
        .agg(example=pl.col("excerpt").min(), events=pl.len())
        .sort(["events", "shape", "client_version"], descending=[True, False, False])
        .select(UNKNOWN_SHAPES.names())
        .cast(UNKNOWN_SHAPES)
    )


def _with_version(table: EventTable, documents: pl.DataFrame) -> pl.DataFrame:
    return table.rows.select("document_id", "kind", "message_id").join(
        documents.select("document_id", "client_version"), on="document_id", how="left"
    )
