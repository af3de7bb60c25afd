"""From a JSON object to the entries of a store, and to needs-auth markers.

    {"mcpOAuth": {"<serverName>|<16 hex>": {"serverName": …, "serverUrl": …, "accessToken": …, "refreshToken": …,
                  "clientId": …, "expiresAt": 1795571070502, "scope": "a b", "discoveryState": {…}}}, …}

Beside this, the bare server map and a single bare entry are read: people cut out what they paste.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, ClassVar, Final, TypeAlias, TypeVar, TypeVarTuple

from msgspec.structs import replace

from mcplog.credentials._plain.faults import Faults
from mcplog.credentials._plain.fields import Fields
from mcplog.credentials._plain.shown import Shown
from mcplog.credentials._plain.text import (
    DUPLICATE,
    MISSING,
    JsonObject,
    as_written,
    decoded,
    json_type,
    object_in,
)
from mcplog.credentials._plain.tokens import Claims, Headers, claims_of, is_cut, public_audience, shape_of
from mcplog.credentials.entry import Entry, Snapshot
from mcplog.credentials.resource_url import audience_fits, audience_is_slash_off, issuer_fits
from mcplog.model.document import Problem, StoreDump
from mcplog.model.fingerprint import SecretKind, fingerprint
from mcplog.model.redaction import redact_name
from mcplog.model.store_names import ACCOUNT, CONFIGURED, ENTRY_MARKS, LEFT_OUT, SECTION
from mcplog.model.veiled import Veiled
from mcplog.model.vocabulary import StoreCondition

TRANSPORTS: Final = ("http", "sse")
HASH_DIGITS: Final = 16
HEXADECIMAL: Final = frozenset("0123456789abcdef")
NAME_LIMIT: Final = 80
FLEETING: Final = frozenset(("accessToken", "refreshToken", "expiresAt"))  # what every refresh changes

Content: TypeAlias = tuple[object, bool]  # what stands there, and whether a client secret is configured beside it
Asked = TypeVarTuple("Asked")
Answer = TypeVar("Answer")


def snapshots_of(dumps: Sequence[StoreDump], key: bytes) -> Iterator[Snapshot]:
    """Read the dumps of one store. Each is compared with the one before, so that an entry is read once for each change.

    Args:
        dumps: Snapshots of one store, in order.
        key: The run's key for fingerprints.

    Yields:
        One snapshot for each dump.
    """
    known = _Known()
    for dump in dumps:
        if dump.absent:
            yield Snapshot(condition=StoreCondition.ABSENT)
        elif not dump.content:
            yield Snapshot(condition=StoreCondition.EMPTY)
        else:
            yield _snapshot(dump, key, known)


def markers_of(dump: StoreDump) -> tuple[list[tuple[str, int | None, int | None]], tuple[Problem, ...]]:
    """Read a needs-auth marker file, `{"<serverName>": {"timestamp": <ms>, "ttlMs": <ms>}}`.

    Args:
        dump: The file.

    Returns:
        Server, moment and lifetime (milliseconds, null when not told) of each marker; and what could not be used.
    """
    if dump.absent or not dump.content:
        return [], ()
    faults = Faults(dump.origin)
    rows: list[tuple[str, int | None, int | None]] = []
    for server, value in (object_in(decoded(dump.content, faults), faults) or {}).items():
        told = Fields(
            value if isinstance(value, dict) else {}, faults.about(f'marker of "{_short(redact_name(server))}"', None)
        )
        moment = told.moment_ms("timestamp")
        if moment is None:
            told.faults.add("it has no time that can be read")
        rows.append((redact_name(server), moment, told.moment_ms("ttlMs")))
    return rows, tuple(faults.problems)


class _Read(Veiled, frozen=True):
    """What one entry held when it was last read. Holds plain values: it goes when the store is read."""

    HIDDEN: ClassVar[tuple[str, ...]] = ("content",)

    content: Content
    shown_key: str
    entry: Entry


class _Lasting(Veiled, frozen=True):
    """What of an entry stays when its tokens change. Holds plain values: it goes when the store is read."""

    HIDDEN: ClassVar[tuple[str, ...]] = ("content", "client")

    content: Content
    client: str | None
    entry: Entry


class _Known:
    """What was worked out for the entries of a store so far. Holds plain values: it goes when the store is read."""

    __slots__ = ("_found", "_names", "entries", "headers", "lasting", "shown")

    def __init__(self) -> None:
        self.entries: dict[str, _Read] = {}
        self.lasting: dict[str, _Lasting] = {}
        self.shown = Shown()
        self.headers = Headers()
        self._found: dict[tuple[object, ...], Any] = {}
        self._names: dict[str, tuple[str, str]] = {}

    def names_of(self, entry_key: str) -> tuple[str, str]:
        """Return how an entry is called in a sentence, and its key as it may be shown."""
        if entry_key not in self._names:
            name, digits = name_and_hash(entry_key)
            shown = self.shown.name(name)
            self._names[entry_key] = _short(shown), entry_key if shown == name else f"{shown}|{digits}"
        return self._names[entry_key]

    def once(self, function: Callable[[*Asked], Answer], *asked: *Asked) -> Answer:
        """Return what the function answers, which is asked once."""
        key = (function, *asked)
        if key not in self._found:
            self._found[key] = function(*asked)
        answer: Answer = self._found[key]
        return answer


def _snapshot(dump: StoreDump, key: bytes, known: _Known) -> Snapshot:
    faults = Faults(dump.origin)
    top, text = as_written(dump.content), ""
    if top is None:
        text = decoded(dump.content, faults)
        top = object_in(text, faults)
    section = MISSING if top is None else _section_of(top, faults)
    if top is None or section is DUPLICATE:
        return Snapshot(condition=StoreCondition.DAMAGED, problems=tuple(faults.problems))
    raw_entries = _shown(section) if isinstance(section, dict) else {}
    lines = _lines_of(raw_entries, text)
    configured = top.get(CONFIGURED)
    entries: list[tuple[str, Entry, int | None]] = []
    for entry_key, raw in raw_entries.items():
        content = (raw, _has_secret(configured, entry_key))
        read = known.entries.get(entry_key)
        if read is None or not _is_same(read.content, content):
            name, shown_key = known.names_of(entry_key)
            place = faults.about(f'entry "{name}"', lines[entry_key])
            read = known.entries[entry_key] = _Read(content, shown_key, _entry(entry_key, content, place, key, known))
        entries.append((read.shown_key, read.entry, lines[entry_key]))
    return Snapshot(
        condition=StoreCondition.OK,
        has_section=isinstance(section, dict),
        has_account=_has_account(top),
        entries=tuple(entries),
        problems=tuple(faults.problems),
    )


def _has_account(top: JsonObject) -> bool | None:
    """Say whether the account is signed in; null where only a part of the file is there."""
    account = top.get(ACCOUNT)
    if isinstance(account, dict) and account.get("accessToken"):
        return True
    return False if SECTION in top or not top else None


def _section_of(top: JsonObject, faults: Faults) -> object:
    """Return the server map: the section, or the whole file when it is nothing but one; else what stands there."""
    section = top.get(SECTION, MISSING)
    if section is MISSING:
        if _is_entry(top):
            return {str(top.get("serverName") or ""): top}
        entries = _shown(top)
        if entries and all(_is_entry(value) for value in entries.values()):
            return entries
    elif section is DUPLICATE:
        faults.add(f"{SECTION} is there twice, neither can be believed")
    elif section is not None and not isinstance(section, dict):
        faults.add(f"{SECTION} is {json_type(section)}, not an object")
    return section


def _shown(value: JsonObject) -> JsonObject:
    """Return an object without the mark that more stood in it."""
    return value if value.keys().isdisjoint(LEFT_OUT) else {k: v for k, v in value.items() if k not in LEFT_OUT}


def _is_entry(value: object) -> bool:
    """Say whether an object is an entry of this section; the account's own login, which has tokens too, is none."""
    return isinstance(value, dict) and any(isinstance(value.get(mark), str) for mark in ENTRY_MARKS)


