"""The small values that the timeline is merged from: stretches of snapshots, spans of time.

Instants are epoch milliseconds here: they are compared and subtracted, and become columns at the end.
"""

from msgspec import Struct

from mcplog.credentials.entry import Entry, Taken
from mcplog.model.vocabulary import StateSource, StoreCondition


class Run(Struct, frozen=True, kw_only=True):
    """A stretch of snapshots in which one entry stayed the same, absence included.

    Attributes:
        first: Its first snapshot.
        last: Its last one.
        before_at: Time of the snapshot before it; null also when there is none.
        entry: What was held; null: no entry, or the store could not be read.
        line: Where the entry stands in the first snapshot.
    """

    first: Taken
    last: Taken
    before_at: int | None
    entry: Entry | None
    line: int | None

    @property
    def condition(self) -> StoreCondition:
        """Condition of the store as a whole."""
        return self.first.snapshot.condition

    @property
    def has_entry(self) -> bool | None:
        """Null where the store cannot be read."""
        return None if self.condition is StoreCondition.DAMAGED else self.entry is not None

    @property
    def has_access(self) -> bool | None:
        """It has an access token; null: not known."""
        return False if self.has_entry is False else None if self.entry is None else self.entry.has_access_token

    @property
    def is_time_sure(self) -> bool:
        """Its times are those of the store and not of a copy, which may have been made long after."""
        return self.first.dump.time_is_from_name or self.last.dump.is_current

    @property
    def token_and_expiry(self) -> tuple[str | None, int | None]:
        """What a log can tell of it."""
        return (None, None) if self.entry is None else (self.entry.access_token, self.entry.expires_at)


class Span(Struct, frozen=True, kw_only=True):
    """A state under construction.

    Attributes:
        valid_from: Its begin; null: not known.
        uncertainty: How far the begin may be off, in milliseconds; null: unbounded.
        sources: What it is known from.
        run: The snapshots whose content it has; null: what stands here is all that is known.
        entry: Null, like the next three, where the log does not show it.
        clock_ahead: How far the authorization server's clock is ahead of the client's, in milliseconds.
    """

    valid_from: int | None
    uncertainty: int | None = None
    sources: tuple[StateSource, ...] = (StateSource.LOG,)
    run: Run | None = None
    entry: bool | None = None
    has_access: bool | None = None
    has_refresh: bool | None = None
    expires_at: int | None = None
    clock_ahead: int | None = None
