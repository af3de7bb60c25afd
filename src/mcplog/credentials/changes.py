"""What each snapshot changed against the one before it, one word a row."""

from typing import Final

import polars as pl

from mcplog.credentials.reading import StoreReading
from mcplog.credentials.snapshot_runs import settled
from mcplog.credentials.timeline import Timeline, merged_timeline
from mcplog.model.frames import STORE_CHANGES
from mcplog.model.vocabulary import StoreChange, StoreCondition

TURNED: Final = {
    StoreCondition.EMPTY: StoreChange.STORE_EMPTIED,
    StoreCondition.DAMAGED: StoreChange.STORE_DAMAGED,
    StoreCondition.ABSENT: StoreChange.STORE_REMOVED,
    StoreCondition.OK: StoreChange.STORE_REPAIRED,
}


def store_changes(reading: StoreReading, events: pl.DataFrame, documents: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return what the snapshots changed.

    Args:
        reading: The stores.
        events: EVENTS of the same run, in any order; they date snapshots without a time and show saves that never
            arrived.
        documents: DOCUMENTS of the same run, for the case of each event. Null: all belong to case 0.

    Returns:
        STORE_CHANGES in time. A damaged, empty or missing store is told once for the store and not for each entry; an
        entry is compared with the last readable snapshot before.
    """
    timeline = merged_timeline(reading, events, documents)
    readable = timeline.runs.filter(pl.col("held_condition") == StoreCondition.OK)
    begins = timeline.spans.drop_nulls("row").select("row", "valid_from")
    entries = readable.join(begins, on="row", how="left", maintain_order="left").with_columns(
        changed_at=pl.coalesce("seen_from", "valid_from")
    )
    parts = [_of_entries(entries), _of_stores(reading.snapshots, entries), _lost_saves(timeline)]
    return pl.concat([_conformed(part) for part in parts]).sort("changed_at", nulls_last=False, maintain_order=True)


def _of_entries(entries: pl.DataFrame) -> pl.DataFrame:
    """Return the changes of entries; the first snapshot of a store is what it is, nothing changed to it."""
    words = _words()
    return (
        entries.with_columns(condition.alias(word) for word, condition in words.items())
        .filter(pl.col("position") > 0)
        .unpivot(
            on=list(words),
            index=["store_id", "case_id", "credential_key", "server", "changed_at", "origin", "line_from"],
            variable_name="change",
            value_name="is_so",
        )
        .filter("is_so")
    )


def _words() -> dict[StoreChange, pl.Expr]:
    """Return the condition of each word, on a run and the readable run of the same entry before it."""
    entry, access, refresh, client = (
        pl.col(name) for name in ("held_entry", "held_has_access_token", "held_has_refresh_token", "held_has_client_id")
    )
    stays = entry & _before("held_entry")
    is_registration = entry & client & ~access
    same_token = pl.col("held_access_token") == _before("held_access_token")
    return {
        StoreChange.ENTRY_ADDED: entry & ~_before("held_entry").fill_null(value=False),
        StoreChange.ENTRY_REMOVED: ~entry & _before("held_entry"),
        StoreChange.ACCESS_TOKEN_ADDED: entry & access & ~_before("held_has_access_token").fill_null(value=False),
        StoreChange.ACCESS_TOKEN_CHANGED: stays & _differs("held_access_token"),
        StoreChange.ACCESS_TOKEN_REMOVED: stays & ~access & _before("held_has_access_token"),
        StoreChange.REFRESH_TOKEN_ADDED: entry & refresh & ~_before("held_has_refresh_token").fill_null(value=False),
        StoreChange.REFRESH_TOKEN_CHANGED: stays & _differs("held_refresh_token"),
        StoreChange.REFRESH_TOKEN_REMOVED: stays & ~refresh & _before("held_has_refresh_token"),
        StoreChange.CLIENT_ADDED: entry & client & ~_before("held_has_client_id").fill_null(value=False),
        StoreChange.CLIENT_CHANGED: stays & _differs("held_client_id"),
        StoreChange.CLIENT_REMOVED: stays & ~client & _before("held_has_client_id"),
        StoreChange.REGISTRATION_ONLY: is_registration & ~_registration_before(),
        StoreChange.EXPIRY_EDITED: stays & same_token & _differs("held_expires_at"),
        StoreChange.SCOPE_CHANGED: stays & access & _before("held_has_access_token") & _differs("held_scope"),
    }


def _registration_before() -> pl.Expr:
    before = _before("held_entry") & _before("held_has_client_id") & ~_before("held_has_access_token")
    return before.fill_null(value=False)


def _before(column: str) -> pl.Expr:
    return pl.col(column).shift().over("credential_key")


def _differs(column: str) -> pl.Expr:
    """True when both values are known and are not the same."""
    return pl.col(column) != _before(column)


def _of_stores(snapshots: pl.DataFrame, entries: pl.DataFrame) -> pl.DataFrame:
    """Return the changes of whole stores: its condition, and an MCP part that is gone from a file that is JSON."""
    counts = snapshots.group_by("store_id", "snapshot_id").agg(count=pl.col("credential_key").count())
    dates = entries.group_by("store_id", "snapshot_id").agg(dated=pl.col("changed_at").min())
    each = (
        settled(snapshots)
        .join(counts, on=["store_id", "snapshot_id"], how="left")
        .join(dates, on=["store_id", "snapshot_id"], how="left")
        .sort("store_id", "position")
        .with_columns(changed_at=pl.coalesce("snapshot_at", "dated"))
    )
    condition, before = pl.col("held_condition"), pl.col("held_condition").shift().over("store_id")
    turned = pl.when(condition.ne_missing(before)).then(
        condition.cast(pl.String).replace_strict(TURNED, return_dtype=pl.String)
    )
    is_news = (pl.col("position") > 0) | (condition == StoreCondition.DAMAGED)
    is_gone = (pl.col("count") == 0) & (pl.col("count").shift().over("store_id") > 0)
    removed = pl.when((condition == StoreCondition.OK) & (before == StoreCondition.OK) & is_gone).then(
        pl.lit(StoreChange.SECTION_REMOVED)
    )
    return each.with_columns(change=pl.coalesce(turned, removed)).filter(is_news).drop_nulls("change")


def _lost_saves(timeline: Timeline) -> pl.DataFrame:
    return timeline.lost_saves.with_columns(change=pl.lit(StoreChange.SAVE_NOT_STORED))


def _conformed(rows: pl.DataFrame) -> pl.DataFrame:
    """Give `rows` the columns of STORE_CHANGES; what they do not have is null."""
    return rows.select(
        (pl.col(name) if name in rows.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in STORE_CHANGES.items()
    )