def _lines_of(entry_keys: Iterable[str], text: str) -> dict[str, int | None]:
    """Return the 1-based line of each entry; null where the key is written in an unusual way."""
    if "\n" not in text:
        return dict.fromkeys(entry_keys, 1)
    lines: dict[str, int | None] = {}
    line, at = 1, 0
    start = text.find(f'"{SECTION}"')
    for entry_key in entry_keys:
        spellings = (json.dumps(entry_key, ensure_ascii=False), json.dumps(entry_key))
        found = next((place for name in spellings if (place := text.find(name, max(at, start))) >= 0), None)
        if found is None:
            lines[entry_key] = None
            continue
        line, at = line + text.count("\n", at, found), found
        lines[entry_key] = line
    return lines


def _has_secret(configured: object, entry_key: str) -> bool:
    """Say whether the user configured a client secret for an entry."""
    config = configured.get(entry_key) if isinstance(configured, dict) else None
    return isinstance(config, dict) and bool(config.get("clientSecret"))


def _is_same(left: object, right: object) -> bool:
    try:
        return left == right
    except RecursionError:
        return False


def name_and_hash(entry_key: str) -> tuple[str, str]:
    """Return the server's name and the hash of an entry's key; the hash is empty where the key has none."""
    name, _, digits = entry_key.rpartition("|")
    is_hash = len(digits) == HASH_DIGITS and HEXADECIMAL.issuperset(digits)
    return (name, digits) if name and is_hash else (entry_key, "")


def _short(shown: str) -> str:
    return shown if len(shown) <= NAME_LIMIT else f"{shown[: NAME_LIMIT - 1]}…"


def _entry(entry_key: str, content: Content, faults: Faults, key: bytes, known: _Known) -> Entry:
    raw, has_configured_secret = content
    if not isinstance(raw, dict):
        faults.add(f"it is {json_type(raw)}, not an object")
        return Entry(server=known.shown.name(name_and_hash(entry_key)[0]))
    fields = Fields(raw, faults, known.shown)
    lasting = _lasting(entry_key, fields, key, known, has_configured_secret=has_configured_secret)
    return _with_tokens(lasting, fields, key, known)


