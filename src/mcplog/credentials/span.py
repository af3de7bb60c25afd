"""The small values that the timeline is merged from: marks of a log, stretches of snapshots, spans of time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from mcplog.model.vocabulary import StateSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One row of `log_marks`."""

    at: datetime
    word: str
    expires_at: datetime | None = None
    has_refresh_token: bool | None = None
    keeps_entry: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What the merge needs of one row of `runs`.

    Attributes:
        row: Its number.
        seen_from: Time of its first snapshot; null: not known.
        seen_until: Time of its last snapshot.
        before_at: Time of the snapshot before it; null also when there is none.
        time_is_from_name: The name of its first snapshot tells the time.
        is_current: It lasts to the snapshot that lay where the client keeps it.
        has_access: It has an access token; null: not known.
        access_token: Fingerprint.
        expires_at: As stored.
        not_before: The later of the token's `iat` and `nbf`.
    """

    row: int
    seen_from: datetime | None
    seen_until: datetime | None
    before_at: datetime | None
    time_is_from_name: bool
    is_current: bool
    has_access: bool | None
    access_token: str | None
    expires_at: datetime | None
    not_before: datetime | None

    @property
    def is_time_sure(self) -> bool:
        """Its times are those of the store and not of a copy, which may have been made long after."""
        return self.time_is_from_name or self.is_current


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A state under construction.

    Attributes:
        valid_from: Its begin; null: not known.
        uncertainty: How far the begin may be off; null: unbounded.
        sources: What it is known from.
        run: The row of `runs` whose content it has; null: what stands here is all that is known.
        entry: Null, like the next three, where the log does not show it.
        clock_ahead: How far the authorization server's clock is ahead of the client's.
    """

    valid_from: datetime | None
    uncertainty: timedelta | None = None
    sources: tuple[StateSource, ...] = (StateSource.LOG,)
    run: int | None = None
    entry: bool | None = None
    has_access: bool | None = None
    has_refresh: bool | None = None
    expires_at: datetime | None = None
    clock_ahead: timedelta | None = None
