"""Servers whose lines stand in several logs, of which nobody can tell which was written first.

Debug files of early clients have no stamps. The per-server log of the same session gives their lines its times; without
it a file has its own order and no place among the others.
"""

import polars as pl

from mcplog.model.facts import Facts, Server
from mcplog.model.vocabulary import DocumentFormat


def unordered_servers(facts: Facts, documents: pl.DataFrame) -> frozenset[Server]:
    """Return the servers that have lines in a log without times and in another one.

    What was pasted counts as pasted in its order.

    Args:
        facts: FACTS.
        documents: DOCUMENTS of the same run.
    """
    undated = _undated(facts, documents) if len(documents) > 1 else frozenset()
    if not undated:
        return frozenset()
    told = facts.frame(["case_id", "server", "document_id"]).drop_nulls().unique()
    logs = (
        told.group_by("case_id", "server")
        .agg(pl.len().alias("logs"), is_undated=pl.col("document_id").is_in(sorted(undated)).any())
        .filter((pl.col("logs") > 1) & pl.col("is_undated"))
    )
    return frozenset(logs.select("case_id", "server").iter_rows())


def _undated(facts: Facts, documents: pl.DataFrame) -> frozenset[int]:
    """Return the debug files of which no line has a time, neither of its own nor from another log."""
    is_file = documents["format"] == DocumentFormat.DEBUG_FILE
    bare = documents["document_id"].filter(is_file & documents["covers_from"].is_null())
    if bare.is_empty():
        return frozenset()
    rows = facts.rows
    dated = rows["document_id"].filter(rows["event_at"].is_not_null()).unique()
    return frozenset(bare) - frozenset(dated)
