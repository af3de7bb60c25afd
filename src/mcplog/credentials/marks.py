"""What a log tells of the store at one moment, and the marks of one server, found by what is asked of them.

Most marks are reads, and few of them are ever looked at: a mark is made when it is.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import ClassVar, Final

import polars as pl
from msgspec import Struct

from mcplog.model.veiled import Veiled

SAVE: Final = "save"
READ: Final = "read"
ABSENT: Final = "absent"
CLEARED: Final = "cleared"
TOKENS_CLEARED: Final = "tokens-cleared"
NO_REFRESH_TOKEN: Final = "no-refresh-token"  # noqa: S105 - a word, not a password

REMOVALS: Final = (CLEARED, TOKENS_CLEARED)
WRITES: Final = (SAVE, *REMOVALS)
SAME_EXPIRY_MS: Final = 2_500  # logs round to seconds, lines of one save are milliseconds apart
WRITE_BEGINS_MS: Final = 100  # a file's time may be a little before the line that tells of it
WRITE_ENDS_MS: Final = 2_000


class Mark(Struct, frozen=True):
    """What a log tells of the store at one moment.

    Attributes:
        at: When.
        word: One of the words of `log_marks`.
        expires_at: The expiry that the client computed; null: not told.
        has_refresh_token: Null: not told or hidden.
        keeps_entry: Of a removal: the client registration stays.
    """

    at: int
    word: str
    expires_at: int | None = None
    has_refresh_token: bool | None = None
    keeps_entry: bool = False


class ToldExpiries(Struct, frozen=True):
    """Saves and reads of one server that tell an expiry, by it.

    Attributes:
        expiries: The expiries of all servers, those of one in order.
        moments: When each was told.
        saves: Whether it was told at a save.
        start: Where those of the server begin.
        end: Where they end.
    """

    expiries: Sequence[int] = ()
    moments: Sequence[int] = ()
    saves: Sequence[bool] = ()
    start: int = 0
    end: int = 0

    def first(self, expiry: int, since: int | None) -> Mark | None:
        """Return the earliest mark with this expiry after `since`; a save before a read of the same moment."""
        later = (
            (self.moments[at], not self.saves[at], at)
            for at in self._near(expiry)
            if since is None or self.moments[at] > since
        )
        found = min(later, default=None)
        return None if found is None else Mark(found[0], READ if found[1] else SAVE, self.expiries[found[2]])

    def save_near(self, expiry: int | None, moment: int | None) -> int | None:
        """Return the moment of a save with this expiry that the time of a file agrees with."""
        if expiry is None or moment is None:
            return None
        near = (self.moments[at] for at in self._near(expiry) if self.saves[at])
        return next((at for at in near if -WRITE_BEGINS_MS <= moment - at <= WRITE_ENDS_MS), None)

    def _near(self, expiry: int) -> range:
        """Return the places of the marks whose expiry is the same as far as a log can tell."""
        start = bisect_left(self.expiries, expiry - SAME_EXPIRY_MS, self.start, self.end)
        return range(start, bisect_right(self.expiries, expiry + SAME_EXPIRY_MS, start, self.end))


class Marks(Veiled, frozen=True):
    """The marks of one server.

    Attributes:
        rows: All of them in time, the fields of Mark as columns.
        writes: The saves and removals among them.
        told: Those that tell an expiry.
    """

    HIDDEN: ClassVar[tuple[str, ...]] = ("rows",)

    rows: pl.DataFrame
    writes: Sequence[Mark]
    told: ToldExpiries

    def all(self) -> list[Mark]:
        """Return all marks."""
        return [Mark(*row) for row in self.rows.rows()]

    def before(self, moment: int) -> list[Mark]:
        """Return the marks before a moment."""
        if self.rows.is_empty() or self.rows["at"][0] >= moment:
            return []
        return [Mark(*row) for row in self.rows.filter(pl.col("at") < moment).rows()]

    def newest_first(self, *, with_expiry: bool) -> Iterator[Mark]:
        """Yield the marks from the last one back, or those that tell an expiry."""
        for at in range(len(self.rows) - 1, -1, -1):
            mark = Mark(*self.rows.row(at))
            if mark.expires_at is not None or not with_expiry:
                yield mark


NO_MARKS: Final = Marks(pl.DataFrame(), (), ToldExpiries())
