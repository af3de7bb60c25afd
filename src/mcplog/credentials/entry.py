"""An entry of a store as it may leave the room: facts and fingerprints, never a token."""

from collections.abc import Mapping
from typing import ClassVar, Final

from msgspec import Struct

from mcplog.model.document import Problem, StoreDump
from mcplog.model.veiled import Veiled
from mcplog.model.vocabulary import StoreCondition

SAME_CLOCK_MS: Final = 60_000  # what an answer takes, and clocks that are set by a server of time differ by less


class Entry(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one entry holds. The fields are the `held_*` columns of SNAPSHOTS; instants are epoch milliseconds.

    A field is null when the store hides it (a redaction mark) or has it in a wrong JSON type; what is known to be
    absent is false or empty.
    """

    server: str | None
    server_url: str | None = None
    key_is_proven: bool | None = None
    access_token: str | None = None
    has_access_token: bool | None = None
    refresh_token: str | None = None
    has_refresh_token: bool | None = None
    client_id: str | None = None
    has_client_id: bool | None = None
    has_client_secret: bool | None = None
    has_redirect_uri: bool | None = None
    scope: tuple[str, ...] | None = None
    step_up_scope: tuple[str, ...] | None = None
    expires_at: int | None = None
    expires_is_zero: bool | None = None
    issuer: str | None = None
    discovered_issuer: str | None = None
    token_shape: str | None = None
    jwt_issued_at: int | None = None
    jwt_not_before_at: int | None = None
    jwt_expires_at: int | None = None
    jwt_issuer: str | None = None
    jwt_audience: tuple[str, ...] | None = None
    jwt_scope: tuple[str, ...] | None = None
    jwt_audience_fits: bool | None = None
    jwt_audience_is_slash_off: bool | None = None
    jwt_issuer_fits: bool | None = None
    jwt_key: str | None = None
    jwt_flaw: str | None = None
    foreign_values: str | None = None

    @property
    def issued_at(self) -> int | None:
        """When the client got the access token, on its own clock, as the token's lifetime tells.

        Null where the store's expiry and the token's claims do not fit: a clock that is off, an expiry that somebody
        changed and a lifetime told otherwise than it is look alike, and each would tell of another moment.
        """
        if self.expires_at is None or self.jwt_issued_at is None or self.jwt_expires_at is None:
            return None
        disagreement = self.expires_at - self.jwt_expires_at
        if self.jwt_expires_at <= self.jwt_issued_at or abs(disagreement) > SAME_CLOCK_MS:
            return None
        return max(0, self.jwt_issued_at + disagreement)


ENTRY_FIELDS = tuple(name for name in Entry.__struct_fields__ if name != "server")


class Snapshot(Veiled, frozen=True, kw_only=True):
    """What one dump of a store holds.

    Attributes:
        condition: Of the file.
        has_section: It has an `mcpOAuth` section; null when it is no JSON object.
        has_account: It holds the login of the account too; null when it is no JSON object or a part of one.
        entries: Entry key, entry and 1-based line (null: not found) in file order.
        problems: What could not be used.
    """

    HIDDEN: ClassVar[tuple[str, ...]] = ("problems",)

    condition: StoreCondition
    has_section: bool | None = None
    has_account: bool | None = None
    entries: tuple[tuple[str, Entry, int | None], ...] = ()
    problems: tuple[Problem, ...] = ()


class Taken(Veiled, frozen=True, kw_only=True):
    """A snapshot and the dump that it was read from.

    Attributes:
        dump: The dump, without its content.
        snapshot: What it holds.
        entries: The same entries by key.
    """

    HIDDEN: ClassVar[tuple[str, ...]] = ("entries",)

    dump: StoreDump
    snapshot: Snapshot
    entries: Mapping[str, tuple[Entry, int | None]]

    @property
    def at(self) -> int | None:
        """Epoch milliseconds of the last write; null: not known."""
        return self.dump.taken_at_ms
