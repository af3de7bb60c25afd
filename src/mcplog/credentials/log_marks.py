"""What a log tells of the store: saves, reads, removals, as marks on the clock of each server."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from mcplog.credentials.marks import (
    ABSENT,
    CLEARED,
    NO_REFRESH_TOKEN,
    READ,
    SAVE,
    TOKENS_CLEARED,
    WRITES,
    Mark,
    Marks,
    ToldExpiries,
)
from mcplog.model.facts import is_kind
from mcplog.model.frames import KIND, kept, taken
from mcplog.model.vocabulary import TimeBasis

FOLLOW_MS: Final = 1_000
LIFETIME_LIMIT_S: Final = 10**9  # 31 years
END_OF_TIME_MS: Final = 253_402_214_400_000  # 9999-12-31, the last day that Python knows
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
WORDS: Final = {**MEANING, **FOLLOWS}
# The events and columns that are looked at.
TOKEN_KINDS: Final = tuple(WORDS)
TOKEN_COLUMNS: Final = (
    "case_id",
    "server",
    "document_id",
    "entry_id",
    "event_at",
    "time_basis",
    "kind",
    "reason",
    "expires_in_s",
    "has_refresh_token",
)
SAID: Final = ("case_id", "server", "kind", "reason", "expires_in_s", "has_refresh_token")
MANY: Final = 2**32
IS_WRITE: Final = pl.col("word").is_in(WRITES)
EXPIRES: Final = pl.col("word").is_in([SAVE, READ]) & pl.col("expires_at").is_not_null()
_WORD_OF_KIND: Final = pl.Series([WORDS.get(kind) for kind in KIND.categories], dtype=pl.String)


def log_marks(events: pl.DataFrame) -> Mapping[tuple[int, str], Marks]:
    """Return the marks of each server.

    Args:
        events: EVENTS with `case_id`. Events without a date and time or without a server tell nothing here.

    Returns:
        By case and server, the marks in time.
    """
    reason, at, lifetime = pl.col("reason"), pl.col("at"), pl.col("expires_in_s")
    expiry = at + 1000 * lifetime
    is_known = (lifetime.abs() <= LIFETIME_LIMIT_S) & (expiry < END_OF_TIME_MS)
    is_attempt = pl.col("kind") == "proactive_refresh_attempted"
    told = _first_lines(events).sort("subject", "at", maintain_order=True)
    word = _WORD_OF_KIND[told["kind"].to_physical()]
    return _by_server(
        told.select_seq(
            "subject",
            "case_id",
            "server",
            "at",
            word=pl.when(reason == "all").then(pl.lit(CLEARED)).otherwise(word),
            expires_at=pl.when(is_known).then(expiry),
            has_refresh_token=pl.when(is_attempt).then(pl.lit(value=True)).otherwise("has_refresh_token"),
            keeps_entry=reason.eq_missing(KEEPS_CLIENT),
        )
    )


def _by_server(told: pl.DataFrame) -> dict[tuple[int, str], Marks]:
    """Divide all marks, which lie server by server and in time, among the servers."""
    counts = told.group_by("subject", maintain_order=True).agg(
        pl.col("case_id", "server").first(), pl.len(), IS_WRITE.sum().alias("writes"), EXPIRES.sum().alias("expiring")
    )
    rows = told[list(Mark.__struct_fields__)]
    is_write, expires = told.select_seq(IS_WRITE.alias("is_write"), EXPIRES.alias("expires"))
    of_writes = [Mark(*row) for row in kept(rows, is_write).rows()]
    expiring = kept(told, expires).sort("subject", "expires_at", maintain_order=True)
    expiries, moments = expiring["expires_at"].to_list(), expiring["at"].to_list()
    saves = (expiring["word"] == SAVE).to_list()
    found: dict[tuple[int, str], Marks] = {}
    start = start_of_writes = start_of_expiring = 0
    for _, case_id, server, count, count_of_writes, count_of_expiring in counts.rows():
        end = start_of_expiring + count_of_expiring
        found[case_id, server] = Marks(
            rows.slice(start, count),
            of_writes[start_of_writes : start_of_writes + count_of_writes],
            ToldExpiries(expiries, moments, saves, start_of_expiring, end),
        )
        start, start_of_writes, start_of_expiring = start + count, start_of_writes + count_of_writes, end
    return found


def _first_lines(events: pl.DataFrame) -> pl.DataFrame:
    """Return the first line of what a client says in one go about tokens, with what the lines behind it tell."""
    is_dated = pl.col("event_at").is_not_null() & (pl.col("time_basis") != TimeBasis.TIME_ONLY)
    server = pl.col("server").cast(pl.Categorical(pl.Categories.random())).to_physical()
    place, many = pl.col("document_id").cast(pl.UInt64) * MANY, pl.col("case_id").cast(pl.UInt64) * MANY
    tells = events.select_seq(is_kind(TOKEN_KINDS) & pl.col("server").is_not_null() & is_dated).to_series()
    lines = kept(events, tells).select_seq(
        *SAID,
        at=pl.col("event_at").to_physical(),
        actor=place + server,
        subject=many + server,
        place=place + pl.col("entry_id"),
    )
    if not lines["place"].is_sorted():
        lines = lines.sort("place")
    # The lines of an actor side by side; to group takes a tenth of the time of sorting by both.
    turn = lines[["actor"]].with_row_index("row").group_by("actor", maintain_order=True).agg("row")["row"]
    lines = taken(lines, turn.explode())
    is_other = pl.col("actor") != pl.col("actor").shift()
    is_late = pl.col("at") - pl.col("at").shift() > FOLLOW_MS
    starts = (is_kind(MEANING) | is_other | is_late).fill_null(value=True)
    reason = pl.col("reason")
    leaves_tokens = (pl.col("kind") == "credentials_invalidated") & ~reason.is_in(WIPING_SCOPES).fill_null(value=False)
    numbered = lines.with_columns_seq(group=starts.cum_sum(), is_told=starts & ~leaves_tokens)
    told = numbered.select_seq(
        "subject", "case_id", "server", "at", "kind", "reason", *map(_in_group, ("expires_in_s", "has_refresh_token"))
    )
    return kept(told, numbered["is_told"])


def _in_group(name: str) -> pl.Expr:
    """Return the first value that this line or one behind it in its group has."""
    group = pl.when(pl.col(name).is_not_null()).then("group").backward_fill()
    return pl.when(group == pl.col("group")).then(pl.col(name).backward_fill()).alias(name)
