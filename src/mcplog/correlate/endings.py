"""Where processes begin and end, and where the evidence of each server ends."""

from typing import Final

import polars as pl

from mcplog.correlate.derived import Derived
from mcplog.model.frames import KIND

PLACE: Final = ("document_id", "line_from", "line_to")
FIRST: Final = ("case_id", "process_id", *PLACE, "order", "event_at", "version_id")
LAST: Final = ("case_id", "process_id", "server", "actor_id", *PLACE, "order", "event_at")
MANY: Final = 2**32


def beginnings(events: pl.DataFrame, late: pl.Series) -> Derived:
    """Return a `process_started` row for each process whose first lines are there.

    Args:
        events: EVENTS' rows, in order.
        late: The processes whose logs begin after they did.
    """
    first = events[FIRST][events["process_id"].arg_unique()]
    return Derived(
        first.filter(~pl.col("process_id").is_in(late.implode())).with_columns(
            order=pl.col("order") - 1, kind=pl.lit("process_started", KIND)
        )
    )


def endings(events: pl.DataFrame, derived: pl.DataFrame, covered: pl.DataFrame) -> Derived:
    """Return `process_ended` rows for each process and each of its servers, `evidence_ended` for each server of a case.

    Args:
        events: EVENTS' rows, in order, with `actor_id`.
        derived: Rows derived from them, with a process.
        covered: `document_id` and `covers_to` of documents that hold one process.
    """
    later = derived[LAST].sort("order", maintain_order=True)
    last = pl.concat([_last(events), _last(later)]).sort("actor_id", maintain_order=True)
    told = last.join(covered, on="document_id", how="left", maintain_order="left")
    named = told.filter(pl.col("server").is_not_null())
    place, who = pl.col(PLACE).sort_by("order").last(), pl.col("actor_id").first()
    ended = {"kind": pl.lit("process_ended", KIND)}
    processes = told.group_by("case_id", "process_id", maintain_order=True).agg(
        place,
        order=pl.col("order").max() + 5,
        event_at=pl.max_horizontal(pl.col("covers_to").max(), pl.col("event_at").max()),
        **ended,
    )
    until = processes.group_by("case_id").agg(
        order=pl.col("order").max() + 1, event_at=pl.col("event_at").max(), kind=pl.lit("evidence_ended", KIND)
    )
    of_processes = (
        named.group_by("case_id", "process_id", "server", maintain_order=True)
        .agg(who, place)
        .join(processes[["process_id", "order", "event_at", "kind"]], on="process_id", maintain_order="left")
    )
    servers = (
        named.group_by("case_id", "server", maintain_order=True)
        .agg(who, place)
        .join(until, on="case_id", maintain_order="left")
    )
    return Derived(pl.concat([processes, of_processes, servers], how="diagonal"))


def _last(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the last row of each actor in each document, of rows in order: few can be the last of a process."""
    key = rows["document_id"].cast(pl.UInt64) * MANY + rows["actor_id"]
    of_keys = pl.DataFrame({"key": key, "event_at": rows["event_at"]}).with_row_index("at").group_by("key")
    last = of_keys.agg(pl.col("at").last(), pl.col("event_at").max())
    return rows[LAST][last["at"]].with_columns(last["event_at"])
