"""Put what people report before all that the logs of their case show: told about the whole, of no process.

A sentence such as "a restart helps" stands somewhere in a text, and its place there says nothing about when it holds.
So a rule may ask for it as the first step of a sequence, and the line of the log stays the anchor.
"""

import polars as pl

from mcplog.model.frames import EVENTS, FACTS, conform


def with_reports(facts: pl.DataFrame, reports: pl.DataFrame, documents: pl.DataFrame) -> pl.DataFrame:
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
    cases = documents.select("document_id", "case_id")
    told = conform(reports, EVENTS).collect().join(cases, on="document_id", how="left", maintain_order="left")
    is_version = pl.col("kind").cast(pl.String) == "version_reported"
    told = told.with_columns(client_version=pl.when(is_version).then("version"))
    missing = [pl.lit(None, dtype).alias(name) for name, dtype in FACTS.items() if name not in told.columns]
    first = told.with_columns(missing).select(FACTS.names())
    both = pl.concat([first.with_columns(order=pl.int_range(pl.len(), dtype=pl.Int64) - len(first)), facts])
    return both.sort("case_id", "order").with_columns(order=pl.int_range(pl.len(), dtype=pl.Int64))
