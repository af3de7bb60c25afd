"""Say where absence proves nothing: the starts, ends and holes of the logs, and writes to the store that no log explains.

Each is a `coverage_gap` row in the stream. A null key column means that the gap may hide events of every value of it.
"""

import polars as pl

from mcplog.correlate.asof import nearest_distance_ms
from mcplog.correlate.outcomes import AFTER
from mcplog.model.vocabulary import DocumentFormat, GapReason

EXPLAINED_WITHIN_MS = 3_000  # a save and the write of the file it causes; recorded: under 50 ms


def document_gaps(stream: pl.DataFrame, documents: pl.DataFrame, gaps: pl.DataFrame) -> pl.DataFrame:
    """Return `coverage_gap` rows for late starts, early ends and unread stretches of the documents.

    Args:
        stream: The ordered events (`document_id`, `entry_id`, `line_from`, `order`, `case_id`, `process_id`, `server` …).
        documents: DOCUMENTS.
        gaps: GAPS.

    Returns:
        Rows with `order`, `case_id`, `process_id`, `server` (of a per-server log; else null), `document_id`,
        `line_from`, `line_to`, `event_at` and `reason`.
    """
    spans = (
        stream.group_by("document_id")
        .agg(
            pl.col("case_id").first(),
            pl.col("process_id").first(),
            pl.col("server").drop_nulls().first(),
            first=pl.col("order").min(),
            last=pl.col("order").max(),
            first_line=pl.col("line_from").min(),
            last_line=pl.col("line_to").max(),
        )
        .join(
            documents.select(
                "document_id", "format", "server_folder", "starts_late", "ends_early", "covers_from", "covers_to"
            ),
            on="document_id",
        )
    )
    spans = spans.with_columns(server=pl.when(pl.col("server_folder").is_not_null()).then("server"))
    keys = ["case_id", "process_id", "server", "document_id"]
    late = spans.filter(pl.col("starts_late").fill_null(value=True)).select(
        *keys,
        order=pl.col("first") - AFTER,
        line_from="first_line",
        line_to="first_line",
        event_at="covers_from",
        reason=pl.lit(GapReason.STARTS_LATE),
    )
    early = spans.filter(
        pl.col("ends_early").fill_null(value=True) | (pl.col("format") == DocumentFormat.PASTE)
    ).select(
        *keys,
        order=pl.col("last") + AFTER + 1,
        line_from="last_line",
        line_to="last_line",
        event_at="covers_to",
        reason=pl.lit(GapReason.ENDS_EARLY),
    )
    return pl.concat([late, early, _holes(stream, gaps, spans)], how="vertical_relaxed")


def _holes(stream: pl.DataFrame, gaps: pl.DataFrame, spans: pl.DataFrame) -> pl.DataFrame:
    """Place each unread stretch behind the last event that stands before it in its document."""
    positions = stream.select("document_id", "line_from", at_order="order", at="sort_at").sort("line_from")
    placed = gaps.filter(~pl.col("reason").cast(pl.String).is_in([GapReason.STARTS_LATE, GapReason.ENDS_EARLY])).join(
        spans.select("document_id", "case_id", "process_id", "server", "first"), on="document_id"
    )
    before = (
        placed.join(positions, on="document_id", how="left", suffix="_event")
        .filter(pl.col("line_from_event") <= pl.col("line_from"))
        .group_by("document_id", "line_from")
        .agg(at_order=pl.col("at_order").max(), at=pl.col("at").max())
    )
    return placed.join(before, on=["document_id", "line_from"], how="left").select(
        "case_id",
        "process_id",
        "server",
        "document_id",
        order=pl.coalesce(pl.col("at_order") + AFTER + 1, pl.col("first") - AFTER),
        line_from="line_from",
        line_to="line_to",
        event_at="at",
        reason=pl.col("reason").cast(pl.String),
    )


def unexplained_writes(states: pl.DataFrame, saves: pl.DataFrame) -> pl.DataFrame:
    """Return the moments at which a store got an access token that no log saved: another process wrote it.

    Args:
        states: STATES.
        saves: Events of kind `token_saved` with `case_id`, `server`, `event_at`.

    Returns:
        `case_id`, `server`, `credential_key`, `event_at`, `state_origin`. Only a token that was not seen before under
        its key counts: a file that somebody put back is no new grant.
    """
    fresh = (
        states.filter(pl.col("held_access_token").is_not_null() & pl.col("valid_from").is_not_null())
        .sort("credential_key", "valid_from")
        .unique(["credential_key", "held_access_token"], keep="first", maintain_order=True)
        .with_columns(first=pl.int_range(pl.len()).over("credential_key") == 0)
    )
    distance = nearest_distance_ms(fresh.rename({"valid_from": "event_at"}), saves, ["case_id", "server"])
    explained = (distance <= EXPLAINED_WITHIN_MS).fill_null(value=False)
    return fresh.filter(~pl.col("first") & ~explained).select(
        "case_id", "server", "credential_key", event_at="valid_from", state_origin="origin"
    )
