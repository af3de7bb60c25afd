"""Where processes begin and end, and where the evidence of each server ends."""

from typing import Final

import polars as pl

from mcplog.correlate.derived import Derived
from mcplog.model.frames import KIND

PLACE: Final = ("document_id", "line_from", "line_to")


def beginnings(events: pl.DataFrame, late: pl.Series) -> Derived:
    """Return a `process_started` row for each process whose first lines are there.

    Args:
        events: EVENTS' rows, in order.
        late: The processes whose logs begin after they did.
    """
    first = events.unique("process_id", keep="first", maintain_order=True)
    return Derived(
        first.filter(~pl.col("process_id").is_in(late.implode())).select(
            "case_id",
            "process_id",
            *PLACE,
            "event_at",
            "version_id",
            order=pl.col("order") - 1,
            kind=pl.lit("process_started", KIND),
        )
    )


def endings(events: pl.DataFrame, derived: pl.DataFrame, covered: pl.DataFrame) -> Derived:
    """Return `process_ended` rows for each process and each of its servers, `evidence_ended` for each server of a case.

    Args:
        events: EVENTS' rows, in order.
        derived: Rows derived from them, with a process.
        covered: `document_id` and `covers_to` of documents that hold one process.
    """
    last = events.group_by("process_id", "subject", "document_id", maintain_order=True).agg(
        pl.col("case_id", "server").first(), pl.col("line_from", "line_to", "order").last(), pl.col("event_at").max()
    )
    # Of a million rows only the last of each group can be the last of a process or server.
    told = pl.concat([last, derived.select(last.columns)]).join(
        covered, on="document_id", how="left", maintain_order="left"
    )
    place = pl.col(PLACE).sort_by("order").last()
    processes = told.group_by("case_id", "process_id", maintain_order=True).agg(
        place,
        order=pl.col("order").max() + 5,
        event_at=pl.max_horizontal(pl.col("covers_to").max(), pl.col("event_at").max()),
    )
    until = processes.group_by("case_id").agg(order=pl.col("order").max() + 1, event_at=pl.col("event_at").max())
    named = told.filter(pl.col("server").is_not_null())
    servers = (
        named.group_by("case_id", "server", maintain_order=True)
        .agg(pl.col("subject").first(), place)
        .join(until, on="case_id", maintain_order="left")
    )
    of_processes = (
        named.group_by("case_id", "process_id", "server", maintain_order=True)
        .agg(pl.col("subject").first(), place)
        .join(processes.select("process_id", "order", "event_at"), on="process_id", maintain_order="left")
    )
    ended = pl.lit("process_ended", KIND)
    return Derived(
        pl.concat(
            [
                processes.with_columns(kind=ended),
                of_processes.with_columns(kind=ended),
                servers.with_columns(kind=pl.lit("evidence_ended", KIND)),
            ],
            how="diagonal",
        )
    )
