"""Say where absence proves nothing: starts, ends and holes of the logs, and writes to the store that no log explains.

Each is a `coverage_gap` row in the stream. A null key column means that the gap may hide events of every value of it.
"""

from typing import Final

import polars as pl

from mcplog.correlate.asof import last_not_later, nearest_distance_ms
from mcplog.correlate.derived import AFTER, NAME
from mcplog.model.frames import kept, taken
from mcplog.model.vocabulary import SERVER_LOGS, DocumentFormat, GapReason

EXPLAINED_WITHIN_MS: Final = 3_000  # a save and the write of the file it causes; recorded: under 50 ms
KEYS: Final = ("case_id", "process_id", NAME, "document_id")
OF_DOCUMENTS: Final = (
    "format",
    "starts_late",
    "ends_early",
    "covers_from",
    "covers_to",
)
OF_GAPS: Final = ("order", "line_from", "line_to", "event_at", "reason")
WRITTEN: Final = ("case_id", "server", "credential_key", "valid_from", "origin", "held_access_token")
EDGES: Final = (GapReason.STARTS_LATE, GapReason.ENDS_EARLY)


def document_gaps(stream: pl.DataFrame, documents: pl.DataFrame, gaps: pl.DataFrame) -> pl.DataFrame:
    """Return `coverage_gap` rows for late starts, early ends and unread stretches of the documents.

    Args:
        stream: The ordered events (`document_id`, `line_from`, `line_to`, `order`, `sort_at`, `case_id`, `process_id`,
            `name_id`).
        documents: DOCUMENTS.
        gaps: GAPS.

    Returns:
        Rows with `order`, `case_id`, `process_id`, `name_id` (of a per-server log; else null), `document_id`,
        `line_from`, `line_to`, `event_at` and `reason`.
    """
    spans = _spans(stream)
    known = spans.hstack(taken(documents[OF_DOCUMENTS], spans["document_id"]))  # the row of DOCUMENTS
    is_of_one = pl.col("format").is_in(SERVER_LOGS)
    spans = known.with_columns(pl.when(is_of_one).then(NAME))
    early = pl.col("ends_early").fill_null(value=True) | (pl.col("format") == DocumentFormat.PASTE)
    edges = [
        spans.select_seq(
            *KEYS,
            order=pl.col("first") - AFTER,
            line_from="first_line",
            line_to="first_line",
            event_at="covers_from",
            reason=pl.lit(GapReason.STARTS_LATE.value),
            is_cut=pl.col("starts_late").fill_null(value=True),
        ),
        spans.select_seq(
            "case_id",
            pl.col("last_process").alias("process_id"),
            NAME,
            "document_id",
            order=pl.col("last") + AFTER + 1,
            line_from="last_line",
            line_to="last_line",
            event_at="covers_to",
            reason=pl.lit(GapReason.ENDS_EARLY.value),
            is_cut=early,
        ),
    ]
    cut = [kept(edge, edge["is_cut"])[[*KEYS, *OF_GAPS]] for edge in edges]
    return pl.concat([*cut, *_holes(stream, gaps, spans)], how="vertical_relaxed")


def _spans(stream: pl.DataFrame) -> pl.DataFrame:
    """Return where the events of each document begin and end."""
    ends = [
        pl.col("case_id", "process_id").first(),
        pl.col(NAME).filter(pl.col(NAME).is_not_null()).first(),
        pl.col("process_id").last().alias("last_process"),
        pl.col("order").min().alias("first"),
        pl.col("order").max().alias("last"),
        pl.col("line_from").min().alias("first_line"),
        pl.col("line_to").max().alias("last_line"),
    ]
    document = stream["document_id"]
    if len(stream) and document.min() == document.max():  # no need to look for groups
        return stream.select_seq(pl.col("document_id").first(), *ends)
    return stream.group_by("document_id", maintain_order=True).agg(*ends)


def _holes(stream: pl.DataFrame, gaps: pl.DataFrame, spans: pl.DataFrame) -> list[pl.DataFrame]:
    """Place each unread stretch behind the last event that stands before it in its document."""
    if gaps.is_empty():
        return []
    placed = gaps.filter(~pl.col("reason").is_in([str(reason) for reason in EDGES])).join(
        spans.select("document_id", "case_id", "process_id", NAME, "first"), on="document_id", maintain_order="left"
    )
    if placed.is_empty():
        return []
    positions = (
        stream.select("document_id", "line_from", "order", "sort_at")
        .join(placed.select("document_id"), on="document_id", how="semi")
        .sort("document_id", "line_from", "order")  # runs that somebody joined may stand in another order than they ran
    )
    before = positions[
        last_not_later((placed["document_id"], placed["line_from"]), (positions["document_id"], positions["line_from"]))
    ]
    return [
        placed.select(
            "case_id",
            NAME,
            "document_id",
            process_id=pl.when(pl.col("reason") != GapReason.ANOTHER_RUN).then("process_id"),
            order=pl.coalesce(before["order"] + AFTER + 1, pl.col("first") - AFTER),
            line_from="line_from",
            line_to="line_to",
            event_at=before["sort_at"],
            reason=pl.col("reason").cast(pl.String),
        ).select(*KEYS, *OF_GAPS)
    ]


def unexplained_writes(states: pl.DataFrame, saves: pl.DataFrame) -> pl.DataFrame:
    """Return the moments at which a store got an access token that no log saved: another process wrote it.

    Args:
        states: STATES.
        saves: Events of kind `token_saved` with `case_id`, `server`, `event_at`.

    Returns:
        `case_id`, `server`, `credential_key`, `event_at`, `state_origin`. Only a token that was not seen before under
        its key counts: a file that somebody put back is no new grant.
    """
    named = {"event_at": "valid_from", "state_origin": "origin"}
    if states["held_access_token"].null_count() == len(states):  # no store shows one
        return states.clear().select_seq("case_id", "server", "credential_key", **named)
    told = states[WRITTEN].filter(pl.col("held_access_token").is_not_null() & pl.col("valid_from").is_not_null())
    fresh = (
        told.sort("credential_key", "valid_from")
        .unique(["credential_key", "held_access_token"], keep="first", maintain_order=True)
        .filter(pl.col("credential_key") == pl.col("credential_key").shift())
    )
    fresh = fresh.select("case_id", "server", "credential_key", **named)
    if fresh.is_empty():
        return fresh
    distance = nearest_distance_ms(fresh, saves, ["case_id", "server"])
    return fresh.filter((distance > EXPLAINED_WITHIN_MS).fill_null(value=True))
