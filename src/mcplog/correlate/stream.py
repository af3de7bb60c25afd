"""Put all events of a case into one order and tell its processes apart.

A process is what shares a session id, else what shares a document between the places where another run begins in it
(files that were joined by hand). Within a document the order is the position; the
documents of a case are merged by time, and a row without time stands beside the row before it.
"""

from typing import Final

import polars as pl

from mcplog.correlate.asof import last_not_later
from mcplog.model.frames import constant
from mcplog.model.vocabulary import GapReason

CLOCK: Final = pl.col("event_at").forward_fill().backward_fill().cum_max()
IN_STREAM: Final = ("case_id", "sort_at", "document_id", "entry_id")


def order_events(rows: pl.DataFrame, gaps: pl.DataFrame, backwards: frozenset[int] = frozenset()) -> pl.DataFrame:
    """Add `process_id` and `sort_at`, and sort into the one stream of each case.

    Args:
        rows: EVENT_ROWS with `case_id`.
        gaps: GAPS: what they say of other runs in a document.
        backwards: The cases whose logs without times come last one first: nobody knows their order.

    Returns:
        The rows with `process_id` (UInt32) and `sort_at` (instant; the event's own, never before an earlier row of its
        document; null only where the whole document has none), sorted.
    """
    in_file = rows["document_id"].cast(pl.UInt64) * 2**32 + rows["entry_id"]
    if not in_file.is_sorted():
        rows = rows.sort("document_id", "entry_id")
    is_seam = gaps["reason"] == GapReason.ANOTHER_RUN
    if is_seam.any():
        return _order_runs(rows, gaps.filter(is_seam), backwards)
    document = rows["document_id"]
    is_one = rows.is_empty() or document[0] == document[-1]
    stream = rows.with_columns(sort_at=CLOCK if is_one else CLOCK.over("document_id"))
    return _with_processes(stream if is_one else _sorted(stream, backwards))


def _sorted(stream: pl.DataFrame, backwards: frozenset[int]) -> pl.DataFrame:
    if not backwards:
        return stream.sort(IN_STREAM, nulls_last=True)
    is_backwards = pl.col("sort_at").is_null() & pl.col("case_id").is_in(sorted(backwards))
    log = pl.col("document_id").cast(pl.Int64)
    log = pl.when(is_backwards).then(-log).otherwise(log)
    return stream.sort(*(log if name == "document_id" else name for name in IN_STREAM), nulls_last=True)


def _with_processes(stream: pl.DataFrame) -> pl.DataFrame:
    who = pl.coalesce("session_id", pl.format("document {}", "document_id")).alias("who")
    logs = distinct(stream[["case_id", "document_id", "session_id"]])
    if len(logs) <= 1:
        return stream.hstack([constant(1, pl.UInt32(), len(stream)).alias("process_id")])
    named = logs.with_columns(who)
    processes = (
        named.select("case_id", "who")
        .unique(maintain_order=True)
        .with_columns(process_id=pl.int_range(1, pl.len() + 1, dtype=pl.UInt32))
    )
    of_log = named.join(processes, on=["case_id", "who"]).select("document_id", "session_id", "process_id")
    found = stream.select("document_id", "session_id").join(
        of_log, on=["document_id", "session_id"], how="left", nulls_equal=True, maintain_order="left"
    )
    return stream.with_columns(found["process_id"])


def _order_runs(rows: pl.DataFrame, seams: pl.DataFrame, backwards: frozenset[int]) -> pl.DataFrame:
    """Do the same where documents hold several runs, each with a clock of its own: the later one may stand first."""
    starts = seams.select("document_id", "byte_from").sort("document_id", "byte_from")
    run = last_not_later((rows["document_id"], rows["byte_from"]), (starts["document_id"], starts["byte_from"]))
    part = pl.format("document {} run {}", "document_id", pl.lit(run).cast(pl.String).fill_null("first"))
    parted = rows.with_columns(part.alias("who"))
    stream = _sorted(parted.with_columns(sort_at=CLOCK.over("who")), backwards)
    who = stream.select("case_id", pl.coalesce("session_id", "who").alias("who"))
    first = who.unique(maintain_order=True).with_columns(process_id=pl.int_range(1, pl.len() + 1, dtype=pl.UInt32))
    found = who.join(first, on=["case_id", "who"], how="left", maintain_order="left")
    return stream.drop("who").with_columns(found["process_id"])


def distinct(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the distinct rows in their order; of a million that come document by document few begin anything new."""
    if all(map(_is_constant, rows)):
        return rows.head(1)
    begun = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift()) for name in rows.columns)
    return rows.filter(begun).unique(maintain_order=True)


def _is_constant(column: pl.Series) -> bool:
    """Say whether all rows hold the same value, or none holds any."""
    missing = column.null_count()
    if missing or column.is_empty():
        return missing == len(column)
    return bool(column[0] == column[-1]) and not (column != column[0]).any()
