"""What the stores say, as rows of the stream: expiries, changes, and writes that no log explains."""

import polars as pl
from msgspec import Struct

from mcplog.correlate.asof import last_not_later
from mcplog.correlate.coverage import unexplained_writes
from mcplog.correlate.derived import STEP, Derived
from mcplog.model.frames import KIND
from mcplog.model.vocabulary import GapReason

ABOUT_ENTRIES = pl.Schema({"credential_id": pl.UInt32(), "store_id": pl.UInt32()})
BEHIND = 4  # steps from an event to what the store says of the time after it
EXPIRED = "the stored access token's expiry has passed"
FOREIGN = "a token that no log saved appears in the store"


class Stores(Struct, frozen=True, kw_only=True):
    """What the stores say.

    Attributes:
        states: STATES.
        changes: STORE_CHANGES.
        markers: MARKERS.
    """

    states: pl.DataFrame
    changes: pl.DataFrame
    markers: pl.DataFrame


def store_rows(
    stores: Stores, keys: pl.DataFrame, credentials: pl.Series, *, told: pl.DataFrame, derived: pl.DataFrame
) -> Derived:
    """Return rows for expiries, for changes of the store and for writes that no log explains.

    Args:
        stores: Credential states and changes.
        keys: The store entry of each server: `case_id`, `server`, `credential_key`, `store_id`.
        credentials: Every credential key.
        told: The events, in order, with `sort_at`.
        derived: Rows derived from them.

    Returns:
        Rows with `case_id`, `server`, `credential_id` (row number in `credentials`), `store_id`, `event_at`, and
        `order` behind the last event that is not later.
    """
    if credentials.is_empty() and stores.changes.is_empty():
        return Derived(pl.DataFrame(schema=ABOUT_ENTRIES))
    clock = told[["case_id", "sort_at", "order"]]
    if clock["sort_at"].null_count():
        clock = clock.filter(pl.col("sort_at").is_not_null())
    until = clock.group_by("case_id").agg(until=pl.col("sort_at").max())
    saves = told[["case_id", "server", "event_at"]].filter(told["kind"] == "token_saved")
    rows = pl.concat(
        [
            _expiries(stores.states, keys, until),
            _changes(stores.changes, keys),
            _foreign_writes(stores.states, saves),
        ],
        how="diagonal",
    )
    later = derived[["case_id", "sort_at", "order"]].drop_nulls().sort("case_id", "sort_at", "order")
    ids = credentials.to_frame().with_row_index("credential_id")
    placed = rows.with_columns(order=_order_behind(rows, clock, later)).join(
        ids, on="credential_key", how="left", maintain_order="left"
    )
    return Derived(placed.drop("credential_key", "reason", "excerpt"), rows[["reason", "excerpt"]])


def _order_behind(rows: pl.DataFrame, clock: pl.DataFrame, later: pl.DataFrame) -> pl.Series:
    """Return the place in the stream behind the last event or row derived from one that is not later than each row."""
    event, derived = (_last_before(rows, known) for known in (clock, later))
    at, place = derived["sort_at"], derived["order"]
    is_later = (at > event["sort_at"]) | ((at == event["sort_at"]) & (place > event["order"]))
    last = place.zip_with(is_later.fill_null(value=False), event["order"])
    return last.fill_null(-STEP) + BEHIND


def _last_before(rows: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Return of the known the last one of the same case that is not later than each row; null where there is none."""
    return known[last_not_later((rows["case_id"], rows["event_at"]), (known["case_id"], known["sort_at"]))]


def _expiries(states: pl.DataFrame, keys: pl.DataFrame, until: pl.DataFrame) -> pl.DataFrame:
    """Return the moments at which a stored access token expired while it was stored."""
    at = pl.max_horizontal("held_expires_at", "valid_from")
    is_held = at < pl.col("valid_to").fill_null(pl.col("until") + pl.duration(milliseconds=1))
    return (
        states.filter(pl.col("held_has_access_token") & pl.col("held_expires_at").is_not_null())
        .select(
            "case_id",
            "server",
            "credential_key",
            "store_id",
            "valid_from",
            "valid_to",
            "held_access_token",
            "held_expires_at",
        )
        .join(keys.select("credential_key"), on="credential_key", how="semi", maintain_order="left")
        .join(until, on="case_id", maintain_order="left")
        .sort("valid_from", maintain_order=True)
        .unique(["credential_key", "held_access_token", "held_expires_at"], keep="first", maintain_order=True)
        .filter(is_held & (at <= pl.col("until")))
        .select(
            "case_id",
            "server",
            "credential_key",
            "store_id",
            event_at=at,
            kind=pl.lit("access_token_expired", KIND),
            excerpt=pl.lit(EXPIRED),
        )
    )


def _foreign_writes(states: pl.DataFrame, saves: pl.DataFrame) -> pl.DataFrame:
    """Return the moments at which the store got a token that no log saved."""
    return unexplained_writes(states, saves).select(
        "case_id",
        "server",
        "credential_key",
        "event_at",
        kind=pl.lit("coverage_gap", KIND),
        reason=pl.lit(GapReason.UNEXPLAINED_WRITE.value),
        excerpt=pl.lit(FOREIGN),
    )


def _changes(changes: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    """Return the changes of entries, and those of a whole store for each of its servers."""
    dated = changes.filter(pl.col("changed_at").is_not_null())
    of_store = dated.filter(pl.col("credential_key").is_null()).drop("credential_key", "server")
    touched = of_store.join(
        keys.select("store_id", "credential_key", "server"), on="store_id", maintain_order="left_right"
    ).select(dated.columns)
    word = pl.col("change").cast(pl.String)
    return pl.concat([dated.filter(pl.col("credential_key").is_not_null()), touched]).select(
        "case_id",
        "server",
        "credential_key",
        "store_id",
        event_at="changed_at",
        kind=pl.when(word == "store-damaged")
        .then(pl.lit("store_damaged", KIND))
        .otherwise(pl.lit("store_changed", KIND)),
        reason=word,
        excerpt=pl.format("{}: {}", "origin", word.str.replace_all("-", " ", literal=True)),
    )
