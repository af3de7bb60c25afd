"""What the stores say, as rows of the stream: expiries, changes, and writes that no log explains."""

import polars as pl
from msgspec import Struct

from mcplog.correlate.asof import last_not_later
from mcplog.correlate.coverage import unexplained_writes
from mcplog.correlate.derived import STEP, Derived
from mcplog.model.facts import Facts, of_kind, one_of_two
from mcplog.model.vocabulary import GapReason, StoreChange

ABOUT_ENTRIES = pl.Schema({"credential_id": pl.UInt32(), "store_id": pl.UInt32()})
ENTRY = ("case_id", "server", "credential_key", "store_id")
HELD = (*ENTRY, "valid_from", "valid_to", "held_access_token", "held_has_access_token", "held_expires_at")
HAS = "held_has_access_token"
ROWS = ("case_id", "server", "store_id", "event_at")
BEHIND = 4  # steps from an event to what the store says of the time after it
EXPIRED = "the stored access token's expiry has passed"
FOREIGN = "a token that no log saved appears in the store"
ELSEWHERE = "another entry of this server has the tokens"


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
    stores: Stores, keys: pl.DataFrame, credentials: pl.Series, *, told: Facts, derived: pl.DataFrame
) -> Derived:
    """Return rows for expiries, for changes of the store and for writes that no log explains.

    Args:
        stores: Credential states and changes.
        keys: The store entry of each server: `case_id`, `server`, `credential_key`, `store_id`.
        credentials: Every credential key.
        told: EVENTS, in order, with `sort_at`.
        derived: Rows derived from them.

    Returns:
        Rows with `case_id`, `server`, `credential_id` (row number in `credentials`), `store_id`, `event_at`, and
        `order` behind the last event that is not later.
    """
    if credentials.is_empty() and stores.changes.is_empty():
        return Derived(pl.DataFrame(schema=ABOUT_ENTRIES))
    clock = told.rows[["case_id", "sort_at", "order"]]
    if clock["sort_at"].null_count():
        clock = clock.filter(pl.col("sort_at").is_not_null())
    saves = told.frame(["case_id", "server", "event_at"], told.rows_of(["token_saved"]))
    expiries = _expiries(stores.states, keys, clock)
    parts = [(expiries, of_kind("access_token_expired", len(expiries)))]
    if not stores.changes.is_empty():
        changes = _changes(stores.changes, keys)
        is_damaged = changes["reason"] == StoreChange.STORE_DAMAGED
        parts.append((changes, one_of_two(is_damaged, "store_damaged", "store_changed")))
    if stores.states["credential_key"].n_unique() > len(keys):  # a server may have several entries
        elsewhere = _tokens_elsewhere(stores.states, keys, clock)
        parts.append((elsewhere, of_kind("store_changed", len(elsewhere))))
    foreign = _foreign_writes(stores.states, saves)
    parts.append((foreign, of_kind("coverage_gap", len(foreign))))
    rows = pl.concat([part for part, _ in parts])
    if rows.is_empty():
        return Derived(pl.DataFrame(schema=ABOUT_ENTRIES))
    later = derived[["case_id", "sort_at", "order"]].drop_nulls().sort("case_id", "sort_at", "order")
    key = credentials.search_sorted(rows["credential_key"]).alias("credential_id")
    order = _order_behind(rows, clock, later).alias("order")
    kinds = pl.concat([kind for _, kind in parts])
    return Derived(rows[ROWS].hstack([kinds, order, key]), rows[["reason", "excerpt"]])


def _order_behind(rows: pl.DataFrame, clock: pl.DataFrame, later: pl.DataFrame) -> pl.Series:
    """Return the place in the stream behind the last event or row derived from one that is not later than each row."""
    event, derived = (_last_before(rows, known) for known in (clock, later))
    told = event.hstack([derived["sort_at"].alias("at"), derived["order"].alias("place")])
    at, sort_at, place, order = (pl.col(name) for name in ("at", "sort_at", "place", "order"))
    is_later = (at > sort_at) | ((at == sort_at) & (place > order))
    last = pl.when(is_later).then(place).otherwise(order)
    return told.select_seq(last.fill_null(-STEP) + BEHIND).to_series()


