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
    """What the merge needs of one row of `runs`; `row` is its number."""

    row: int
    seen_from: datetime | None
    seen_until: datetime | None
    before_at: datetime | None
    time_is_from_name: bool
    is_current: bool
    has_access: bool | None
    access_token: str | None
    expires_at: datetime | None
    not_before: datetime | None  # the later of iat and nbf


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
