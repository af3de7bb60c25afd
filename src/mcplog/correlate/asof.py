"""What held at a moment: the credential state of an event, the event that stands before a moment.

Found by binary search: `join_asof` with `by=` cannot check the sort order and answers wrongly for unsorted input
(polars 2.1.0), and costs more. A property test compares with brute force.
"""

from typing import Final, Literal, TypeAlias

import polars as pl

from mcplog.model.frames import FACTS, STATES, constant
from mcplog.model.vocabulary import Confidence, HeldTokenIs

Keyed: TypeAlias = tuple[pl.Series, pl.Series]

OF_EVENTS: Final = ("credential_key", "server", "store_id", "case_id")  # columns of STATES that an event has itself
AT_FIRST: Final = "token_at_first"
FOR_SEARCH: Final = ("credential_id", AT_FIRST, "is_lone")  # columns of states that no event shows
PASTED: Final = (Confidence.PASTED, Confidence.PROSE)
RENAMED: Final = {"origin": "state_origin", "line_from": "state_line"}
AS_OF: Final = pl.Schema(
    {"state_id": pl.UInt32(), **{name: FACTS[name] for name in ("state_age_ms", "held_left_ms", "held_token_is")}}
)
TOKEN_IS: Final = FACTS["held_token_is"]


def held_states(states: pl.DataFrame, credentials: pl.Series) -> pl.DataFrame:
    """Return the states that an event can point to.

    Args:
        states: STATES; the intervals of one `credential_key` do not overlap.
        credentials: The keys, sorted; every one of `states` is among them.

    Returns:
        The states whose begin is known, by credential and begin, then those without one that are all that is known of
        their credential: the columns of FACTS, `credential_id` (row number in `credentials`), `token_at_first` (what
        `held_token_is` until the token expires) and `is_lone` (no other state of the credential is known).
    """
    key = credentials.search_sorted(states["credential_key"]).alias("credential_id")
    is_undated = pl.col("valid_from").is_null()
    return (
        states.with_columns_seq(
            key,
            key.is_unique().alias("is_lone"),
            held_before=pl.col("held_has_access_token")
            .shift(1)
            .fill_null(value=False)
            .cum_max()
            .over("credential_key"),
        )
        .filter(~is_undated | pl.col("is_lone"))
        .select_seq(
            "credential_id",
            "is_lone",
            _token_at_first().alias(AT_FIRST),
            *(pl.col(name).alias(RENAMED.get(name, name)) for name in STATES if name not in OF_EVENTS),
        )
        .sort(is_undated, "credential_id", "valid_from")
    )