def _last_before(rows: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Return of the known the last one of the same case that is not later than each row; null where there is none."""
    return known[last_not_later((rows["case_id"], rows["event_at"]), (known["case_id"], known["sort_at"]))]


def _expiries(states: pl.DataFrame, keys: pl.DataFrame, clock: pl.DataFrame) -> pl.DataFrame:
    """Return the moments at which a stored access token expired while it was stored."""
    is_there = pl.col("held_has_access_token") & pl.col("held_expires_at").is_not_null()
    held = states[HELD].filter(is_there & pl.col("credential_key").is_in(keys["credential_key"].implode()))
    at = pl.max_horizontal("held_expires_at", "valid_from")
    is_held = at < pl.col("valid_to").fill_null(pl.col("until") + pl.duration(milliseconds=1))
    return (
        held.hstack([_until(clock, held["case_id"])])
        .sort("valid_from", maintain_order=True)
        .unique(["credential_key", "held_access_token", "held_expires_at"], keep="first", maintain_order=True)
        .filter(is_held & (at <= pl.col("until")))
        .select_seq(
            *ENTRY,
            event_at=at,
            reason=pl.lit(None, pl.String),
            excerpt=pl.lit(EXPIRED),
        )
    )


def _until(clock: pl.DataFrame, cases: pl.Series) -> pl.Series:
    """Return the last moment of some cases; null where none is known. The clock goes by case and moment."""
    behind = clock["case_id"].search_sorted(cases, side="right")
    last = (behind.cast(pl.Int64) - 1).set(behind == 0, None).cast(pl.UInt32)
    is_own = clock["case_id"][last] == cases
    return clock["sort_at"][last.set(~is_own, None)].alias("until")


def _changes(changes: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    """Return the changes of entries, and those of a whole store for each of its servers."""
    of_store = changes.filter(pl.col("credential_key").is_null())
    touched = changes
    if not of_store.is_empty():
        of_keys = keys[["store_id", "credential_key", "server"]]
        each = of_store.drop("credential_key", "server").join(of_keys, on="store_id", maintain_order="left_right")
        touched = pl.concat([changes.filter(pl.col("credential_key").is_not_null()), each[changes.columns]])
    word = pl.col("change").cast(pl.String)
    return touched.filter(pl.col("changed_at").is_not_null()).select(
        *ENTRY,
        event_at="changed_at",
        reason=word,
        excerpt=pl.format("{}: {}", "origin", word.str.replace_all("-", " ", literal=True)),
    )


def _tokens_elsewhere(states: pl.DataFrame, keys: pl.DataFrame, clock: pl.DataFrame) -> pl.DataFrame:
    """Return the entries without tokens that are there at the end, while another one of their server has tokens."""
    same = ["case_id", "server", "held_server_url"]
    at_end = states.filter(pl.col("valid_to").is_null() & pl.col("held_entry")).select(*ENTRY, *same[2:], HAS, "origin")
    full, bare = (at_end.filter(pl.col(HAS) if has else ~pl.col(HAS)) for has in (True, False))
    found = bare.join(full, on=same, how="semi").join(keys, on=same[:2], how="semi", maintain_order="left")
    return found.hstack([_until(clock, found["case_id"])]).select_seq(
        *ENTRY,
        event_at="until",
        reason=pl.lit(StoreChange.TOKENS_ELSEWHERE.value),
        excerpt=pl.format("{}: {}", "origin", pl.lit(ELSEWHERE)),
    )


def _foreign_writes(states: pl.DataFrame, saves: pl.DataFrame) -> pl.DataFrame:
    """Return the moments at which the store got a token that no log saved."""
    return unexplained_writes(states, saves).select_seq(
        *ENTRY[:-1],
        store_id=pl.lit(None, pl.UInt32),
        event_at="event_at",
        reason=pl.lit(GapReason.UNEXPLAINED_WRITE.value),
        excerpt=pl.lit(FOREIGN),
    )
