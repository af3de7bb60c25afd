"""Put what people report before all that the logs of their case show: told about the whole, of no process.

A sentence such as "a restart helps" stands somewhere in a text, and its place there says nothing about when it holds.
So a rule may ask for it as the first step of a sequence, and the line of the log stays the anchor.
"""

import polars as pl

from mcplog.correlate.derived import SAYS, VERSION, Derived, with_derived
from mcplog.model.facts import Facts
from mcplog.model.frames import PLACED


def with_reports(facts: Facts, reports: pl.DataFrame, documents: pl.DataFrame) -> Facts:
    """Return the facts with what is reported, each case's reports first.

    Args:
        facts: FACTS.
        reports: EVENTS of the kinds in REPORTED_KINDS.
        documents: DOCUMENTS, for the case of each report.

    Returns:
        FACTS; what was held is not known at a report, and it has neither process, attempt nor flow.
    """
    if reports.is_empty():
        return facts
    versions = facts.shared[VERSION]
    number = pl.int_range(len(versions), len(versions) + len(reports), dtype=pl.UInt32)
    first = (
        reports.select(*PLACED, "kind")
        .join(documents.select("document_id", "case_id"), on="document_id", how="left", maintain_order="left")
        .with_columns(
            pl.when(pl.col("kind") == "version_reported").then(number).alias(VERSION),
            order=pl.int_range(pl.len(), dtype=pl.Int64) - len(reports),
        )
    )
    both = with_derived(facts, [Derived(first, reports.select(SAYS))])
    named = pl.concat([versions, reports.select(client_version="version")])
    return Facts(
        rows=both.rows.with_columns(order=pl.int_range(pl.len(), dtype=pl.Int64)),
        shared={**both.shared, VERSION: named},
    )
