"""Put all events of a case into one order and tell its processes, connection attempts and sign-ins apart.

A process is what shares a session id, else what shares a document. Within a document the order is the position; the
documents of a case are merged by time, and a row without time stands beside the row before it. A connection attempt
runs from its first line to the next one's, so the session that follows a successful attempt belongs to it. A flow runs
from the moment a callback port is chosen to its result, or to whatever begins next.
"""

from typing import Final

import polars as pl

ATTEMPT_STARTERS: Final = (
    "http_transport_initializing",
    "connector_transport_initializing",
    "connection_skipped",
)
# Without a transport line before it (local servers, early clients) this one starts the attempt.
LATE_STARTER: Final = "connection_starting"
FAILURE_LINES: Final = (
    "http_connection_failed",
    "connection_failed",
    "authentication_required",
    "static_header_rejected",
)
OUTCOMES: Final = ("connected", "connection_skipped", *FAILURE_LINES)
FLOW_STARTER: Final = "redirect_port_chosen"
LATE_FLOW_STARTER: Final = "sign_in_started"
FLOW_RESULTS: Final = ("sign_in_authorized", "sign_in_failed")
ACTOR: Final = ["process_id", "server"]


def order_events(rows: pl.DataFrame) -> pl.DataFrame:
    """Add `process_id` and `sort_at`, and sort into the one stream of each case.

    Args:
        rows: EVENT_ROWS with `case_id`.

    Returns:
        The rows with `process_id` (UInt32) and `sort_at` (instant; the event's own, never before an earlier row of its
        document; null only where the whole document has none), sorted.
    """
    by_document = (
        rows.sort("document_id", "entry_id")
        .with_columns(sort_at=pl.col("event_at").forward_fill().backward_fill().over("document_id"))
        .with_columns(sort_at=pl.col("sort_at").cum_max().over("document_id"))
    )
    who = pl.coalesce("session_id", pl.format("document {}", "document_id")).alias("who")
    stream = by_document.sort("case_id", "sort_at", "document_id", "entry_id", nulls_last=True).with_columns(who)
    processes = (
        stream.select("case_id", "who")
        .unique(maintain_order=True)
        .with_columns(process_id=pl.int_range(1, pl.len() + 1, dtype=pl.UInt32))
    )
    return stream.join(processes, on=["case_id", "who"], how="left", maintain_order="left").drop("who")


def segment(stream: pl.DataFrame) -> pl.DataFrame:
    """Add `attempt_id` and `flow_id` (UInt32, unique in the run, from 1; null outside of any)."""
    kind = pl.col("kind").cast(pl.String)
    named = pl.col("server").is_not_null()
    boundary = kind.is_in([*ATTEMPT_STARTERS, LATE_STARTER, *OUTCOMES]) & named
    before = pl.when(boundary).then(kind).forward_fill().shift(1).over(ACTOR)
    announced = before.is_in(["http_transport_initializing", "connector_transport_initializing"])
    flow_mark = kind.is_in([FLOW_STARTER, LATE_FLOW_STARTER, *FLOW_RESULTS]) & named
    before_flow = pl.when(flow_mark).then(kind).forward_fill().shift(1).over(ACTOR)
    marked = stream.with_columns(
        attempt_starts=named
        & (kind.is_in(ATTEMPT_STARTERS) | ((kind == LATE_STARTER) & ~announced.fill_null(value=False))),
        flow_starts=named
        & (
            (kind == FLOW_STARTER)
            | ((kind == LATE_FLOW_STARTER) & ~(before_flow == FLOW_STARTER).fill_null(value=False))
        ),
    )
    outcomes = kind.is_in([*OUTCOMES, "connection_timeout_triggered"]) & named
    begun = pl.col("attempt_starts").cum_sum().over(ACTOR) > 0
    # A log that begins in the middle of an attempt shows its result without its start.
    unbegun = (outcomes & ~begun).any().over(ACTOR) & (pl.int_range(pl.len()).over(ACTOR) == 0) & named
    marked = marked.with_columns(attempt_starts=pl.col("attempt_starts") | unbegun)
    numbered = marked.with_columns(
        attempt_id=pl.when("attempt_starts").then(pl.col("attempt_starts").cum_sum()),
        flow_id=pl.when("flow_starts").then(pl.col("flow_starts").cum_sum()).when("attempt_starts").then(0),
    )
    carried = numbered.with_columns(pl.col("attempt_id", "flow_id").forward_fill().over(ACTOR).cast(pl.UInt32))
    return carried.with_columns(
        attempt_id=pl.when(named).then("attempt_id"),
        flow_id=pl.when(named & (pl.col("flow_id") > 0)).then("flow_id"),
    ).drop("attempt_starts", "flow_starts")
