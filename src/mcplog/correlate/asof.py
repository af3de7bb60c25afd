"""As-of joins: the credential state that held at an event, and the event that stands before a moment.

The only module of this room that calls `join_asof`. With `by=`, polars cannot check the sort order and answers wrongly
for unsorted input (2.1.0), so the sort stands right above the join and a property test compares with brute force.
"""

import polars as pl

from mcplog.model.frames import STATES
from mcplog.model.vocabulary import HeldTokenIs

JOINED = [
    name
    for name in STATES.names()
    if name not in ("credential_key", "server", "origin", "line_from", "store_id", "case_id")
]


def state_as_of(events: pl.DataFrame, states: pl.DataFrame) -> pl.DataFrame:
    """Join each event to the state its credential was in when the event was logged.

    A state holds on [valid_from, valid_to): at `valid_to` itself the next one has begun. An event without a time has no
    known state.

    Args:
        events: Any frame with `event_at` and `credential_key`.
        states: STATES in any order; the intervals of one `credential_key` do not overlap.

    Returns:
        The rows of `events` in their order, with the columns of STATES (null where no state is known), `state_origin`,
        `state_line`, `state_age_ms` (milliseconds since `valid_from`), `held_left_ms` (until the stored expiry, negative
        when past) and `held_token_is` (null: not known).

    Source:
        RFC 6749 §5.1: `expires_in` counts from the moment the response was made.
    """
    held = (
        states.with_columns(
            held_before=pl.col("held_has_access_token").shift(1).fill_null(value=False).cum_max().over("credential_key")
        )
        .filter(pl.col("valid_from").is_not_null())
        .rename({"origin": "state_origin", "line_from": "state_line"})
        .drop("server", "store_id", "case_id")
        .sort("valid_from")
    )
    joined = (
        events.with_row_index("row")
        .sort("event_at", nulls_last=True)
        .join_asof(
            held, left_on="event_at", right_on="valid_from", by="credential_key", check_sortedness=False, coalesce=False
        )
        .sort("row")
        .drop("row", "credential_key_right", strict=False)
    )
    known = (
        pl.col("event_at").is_not_null() & ((pl.col("event_at") < pl.col("valid_to")) | pl.col("valid_to").is_null())
    ).fill_null(value=False)
    columns = [*JOINED, "state_origin", "state_line", "held_before"]
    masked = joined.with_columns(pl.when(known).then(pl.col(columns)))
    return (
        masked.with_columns(
            state_age_ms=(pl.col("event_at") - pl.col("valid_from")).dt.total_milliseconds(),
            held_left_ms=(pl.col("held_expires_at") - pl.col("event_at")).dt.total_milliseconds(),
        )
        .with_columns(held_token_is=_token_is())
        .drop("held_before")
    )


def _token_is() -> pl.Expr:
    """Judge the held access token by the client's own clock."""
    has = pl.col("held_has_access_token")
    expired = pl.col("held_left_ms") <= 0
    return (
        pl.when(has.is_null())
        .then(pl.lit(None, pl.String))
        .when(~has & pl.col("held_before"))
        .then(pl.lit(HeldTokenIs.WIPED))
        .when(~has)
        .then(pl.lit(HeldTokenIs.NEVER))
        .when(expired.fill_null(value=False) | pl.col("held_expires_is_zero").fill_null(value=False))
        .then(pl.lit(HeldTokenIs.EXPIRED))
        .otherwise(pl.lit(HeldTokenIs.VALID))
        .cast(pl.Enum(HeldTokenIs))
    )


def order_before(rows: pl.DataFrame, clock: pl.DataFrame) -> pl.Series:
    """Return for each row the `order` of the last event that is not later than it; null where there is none.

    Args:
        rows: Any frame with `case_id` and `event_at`.
        clock: `case_id`, `sort_at`, `order` of the events, without nulls.
    """
    ordered = clock.select("case_id", "sort_at", "order").sort("sort_at", "order")
    joined = (
        rows.select("case_id", "event_at")
        .with_row_index("row")
        .sort("event_at", nulls_last=True)
        .join_asof(ordered, left_on="event_at", right_on="sort_at", by="case_id", check_sortedness=False)
        .sort("row")
    )
    return joined.select(pl.when(pl.col("event_at").is_not_null()).then("order"))["order"]


def nearest_distance_ms(rows: pl.DataFrame, moments: pl.DataFrame, keys: list[str]) -> pl.Series:
    """Return for each row how far the nearest moment of the same keys is, in milliseconds; null where there is none.

    Args:
        rows: Any frame with `keys` and `event_at`.
        moments: `keys` and `event_at`.
        keys: Names of the columns that must be equal.
    """
    known = moments.select(*keys, moment="event_at").drop_nulls("moment").sort("moment")
    joined = (
        rows.select(*keys, "event_at")
        .with_row_index("row")
        .sort("event_at", nulls_last=True)
        .join_asof(
            known,
            left_on="event_at",
            right_on="moment",
            by=keys,
            strategy="nearest",
            check_sortedness=False,
            coalesce=False,
        )
        .sort("row")
    )
    return joined.select(distance=(pl.col("moment") - pl.col("event_at")).dt.total_milliseconds().abs())["distance"]
