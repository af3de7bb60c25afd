"""A snapshot as a record that may be kept: facts and fingerprints as JSON, written here and read here.

    {"condition":"ok","has_section":true,"entries":[["notes|0123456789abcdef",{"server":"notes",…},4]]}

A record that is read comes from a file that anybody may have written: what does not look like a fingerprint or a public
address is dropped, so that nothing plain can come in by this way.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from mcplog.credentials._plain import snapshots_of
from mcplog.credentials.entry import Entry, Snapshot
from mcplog.credentials.resource_url import public_url
from mcplog.model.document import Problem, StoreDump
from mcplog.model.fingerprint import SecretKind
from mcplog.model.vocabulary import StoreCondition

DIGITS: Final = 8
HEXADECIMAL: Final = frozenset("0123456789abcdef")
SHAPES: Final = ("jwt", "jwe", "opaque", "malformed", "none")
URLS: Final = ("server_url", "issuer", "discovered_issuer", "jwt_issuer")
PRINTS: Final = {
    "access_token": SecretKind.ACCESS_TOKEN,
    "refresh_token": SecretKind.REFRESH_TOKEN,
    "client_id": SecretKind.CLIENT_ID,
    "jwt_key": SecretKind.SIGNING_KEY,
}
FOREIGN: Final = ("none", "type", "fraction")
FLAWS: Final = ("none", "id-token", "refresh-token", "key-bound", "unsigned")


class _Record(Struct, frozen=True, kw_only=True, omit_defaults=True):
    condition: StoreCondition
    has_section: bool | None = None
    has_account: bool | None = None
    entries: tuple[tuple[str, Entry, int | None], ...] = ()


_DECODER: Final = msgspec.json.Decoder(_Record)


def snapshots_in_order(dumps: Sequence[StoreDump], key: bytes) -> Iterator[Snapshot]:
    """Read the dumps of one store, plain ones and records among them.

    Args:
        dumps: Snapshots of one store, in order.
        key: The run's key for fingerprints; that of the records too.

    Yields:
        One snapshot for each dump.
    """
    plain = snapshots_of([dump for dump in dumps if not dump.is_recorded], key)
    for dump in dumps:
        yield snapshot_of_record(dump) if dump.is_recorded else next(plain)


def record_of(dump: StoreDump, *, key: bytes) -> bytes:
    """Return what a store held as a record without a secret.

    Args:
        dump: The store at one moment.
        key: Key of the fingerprints; the same for all records that are to be compared.

    Returns:
        JSON in UTF-8; equal contents under one key give equal records.
    """
    snapshot = next(snapshots_of([dump], key))
    record = _Record(
        condition=snapshot.condition,
        has_section=snapshot.has_section,
        has_account=snapshot.has_account,
        entries=snapshot.entries,
    )
    return json.dumps(msgspec.to_builtins(record), ensure_ascii=False).encode()


def snapshot_of_record(dump: StoreDump) -> Snapshot:
    """Return the snapshot that a record tells of.

    Args:
        dump: A dump whose content is a record.

    Returns:
        The snapshot; one that cannot be read is a damaged store with a problem, and costs itself alone.
    """
    try:
        record = _DECODER.decode(dump.content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        problem = Problem(origin=dump.origin, what="is no record of a store", hint="It is left out of the timeline.")
        return Snapshot(condition=StoreCondition.DAMAGED, problems=(problem,))
    entries = tuple((name, _checked(entry), line) for name, entry, line in record.entries)
    return Snapshot(
        condition=record.condition, has_section=record.has_section, has_account=record.has_account, entries=entries
    )


def _checked(entry: Entry) -> Entry:
    """Return the entry without what its fields must not hold."""
    changes: dict[str, object] = {
        name: value if _is_print(value := getattr(entry, name), kind) else None for name, kind in PRINTS.items()
    }
    changes |= {name: None if (value := getattr(entry, name)) is None else public_url(value) for name in URLS}
    changes["token_shape"] = entry.token_shape if entry.token_shape in SHAPES else None
    changes["jwt_flaw"] = entry.jwt_flaw if entry.jwt_flaw in FLAWS else None
    changes["foreign_values"] = entry.foreign_values if entry.foreign_values in FOREIGN else None
    audience = [value for value in entry.jwt_audience or () if _is_audience(value)]
    changes["jwt_audience"] = None if entry.jwt_audience is None else tuple(audience)
    return replace(entry, **changes)


def _is_print(value: str | None, kind: SecretKind) -> bool:
    head, _, digits = (value or "").partition("#")
    return head == kind and len(digits) == DIGITS and HEXADECIMAL.issuperset(digits)


def _is_audience(value: str) -> bool:
    return _is_print(value, SecretKind.CLIENT_ID) or public_url(value) == value
