"""From snapshots to stretches of time in which an entry did not change.

A client up to 2.1.90 writes its store in place: an empty or missing file between two good ones, for less than
`WRITE_MS` or with the very time of a good one, is such a write under way and no state of its own.
"""

from typing import Final

import polars as pl

from mcplog.credentials.entry import SNAPSHOT_FIELDS
from mcplog.model.vocabulary import StoreCondition

WRITE_MS: Final = 2_000
TRANSIENT: Final = (StoreCondition.EMPTY, StoreCondition.ABSENT)


def settled(snapshots: pl.DataFrame) -> pl.DataFrame:
    """Return one row a snapshot, without those that show a write under way.

    Args:
        snapshots: SNAPSHOTS.

    Returns:
        The columns of a snapshot, its `origin` and `position` (UInt32, dense from 0 within the store).
    """
    each = snapshots.unique(["store_id", "snapshot_id"], keep="first").sort("store_id", "snapshot_id")
    is_good = ~pl.col("held_condition").is_in(TRANSIENT)
    good_at = pl.when(is_good).then("snapshot_at")
    before = good_at.forward_fill().over("store_id")
    after = good_at.backward_fill().over("store_id")
    is_write = before.is_not_null() & (
        (before == pl.col("snapshot_at")) | ((after - pl.col("snapshot_at")).dt.total_milliseconds() <= WRITE_MS)
    )
    return (
        each.filter(is_good | ~is_write.fill_null(value=False))
        .select(*SNAPSHOT_FIELDS, "origin")
        .with_columns(position=pl.int_range(pl.len(), dtype=pl.UInt32).over("store_id"))
    )


def runs(snapshots: pl.DataFrame) -> pl.DataFrame:
    """Return one row a stretch of snapshots in which one entry stayed the same, absence included.

    Args:
        snapshots: SNAPSHOTS.

    Returns:
        Sorted by `credential_key` and position: the columns of SNAPSHOTS, taken from the first snapshot of the stretch,
        and `held_entry` (Boolean; null where the store cannot be read), `seen_from` (instant, the first snapshot),
        `seen_until` (the last one), `before_at` (the snapshot before the stretch; null: there is none).
    """
    each = settled(snapshots)
    keys = snapshots.drop_nulls("credential_key").unique("credential_key", keep="first", maintain_order=True)
    entries = snapshots.drop_nulls("credential_key").drop(
        set(SNAPSHOT_FIELDS) - {"store_id", "snapshot_id"}, "server", "origin"
    )
    grid = (
        keys.select("store_id", "credential_key", "server")
        .join(each, on="store_id")
        .join(entries, on=["store_id", "snapshot_id", "credential_key"], how="left")
        .sort("credential_key", "position")
    )
    same = ("content_id", "held_condition")
    is_new = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift().over("credential_key")) for name in same)
    is_first = pl.col("position") == 0
    before = pl.col("snapshot_at").shift().over("credential_key")
    return (
        grid.with_columns(is_new=is_new | is_first, before_at=before)
        .with_columns(run=pl.col("is_new").cum_sum())
        .with_columns(
            seen_from=pl.col("snapshot_at"),
            seen_until=pl.col("snapshot_at").last().over("run"),
            is_current=pl.col("is_current").last().over("run"),
        )
        .filter("is_new")
        .with_columns(_held_entry())
        .with_columns(_known_absence())
        .drop("is_new", "run")
    )


def _held_entry() -> pl.Expr:
    """True with an entry, false in a readable or missing store without one, null in a damaged store."""
    has_entry = pl.col("content_id").is_not_null()
    return pl.when(has_entry | (pl.col("held_condition") != StoreCondition.DAMAGED)).then(has_entry).alias("held_entry")


def _known_absence() -> list[pl.Expr]:
    """What is known of an entry that is not there: it has no token, no client, no secret."""
    is_gone = ~pl.col("held_entry")
    nothing = ("held_has_access_token", "held_has_refresh_token", "held_has_client_id", "held_has_client_secret")
    return [
        *(pl.when(is_gone).then(pl.lit(value=False)).otherwise(name).alias(name) for name in nothing),
        pl.when(is_gone).then(pl.lit("none")).otherwise("held_token_shape").alias("held_token_shape"),
    ]
