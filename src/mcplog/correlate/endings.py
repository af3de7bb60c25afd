"""Where processes begin and end, and where the evidence of each server ends."""

from typing import Final

import polars as pl

from mcplog.correlate.derived import ACTOR, NAME, Derived
from mcplog.model.facts import Facts
from mcplog.model.frames import KIND

PLACE: Final = ("document_id", "line_from", "line_to")
FIRST: Final = ("case_id", "process_id", *PLACE, "order", "event_at", "version_id")
LAST: Final = ("case_id", "process_id", NAME, "actor_id", *PLACE, "order")
UNTIL: Final = ("order", "event_at")
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


def endings(events: Facts, derived: pl.DataFrame, covered: pl.DataFrame) -> Derived:
    """Return `process_ended` rows for each process and each of its servers, `evidence_ended` for each server of a case.

    Args:
        events: EVENTS, in order, with what the actors are.
        derived: Rows derived from them, with a process.
        covered: `document_id` and `covers_to` of documents that hold one process.
    """
    if events.rows.is_empty():
        return Derived(derived[LAST].clear())
    of_log = events.rows[LAST][events.shared[ACTOR]["row"]]
    last = _last(pl.concat([of_log, derived[LAST]]), "order", of="actor_id")
    until = _until(events.rows, covered)
    of_process = _last(last, "order", of="process_id").drop(NAME, "actor_id")
    of_process = of_process.with_columns(until["event_at"], order=pl.col("order") + 5)
    processes = of_process.with_columns(
        case_order=pl.col("order").max().over("case_id") + 1, case_at=pl.col("event_at").max().over("case_id")
    )
    named = last.filter(pl.col(NAME).is_not_null())
    of_named = processes[["order", "event_at", "case_order", "case_at"]][named["process_id"] - 1]
    ended, over = (pl.lit(kind, KIND) for kind in ("process_ended", "evidence_ended"))
    servers = (
        named.hstack(of_named[["case_order", "case_at"]])
        .group_by("case_id", NAME, maintain_order=True)
        .agg(
            pl.col("actor_id").first(),
            pl.col(PLACE).sort_by("order").last(),
            order=pl.col("case_order").first(),
            event_at=pl.col("case_at").first(),
            kind=over,
        )
    )
    parts = [of_process, named.drop("order").hstack(of_named.select(UNTIL))]
    return Derived(pl.concat([*(part.with_columns(kind=ended) for part in parts), servers], how="diagonal"))


def _last(rows: pl.DataFrame, by: str, *, of: str) -> pl.DataFrame:
    """Return the last row, `by` one column, of each number in the column `of`, by that number."""
    return rows.sort(by, maintain_order=True).unique(of, keep="last").sort(of)


def _until(rows: pl.DataFrame, covered: pl.DataFrame) -> pl.DataFrame:
    """Return for each process `event_at`, up to which its lines or what is known of its documents tell of it."""
    both = ("process_id", "document_id")
    if all(rows[name].min() == rows[name].max() for name in both):  # no need to look for groups
        spans = rows.select(pl.col(both).first(), pl.col("event_at").max())
    else:
        spans = rows.group_by(both).agg(pl.col("event_at").max())
    until = spans.join(covered, on="document_id", how="left").with_columns(pl.max_horizontal("event_at", "covers_to"))
    return _last(until, "event_at", of="process_id")