def _lasting(entry_key: str, fields: Fields, key: bytes, known: _Known, *, has_configured_secret: bool) -> _Lasting:
    """Return what does not change with the tokens; it is read again where something in it has to be told again."""
    content = ({name: value for name, value in fields.raw.items() if name not in FLEETING}, has_configured_secret)
    before = known.lasting.get(entry_key)
    if before is not None and _is_same(before.content, content):
        return before
    told = len(fields.faults.problems)
    lasting = _read_lasting(entry_key, content, fields, key, known)
    if len(fields.faults.problems) == told:
        known.lasting[entry_key] = lasting
    return lasting


def _read_lasting(entry_key: str, content: Content, fields: Fields, key: bytes, known: _Known) -> _Lasting:
    has_client, client = fields.secret("clientId")
    url = fields.raw.get("serverUrl")
    state = fields.value("discoveryState")
    discovery = Fields(state if isinstance(state, dict) else {}, fields.faults, known.shown)
    name, digits = name_and_hash(entry_key)
    entry = Entry(
        server=known.shown.name(_server_of(fields, name, digits)),
        server_url=fields.url("serverUrl"),
        key_is_proven=known.once(_key_is_proven, digits, url) if isinstance(url, str) else None,
        client_id=_print_of(SecretKind.CLIENT_ID, client, key),
        has_client_id=has_client,
        has_client_secret=True if content[1] else fields.secret("clientSecret")[0],
        has_redirect_uri=fields.secret("redirectUri")[0],
        scope=fields.words("scope"),
        step_up_scope=fields.words("stepUpScope"),
        issuer=fields.url("issuer"),
        discovered_issuer=discovery.url("authorizationServerUrl"),
    )
    return _Lasting(content, client, entry)


def _server_of(fields: Fields, name: str, digits: str) -> str:
    told = fields.text("serverName")
    if digits and told and told != name:
        fields.faults.add("serverName differs from the name in its key")
    return name if digits else told or name


def _with_tokens(lasting: _Lasting, fields: Fields, key: bytes, known: _Known) -> Entry:
    has_access, access = fields.secret("accessToken")
    has_refresh, refresh = fields.secret("refreshToken")
    shape = "none" if has_access is False else None if access is None else shape_of(access, known.headers)
    claims = claims_of(access, known.headers, fields, lasting.client) if access and shape == "jwt" else None
    expires_at, expires_is_zero = fields.expiry()
    entry = replace(
        lasting.entry,
        access_token=_print_of(SecretKind.ACCESS_TOKEN, access, key),
        has_access_token=has_access,
        refresh_token=_print_of(SecretKind.REFRESH_TOKEN, refresh, key),
        has_refresh_token=has_refresh,
        expires_at=expires_at,
        expires_is_zero=expires_is_zero,
        token_shape=shape,
        foreign_values=fields.foreign_values(),
    )
    return (
        entry
        if claims is None
        else _with_claims(entry, claims, lasting.client, fields.raw.get("serverUrl"), key, known)
    )


def _with_claims(entry: Entry, claims: Claims, client: str | None, url: object, key: bytes, known: _Known) -> Entry:
    audience = claims.audience or ()
    return replace(
        entry,
        jwt_issued_at=claims.issued_at,
        jwt_not_before_at=claims.not_before_at,
        jwt_expires_at=claims.expires_at,
        jwt_issuer=claims.issuer,
        jwt_audience=claims.audience and tuple(public_audience(value, key, known.shown) for value in claims.audience),
        jwt_scope=claims.scope,
        jwt_audience_fits=known.once(audience_fits, audience, url, client) if isinstance(url, str) else None,
        jwt_audience_is_slash_off=known.once(audience_is_slash_off, audience, url) if isinstance(url, str) else None,
        jwt_issuer_fits=known.once(issuer_fits, claims.issuer, entry.discovered_issuer or entry.issuer),
        jwt_key=known.once(_print_of, SecretKind.SIGNING_KEY, claims.key, key),
        jwt_flaw=claims.flaw,
    )


def _print_of(kind: SecretKind, plain: str | None, key: bytes) -> str | None:
    """Return the fingerprint of a secret; null where there is none, or a part of it."""
    return None if plain is None or is_cut(plain) else fingerprint(kind, plain, key)


def key_hashes(url: str) -> list[str]:
    """Return the hashes that the key of an entry for `url` can have, one for each known recipe, always in one order."""
    recipes: list[JsonObject] = [{"type": transport, "url": url, "headers": {}} for transport in TRANSPORTS]
    recipes += [{"type": transport, "url": url} for transport in TRANSPORTS]
    texts = (json.dumps(recipe, separators=(",", ":"), ensure_ascii=False) for recipe in recipes)
    return [hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:HASH_DIGITS] for text in texts]


def _key_is_proven(digits: str, url: str) -> bool | None:
    """Return true when the hash in the key is that of the URL; null when not: configured headers are unknown."""
    return True if digits and digits in key_hashes(url) else None
