"""What a log tells of the store: saves, reads, removals, as marks on the clock of each server."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from mcplog.credentials.span import Mark
from mcplog.model.vocabulary import TimeBasis

FOLLOW_MS: Final = 1_000
LIFETIME_LIMIT_S: Final = 10**9  # 31 years
END_OF_TIME_MS: Final = 253_402_214_400_000  # 9999-12-31, the last day that Python knows
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
ACTOR: Final = ("case_id", "server", "document_id")


def log_marks(events: pl.DataFrame) -> Mapping[tuple[int, str], list[Mark]]:
    """Return the marks of each server.

    Args:
        events: EVENTS with `case_id`. Events without a date and time or without a server tell nothing here.

    Returns:
        By case and server, the marks in time.
    """
    marks: dict[tuple[int, str], list[Mark]] = {}
    for case_id, server, at, kind, reason, lifetime_s, has_refresh_token in _groups(events).rows():
        if kind == "credentials_invalidated" and reason not in WIPING_SCOPES:
            continue
        mark = Mark(
            at=at,
            word=CLEARED if reason == "all" else MEANING.get(kind) or FOLLOWS[kind],
            expires_at=_expiry(at, lifetime_s),
            has_refresh_token=True if kind == "proactive_refresh_attempted" else has_refresh_token,
            keeps_entry=reason == KEEPS_CLIENT,
        )
        marks.setdefault((case_id, server), []).append(mark)
    for told in marks.values():
        told.sort(key=lambda mark: mark.at)
    return marks


def _groups(events: pl.DataFrame) -> pl.DataFrame:
    """Return one row for what a client says in one go: case, server, moment, kind, reason, lifetime, refresh token."""
    kind, at = pl.col("kind"), pl.col("event_at")
    told = events.select(
        *ACTOR, "entry_id", at.to_physical(), kind, "reason", "expires_in_s", "has_refresh_token", "time_basis"
    ).filter(
        kind.is_in([*MEANING, *FOLLOWS])
        & pl.col("server").is_not_null()
        & at.is_not_null()
        & (pl.col("time_basis") != TimeBasis.TIME_ONLY)
    )
    is_other = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift()) for name in ACTOR)
    starts = kind.is_in(list(MEANING)) | is_other | (at - at.shift() > FOLLOW_MS)
    return (
        told.sort(*ACTOR, "entry_id")
        .with_columns(kind.cast(pl.String), group=starts.fill_null(value=True).cum_sum())
        .group_by("group", maintain_order=True)
        .agg(
            pl.col("case_id", "server", "event_at", "kind", "reason").first(),
            pl.col("expires_in_s", "has_refresh_token").drop_nulls().first(),
        )
        .drop("group")
    )


def _expiry(at: int, lifetime_s: int | None) -> int | None:
    """Return the moment that the client computes from a lifetime; null for one that no clock reaches."""
    if lifetime_s is None or abs(lifetime_s) > LIFETIME_LIMIT_S:
        return None
    moment = at + 1000 * lifetime_s
    return moment if moment < END_OF_TIME_MS else None