def state_as_of(events: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """Find for each event the state its credential was in when the event was logged.

    A state holds on [valid_from, valid_to): at `valid_to` itself the next one has begun. An event without a time has no
    known state, but for a pasted one whose credential has one state alone: what somebody shows beside their lines.
    Nothing that rests on a pasted line is ever confirmed.

    Args:
        events: EVENTS, any columns with `event_at`, `confidence` and `credential_id`, in any order.
        held: What `held_states` returns.

    Returns:
        For each event `state_id` (row number in `held`; null where no state is known), `state_age_ms` (milliseconds
        since `valid_from`), `held_left_ms` (until the stored expiry, negative when past) and `held_token_is` (null: not
        known).

    Source:
        RFC 6749 §5.1: `expires_in` counts from the moment the response was made.
    """
    if held.is_empty():
        return pl.DataFrame(schema=AS_OF).clear(len(events))
    dated = held.head(held.height - held["valid_from"].null_count())
    found = last_not_later(
        (events["credential_id"], events["event_at"]), (dated["credential_id"], dated["valid_from"])
    ).alias("state_id")
    at = held[["valid_from", "valid_to", "held_expires_at", AT_FIRST]][found].hstack([events["event_at"], found])
    now, until = pl.col("event_at"), pl.col("valid_to")
    known, left = until.is_null() | (now < until), pl.col("held_expires_at") - now
    token, valid = pl.col(AT_FIRST), pl.lit(HeldTokenIs.VALID, TOKEN_IS)
    is_over = (token == valid) & (left <= pl.duration())
    timed = at.select_seq(
        pl.when(known).then("state_id"),
        state_age_ms=pl.when(known).then((now - pl.col("valid_from")).dt.total_milliseconds()),
        held_left_ms=pl.when(known).then(left.dt.total_milliseconds()),
        held_token_is=pl.when(known & is_over).then(pl.lit(HeldTokenIs.EXPIRED, TOKEN_IS)).when(known).then(token),
    )
    return _with_lone_states(timed, events, held) if events["event_at"].null_count() else timed


def _with_lone_states(timed: pl.DataFrame, events: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """Return the states of events with those of pasted events without a time; a lifetime cannot be told of those."""
    is_asked = events["event_at"].is_null() & events["confidence"].is_in(PASTED)
    lone = held.with_row_index("lone").filter("is_lone")
    if lone.is_empty() or not is_asked.any():
        return timed
    is_over = pl.col("held_expires_is_zero").fill_null(value=False)
    told = events.select("credential_id", is_asked.alias("is_asked")).join(
        lone.select("credential_id", "lone", "held_has_access_token", "held_expires_is_zero"),
        on="credential_id",
        how="left",
        maintain_order="left",
    )
    has = pl.col("held_has_access_token")
    is_lone = pl.col("is_asked") & pl.col("lone").is_not_null()
    return timed.hstack(told.drop("credential_id")).select(
        pl.when(is_lone).then("lone").otherwise("state_id").alias("state_id"),
        "state_age_ms",
        "held_left_ms",
        held_token_is=pl.when(is_lone & ~has)
        .then(pl.lit(HeldTokenIs.NEVER, TOKEN_IS))
        .when(is_lone & has & is_over)
        .then(pl.lit(HeldTokenIs.EXPIRED, TOKEN_IS))
        .otherwise("held_token_is"),
    )


def last_not_later(asked: Keyed, known: Keyed) -> pl.Series:
    """Find what of the same key stands last among what is not later.

    Key and moment become one number, whose place among the known ones a binary search finds: what is asked need not be
    sorted for that. What counts of a moment is how many of the fewer ones it is not before.

    Args:
        asked: Keys (integers) and moments, in any order.
        known: The same, sorted by key and moment, without nulls.

    Returns:
        For each one asked its number among the known (UInt32); null where there is none, or key or moment is null.
    """
    if len(known[0]) and known[0].min() == known[0].max():  # the moments of one key are in order
        found = known[1].search_sorted(asked[1], side="right").cast(pl.Int64) - 1
        is_known = (found >= 0) & (asked[0] == known[0][0]) & asked[1].is_not_null()
        return found.set(~is_known.fill_null(value=False), None).cast(pl.UInt32)
    has_fewer = len(known[0]) <= len(asked[0])
    moments = (known if has_fewer else asked)[1].unique().drop_nulls().sort()
    # What is known at the very moment that is asked for is not later.
    side: Literal["left", "right"] = "right" if has_fewer else "left"
    size = len(moments) + 1
    places, wanted = (
        one[0].cast(pl.Int64) * size + moments.search_sorted(one[1], side=side).cast(pl.Int64) for one in (known, asked)
    )
    slots = size * (1 + max(_most(known[0]), _most(asked[0])))
    if slots <= 2 * len(asked[0]):  # a slot for each key and moment: what stands there is looked up
        return _in_slots(places, slots, size)[wanted.cast(pl.UInt32)].set(asked[1].is_null(), None)
    rows = pl.DataFrame({"key": asked[0], "moment": asked[1], "last": places.search_sorted(wanted, side="right")})
    last, key = pl.col("last") - 1, pl.lit(known[0]).gather(pl.col("last").cast(pl.Int64) - 1, null_on_oob=True)
    is_own = (pl.col("last") > 0) & (key == pl.col("key")) & pl.col("moment").is_not_null()
    return rows.select(pl.when(is_own).then(last)).to_series().cast(pl.UInt32)


def _most(keys: pl.Series) -> int:
    most = keys.max()
    return most if isinstance(most, int) else 0


def _in_slots(places: pl.Series, slots: int, size: int) -> pl.Series:
    """Return for each slot the last known one in it or in one before it of the same key, of which each has `size`."""
    nothing = constant(None, pl.Int64(), slots)
    begun = nothing.scatter(pl.int_range(0, slots, size, dtype=pl.UInt32, eager=True), -1)
    last = begun.scatter(places.cast(pl.UInt32), pl.int_range(len(places), eager=True))
    return last.to_frame("last").select(pl.col("last").forward_fill().cast(pl.UInt32, strict=False)).to_series()


def _token_at_first() -> pl.Expr:
    """Judge the held access token before it expires; one that is stored as expired is so from the first."""
    has = pl.col("held_has_access_token")
    return (
        pl.when(has.is_null())
        .then(pl.lit(None, TOKEN_IS))
        .when(~has & pl.col("held_before"))
        .then(pl.lit(HeldTokenIs.WIPED, TOKEN_IS))
        .when(~has)
        .then(pl.lit(HeldTokenIs.NEVER, TOKEN_IS))
        .when(pl.col("held_expires_is_zero").fill_null(value=False))
        .then(pl.lit(HeldTokenIs.EXPIRED, TOKEN_IS))
        .otherwise(pl.lit(HeldTokenIs.VALID, TOKEN_IS))
    )


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
