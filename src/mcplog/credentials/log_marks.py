"""What a log tells of the store: saves, reads, removals, as marks on the clock of each server."""

from typing import Final

import polars as pl

from mcplog.model.frames import INSTANT
from mcplog.model.vocabulary import TimeBasis

FOLLOW_MS: Final = 1_000
LIFETIME_LIMIT_S: Final = 10**9  # 31 years
LAST_YEAR: Final = 9999
SAVE: Final = "save"
READ: Final = "read"
ABSENT: Final = "absent"
CLEARED: Final = "cleared"
TOKENS_CLEARED: Final = "tokens-cleared"
NO_REFRESH_TOKEN: Final = "no-refresh-token"  # noqa: S105 - a word, not a password

# The first line of what a client says in one go; the lines behind it complete it.
MEANING: Final = {
    "token_saved": SAVE,
    "token_returned": READ,
    "proactive_refresh_attempted": READ,
    "refresh_by_other_process": READ,
    "token_absent": ABSENT,
    "tokens_cleared": CLEARED,
    "refused_tokens_cleared": TOKENS_CLEARED,
    "credentials_invalidated": TOKENS_CLEARED,
    "token_expired_without_refresh_token": NO_REFRESH_TOKEN,
    "stored_token_rejected": NO_REFRESH_TOKEN,
}
FOLLOWS: Final = {"refresh_token_told": READ, "expiry_told": READ, "token_expiry_saved": SAVE}
WIPING_SCOPES: Final = ("all", "tokens")  # the others leave the tokens alone
KEEPS_CLIENT: Final = "preserved-client-registration"


def log_marks(events: pl.DataFrame) -> pl.DataFrame:
    """Return the marks of a log, in time.

    Args:
        events: EVENTS with `case_id`. Events without a time or a server tell nothing here.

    Returns:
        Sorted by `case_id`, `server`, `marked_at`: those and `mark` (a word of this module), `expires_at` (instant, as
        the client computed it; null: not told), `has_refresh_token` (null: not told or hidden), `keeps_entry` (Boolean,
        of a removal: the client registration stays).
    """
    kind = pl.col("kind").cast(pl.String)
    told = (
        events.lazy()
        .select(
            "case_id",
            "server",
            "document_id",
            "entry_id",
            "event_at",
            "reason",
            "expires_in_s",
            "has_refresh_token",
            "time_basis",
            kind,
        )
        .filter(
            pl.col("kind").is_in([*MEANING, *FOLLOWS]), pl.col("server").is_not_null(), pl.col("event_at").is_not_null()
        )
        .filter(pl.col("time_basis") != TimeBasis.TIME_ONLY)
        .filter((pl.col("kind") != "credentials_invalidated") | pl.col("reason").is_in(WIPING_SCOPES))
        .sort("case_id", "server", "document_id", "entry_id")
    )
    of_one = ["case_id", "server", "document_id"]
    is_late = (pl.col("event_at") - pl.col("event_at").shift().over(of_one)).dt.total_milliseconds() > FOLLOW_MS
    starts = pl.col("kind").is_in(list(MEANING)) | is_late.fill_null(value=True)
    is_refresh = pl.col("kind") == "proactive_refresh_attempted"
    return (
        told.with_columns(group=starts.cum_sum())
        .group_by(*of_one, "group", maintain_order=True)
        .agg(
            pl.col("event_at").first().alias("marked_at"),
            pl.col("kind").first(),
            pl.col("reason").first(),
            pl.col("expires_in_s").drop_nulls().first(),
            pl.col("has_refresh_token").drop_nulls().first(),
        )
        .with_columns(mark=_mark())
        .select(
            "case_id",
            "server",
            "marked_at",
            "mark",
            expires_at=_expiry(),
            has_refresh_token=pl.when(is_refresh).then(pl.lit(value=True)).otherwise("has_refresh_token"),
            keeps_entry=(pl.col("reason") == KEEPS_CLIENT).fill_null(value=False),
        )
        .sort("case_id", "server", "marked_at", maintain_order=True)
        .collect()
    )


def _mark() -> pl.Expr:
    meaning = pl.col("kind").replace_strict({**MEANING, **FOLLOWS}, return_dtype=pl.String)
    wipes_all = (pl.col("kind") == "credentials_invalidated") & (pl.col("reason") == "all")
    return pl.when(wipes_all).then(pl.lit(CLEARED)).otherwise(meaning)


def _expiry() -> pl.Expr:
    """The moment that the client computes from a lifetime; null for one that no clock reaches."""
    is_sane = pl.col("expires_in_s").is_between(-LIFETIME_LIMIT_S, LIFETIME_LIMIT_S)
    moment = pl.col("marked_at") + pl.duration(seconds=pl.when(is_sane).then("expires_in_s"))
    return pl.when(moment.dt.year() < LAST_YEAR).then(moment).cast(INSTANT)
