"""The only module that sees a plain token: store bytes in, entries of facts and fingerprints out.

    {"mcpOAuth": {"<serverName>|<16 hex>": {"serverName": …, "serverUrl": …, "accessToken": …, "refreshToken": …,
                  "clientId": …, "expiresAt": 1795571070502, "scope": "a b", "discoveryState": {…}}}, …}

Nothing plain is kept once a function here returns; while it walks a store, `snapshots_of` compares each entry with the
one of the snapshot before, so that every distinct entry is read once. Over 400 lines because the wall runs round one
module and everything that touches a value has to stand inside it.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from mcplog.credentials.entry import Entry, Snapshot
from mcplog.credentials.resource_url import audience_fits, public_url
from mcplog.model.document import Problem, StoreDump
from mcplog.model.fingerprint import SecretKind, fingerprint
from mcplog.model.vocabulary import StoreCondition

JsonObject: TypeAlias = dict[str, object]

ENTRY_MARKS: Final = ("serverName", "serverUrl", "accessToken")
TRANSPORTS: Final = ("http", "sse")
HASH_DIGITS: Final = 16
MASK_CHARACTERS: Final = frozenset("*•·xX#-_.…")
MASK_WORDS: Final = ("redacted", "***", "•••")
MASK_BRACKETS: Final = (("[", "]"), ("<", ">"), ("{", "}"), ("${", "}"))
DIGEST_MARK: Final = "sha256:"
CUT_MARKS: Final = ("…", "...")
JWS_PARTS: Final = 3
JWE_PARTS: Final = 5
CLAIMS_LIMIT: Final = 64 * 1024
LAST_SECOND: Final = 253_402_300_799  # 9999-12-31T23:59:59Z
LAST_MS: Final = LAST_SECOND * 1000 + 999
PLAUSIBLE_MS: Final = 10**11  # 1973; an earlier `expiresAt` was written in seconds
LIST_LIMIT: Final = 64
LIST_CHARACTERS: Final = 1024
EXACT_DIGITS: Final = 18  # longer integers do not fit an Int64; JavaScript reads them as floats too
MISSING: Final = object()
DUPLICATE: Final = object()  # a name that occurs twice in one object: no value can be believed
BYTE_ORDER_MARKS: Final = ((b"\xff\xfe\x00\x00", "utf-32-le"), (b"\x00\x00\xfe\xff", "utf-32-be"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def snapshots_of(dumps: Sequence[StoreDump], key: bytes) -> Iterator[Snapshot]:
    """Read the dumps of one store, in order.

    Args:
        dumps: Snapshots of one store.
        key: The run's key for fingerprints.

    Yields:
        One snapshot for each dump.
    """
    seen: dict[str, tuple[object, Entry]] = {}
    for dump in dumps:
        if dump.absent:
            yield Snapshot(condition=StoreCondition.ABSENT)
        elif not dump.content:
            yield Snapshot(condition=StoreCondition.EMPTY)
        else:
            yield _read_snapshot(dump, key, seen)


def marker_of(dump: StoreDump) -> tuple[list[tuple[str, int | None, int | None]], tuple[Problem, ...]]:
    """Read a needs-auth marker file, `{"<serverName>": {"timestamp": <ms>, "ttlMs": <ms>}}`.

    Args:
        dump: The file.

    Returns:
        Server, moment and lifetime (milliseconds, null when not told) of each marker; and what could not be used.
    """
    report = _Report(dump.origin)
    if dump.absent or not dump.content:
        return [], ()
    top = _read_object(dump, report)
    rows: list[tuple[str, int | None, int | None]] = []
    for server, value in (top or {}).items():
        fields = value if isinstance(value, dict) else {}
        place = f'marker of "{_short(server)}"'
        moment = _moment_ms(fields.get("timestamp", MISSING), f"{place}: timestamp", report)
        rows.append((server, moment, _moment_ms(fields.get("ttlMs", MISSING), f"{place}: ttlMs", report)))
        if moment is None:
            report.add(f"{place} has no time that can be read")
    return rows, tuple(report.problems)


@dataclass(slots=True)
class _Report:
    """Collects what could not be used of one dump; texts name fields and never hold a value of one."""

    origin: str
    problems: list[Problem] = field(default_factory=list)

    def add(self, what: str, hint: str = "", line: int | None = None) -> None:
        self.problems.append(Problem(origin=self.origin, what=what, hint=hint, line=line))


# --- bytes to JSON ------------------------------------------------------------------------------------------------


def _read_snapshot(dump: StoreDump, key: bytes, seen: dict[str, tuple[object, Entry]]) -> Snapshot:
    report = _Report(dump.origin)
    top = _read_object(dump, report)
    if top is None:
        return Snapshot(condition=StoreCondition.DAMAGED, problems=tuple(report.problems))
    section, text = _section_of(top, report), ""
    if section is DUPLICATE:
        report.add("the mcpOAuth section is there twice, none can be believed")
        return Snapshot(condition=StoreCondition.DAMAGED, problems=tuple(report.problems))
    if isinstance(section, dict) and section:
        text = _decoded(dump.content, _Report(dump.origin))
    entries, at = [], 0
    for entry_key, raw in section.items() if isinstance(section, dict) else ():
        line, at = _line_of(entry_key, text, at)
        known = seen.get(entry_key)
        if known is not None and _equal(known[0], raw):
            entry = known[1]
        else:
            entry = _entry(entry_key, raw, _configured_secret(top, entry_key), key, report, line)
            seen[entry_key] = (raw, entry)
        entries.append((entry_key, entry, line))
    return Snapshot(
        condition=StoreCondition.OK,
        has_section=isinstance(section, dict),
        entries=tuple(entries),
        problems=tuple(report.problems),
    )


def _read_object(dump: StoreDump, report: _Report) -> JsonObject | None:
    """Return the JSON object of a dump, or null with a problem."""
    text = _decoded(dump.content, report)
    try:
        value = _json(text)
    except (ValueError, RecursionError) as fault:
        blocks = _fenced(text)
        if len(blocks) != 1:
            report.add(f"not JSON: {_reason(fault)}", "The client reads such a store as empty and overwrites it.")
            return None
        try:
            value = _json(blocks[0])
        except (ValueError, RecursionError) as inner:
            report.add(f"the fenced block is not JSON: {_reason(inner)}")
            return None
    if isinstance(value, dict):
        return value
    report.add(f"holds {_json_type(value)} where an object is needed", "The client reads such a store as empty.")
    return None


def _decoded(content: bytes, report: _Report) -> str:
    for mark, encoding in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            report.add(f"is {encoding[:-3].upper()}, not UTF-8", "Read all the same; the client itself could not.")
            return content[len(mark) :].decode(encoding, "replace")
    if content[:1] and content[1:2] == b"\x00" and b"\x00\x00" not in content[:64]:
        report.add("is UTF-16 without a mark, not UTF-8", "Read all the same; the client itself could not.")
        return content.decode("utf-16-le", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        report.add(f"byte {fault.start} is not UTF-8")
        return content.decode("utf-8-sig", "replace")


def _json(text: str) -> object:
    """Parse strict JSON; a repeated name gives `DUPLICATE`.

    Raises:
        ValueError: It is none.
        RecursionError: It is nested too deeply.
    """
    return json.loads(text, object_pairs_hook=_object, parse_int=_integer, parse_constant=_refuse)


def _object(pairs: list[tuple[str, object]]) -> JsonObject:
    result = dict(pairs)
    if len(result) < len(pairs):
        names = [name for name, _ in pairs]
        result.update({name: DUPLICATE for name in result if names.count(name) > 1})
    return result


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= EXACT_DIGITS else float(digits)


def _refuse(word: str) -> object:
    raise ValueError(f"{word} is not JSON")


def _fenced(text: str) -> list[str]:
    """Return the contents of the Markdown fences in `text`."""
    blocks: list[list[str]] = []
    fence = ""
    for line in text.splitlines():
        bare = line.strip()
        if not fence and bare.startswith(("```", "~~~")):
            fence = bare[:3]
            blocks.append([])
        elif fence and bare.startswith(fence):
            fence = ""
        elif fence:
            blocks[-1].append(line)
    return ["\n".join(block) for block in blocks]


def _reason(fault: ValueError | RecursionError) -> str:
    """Name the fault without quoting the text, which may be a secret."""
    if isinstance(fault, json.JSONDecodeError):
        return f"{fault.msg}, line {fault.lineno}, column {fault.colno}"
    return "nested too deeply" if isinstance(fault, RecursionError) else "a number that JSON does not know"


def _json_type(value: object) -> str:
    if isinstance(value, bool):
        return "a boolean"
    names = {list: "an array", dict: "an object", str: "a text", int: "a number", float: "a number"}
    return "null" if value is None else names.get(type(value), "a repeated name")


# --- object to entries --------------------------------------------------------------------------------------------


def _section_of(top: JsonObject, report: _Report) -> object:
    """Return the server map: the section, or the whole file when it is nothing but one."""
    section = top.get("mcpOAuth", MISSING)
    if section is MISSING:
        if any(isinstance(top.get(name), str) for name in ENTRY_MARKS[:2]):
            return {str(top.get("serverName") or ""): top}
        if top and all(isinstance(value, dict) and any(n in value for n in ENTRY_MARKS) for value in top.values()):
            return top
    elif section is not None and section is not DUPLICATE and not isinstance(section, dict):
        report.add(f"mcpOAuth is {_json_type(section)}, not an object")
    return section


def _configured_secret(top: JsonObject, entry_key: str) -> bool:
    section = top.get("mcpOAuthClientConfig")
    config = section.get(entry_key) if isinstance(section, dict) else None
    return isinstance(config, dict) and bool(config.get("clientSecret"))


def _line_of(entry_key: str, text: str, start: int) -> tuple[int | None, int]:
    """Return the 1-based line of an entry and where to look for the next."""
    for name in (json.dumps(entry_key, ensure_ascii=False), json.dumps(entry_key)):
        at = text.find(name, start)
        if at >= 0:
            return text.count("\n", 0, at) + 1, at + len(name)
    return None, start


def _equal(left: object, right: object) -> bool:
    try:
        return left == right
    except RecursionError:
        return False


def _short(name: str) -> str:
    return name if len(name) <= 80 else f"{name[:79]}…"


def _entry(  # noqa: PLR0913 - one call site; the pieces of one entry
    entry_key: str, raw: object, configured_secret: bool, key: bytes, report: _Report, line: int | None  # noqa: FBT001 - a fact, not a switch
) -> Entry:
    name, _, digits = entry_key.rpartition("|")
    if not name or len(digits) != HASH_DIGITS or any(digit not in "0123456789abcdef" for digit in digits):
        name, digits = entry_key, ""
    fields = _Fields(raw if isinstance(raw, dict) else {}, _Report(report.origin))
    if not isinstance(raw, dict):
        report.add(f'entry "{_short(name)}" is {_json_type(raw)}, not an object', line=line)
        return Entry(server=name)
    told = fields.text("serverName")
    server = name if digits else told or name
    if digits and told and told != name:
        fields.report.add("serverName differs from the name in its key")
    entry = _facts(fields, server, digits, configured_secret=configured_secret, key=key)
    for problem in fields.report.problems:
        report.add(f'entry "{_short(server)}": {problem.what}', problem.hint, line)
    return entry


@dataclass(frozen=True, slots=True)
class _Fields:
    """The raw fields of one entry with tolerant readers. Holds plain values: never leaves this module."""

    raw: JsonObject = field(repr=False)
    report: _Report

    def value(self, name: str) -> object:
        """Return the raw value; `MISSING` for absent and null, `DUPLICATE` told as a problem."""
        value = self.raw.get(name, MISSING)
        if value is DUPLICATE:
            self.report.add(f"{name} is there twice, none can be believed")
        return MISSING if value is None else value

    def text(self, name: str) -> str | None:
        """Return a text, `""` when absent, null when hidden or of a wrong type."""
        value = self.value(name)
        if value is MISSING:
            return ""
        if isinstance(value, str):
            return None if _is_masked(value) else value
        if value is not DUPLICATE:
            self.report.add(f"{name} is {_json_type(value)}, not a text")
        return None

    def secret(self, name: str) -> tuple[bool | None, str | None]:
        """Return whether there is one and its plain value; a redacted one is there and has no value."""
        value = self.value(name)
        if isinstance(value, str) and value:
            return True, None if _is_masked(value) else value
        plain = self.text(name)
        return (None, None) if plain is None else (False, None)

    def words(self, name: str) -> tuple[str, ...] | None:
        """Return a list of scope names, empty when absent, null when hidden or of a wrong type."""
        return _words(self.value(name), name, self.report)

    def url(self, name: str) -> str | None:
        """Return a URL that may be printed; null when absent, hidden or none."""
        text = self.text(name)
        url = public_url(text) if text else None
        if text and url is None:
            self.report.add(f"{name} is no web address")
        return url


def _facts(fields: _Fields, server: str, digits: str, *, configured_secret: bool, key: bytes) -> Entry:
    has_access, access = fields.secret("accessToken")
    has_refresh, refresh = fields.secret("refreshToken")
    has_client, client = fields.secret("clientId")
    has_secret, _ = fields.secret("clientSecret")
    url = fields.text("serverUrl")
    expires_at, is_zero = _expiry(fields)
    state = fields.value("discoveryState")
    discovered = _Fields(state, fields.report) if isinstance(state, dict) else None
    shape = _shape_of(access) if access is not None else ("none" if has_access is False else None)
    claims = _claims_of(access, shape, fields.report)
    audience = _words(claims.get("aud", MISSING), "aud of the token", fields.report, split=False) if claims else None
    return Entry(
        server=server,
        server_url=fields.url("serverUrl"),
        key_is_proven=_key_is_proven(digits, url),
        access_token=_print(SecretKind.ACCESS_TOKEN, access, key),
        has_access_token=has_access,
        refresh_token=_print(SecretKind.REFRESH_TOKEN, refresh, key),
        has_refresh_token=has_refresh,
        client_id=_print(SecretKind.CLIENT_ID, client, key),
        has_client_id=has_client,
        has_client_secret=True if configured_secret else has_secret,
        scope=fields.words("scope"),
        step_up_scope=fields.words("stepUpScope"),
        expires_at=expires_at,
        expires_is_zero=is_zero,
        issuer=fields.url("issuer"),
        discovered_issuer=discovered.url("authorizationServerUrl") if discovered else None,
        token_shape=shape,
        jwt_issued_at=_claimed_ms(claims, "iat", fields.report),
        jwt_not_before_at=_claimed_ms(claims, "nbf", fields.report),
        jwt_expires_at=_claimed_ms(claims, "exp", fields.report),
        jwt_issuer=_claimed_issuer(claims, fields.report),
        jwt_audience=None if audience is None else tuple(_public_audience(value, key) for value in audience),
        jwt_scope=_claimed_scope(claims, fields.report),
        jwt_audience_fits=audience_fits(audience, url, client or "") if audience and url else None,
    )


def _expiry(fields: _Fields) -> tuple[int | None, bool | None]:
    """Return `expiresAt` and whether it is zero; both null when it cannot be read."""
    value = fields.value("expiresAt")
    if value is MISSING:
        return None, False
    if isinstance(value, int | float) and not isinstance(value, bool) and value == 0:
        return None, True
    moment = _moment_ms(value, "expiresAt", fields.report)
    if isinstance(value, float) and moment is not None:
        fields.report.add("expiresAt has a fraction, another program wrote it")
    if moment is not None and moment < PLAUSIBLE_MS:
        fields.report.add("expiresAt is before 1973, it was written in seconds")
    return moment, None if moment is None else False


def _moment_ms(value: object, name: str, report: _Report) -> int | None:
    """Return a count of milliseconds; null with a problem when it is no plausible one, null when absent."""
    if value is MISSING or value is DUPLICATE:
        return None
    if not isinstance(value, int | float) or isinstance(value, bool):
        report.add(f"{name} is {_json_type(value)}, not a number")
        return None
    if not 0 <= value <= LAST_MS:
        report.add(f"{name} is out of range")
        return None
    return int(value)


def _words(value: object, name: str, report: _Report, *, split: bool = True) -> tuple[str, ...] | None:
    """Return a text's words or a list's texts; empty when absent, null when hidden or of a wrong type."""
    if value is MISSING or value is None:
        return ()
    items = (value.split() if split else [value]) if isinstance(value, str) else value
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        if value is not DUPLICATE:
            report.add(f"{name} is neither a text nor a list of texts")
        return None
    if len(items) > LIST_LIMIT or any(len(item) > LIST_CHARACTERS for item in items):
        report.add(f"{name} is too long")
        return None
    return None if any(_is_masked(item) for item in items) else tuple(items)


def _is_masked(value: str) -> bool:
    """Say whether a reader put a mark in place of the value. A value that is merely cut or quoted is not masked."""
    bare = value.strip()
    if not bare:
        return False
    if any(bare.startswith(start) and bare.endswith(end) for start, end in MASK_BRACKETS):
        return True
    if any(word in bare.lower() for word in MASK_WORDS):
        return True
    return len(bare) >= len("xxx") and MASK_CHARACTERS.issuperset(bare)


def _print(kind: SecretKind, plain: str | None, key: bytes) -> str | None:
    """Return the fingerprint; null when there is nothing to compare (a cut value equals others by chance)."""
    if plain is None or any(mark in plain for mark in CUT_MARKS):
        return None
    return fingerprint(kind, plain, key)


def _key_is_proven(digits: str, url: str | None) -> bool | None:
    """Return true when the key's hash is that of the URL; null when it is not: the configured headers are unknown."""
    if not digits or not url:
        return None
    recipes = [{"type": transport, "url": url, "headers": {}} for transport in TRANSPORTS]
    recipes += [{"type": transport, "url": url} for transport in TRANSPORTS]
    hashes = [
        hashlib.sha256(
            json.dumps(recipe, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")
        ).hexdigest()
        for recipe in recipes
    ]
    return True if any(value.startswith(digits) for value in hashes) else None


# --- access token -------------------------------------------------------------------------------------------------


def _shape_of(token: str) -> str | None:
    """Return jwt, jwe, opaque or malformed; null for a digest that stands in the token's place."""
    if token.startswith(DIGEST_MARK):
        return None
    if _is_malformed(token):
        return "malformed"
    parts = token.split(".")
    if len(parts) in (JWS_PARTS, JWE_PARTS):
        header = _header_of(parts[0])
        if header is not None and len(parts) == JWS_PARTS and "alg" in header:
            return "jwt"
        if header is not None and len(parts) == JWE_PARTS and "enc" in header:
            return "jwe"
    return "opaque"


def _is_malformed(token: str) -> bool:
    """Say whether it has what no bearer token has (RFC 6750 §2.1): blanks, quotes, escapes, marks of a cut."""
    if not token.isascii() or any(character in token for character in "\"'`\\%") or not token.isprintable():
        return True
    return any(character.isspace() for character in token) or any(mark in token for mark in CUT_MARKS)


def _header_of(part: str) -> JsonObject | None:
    try:
        header = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return None
    return header if isinstance(header, dict) else None


def _claims_of(token: str | None, shape: str | None, report: _Report) -> JsonObject:
    """Return the claims of a JWT, decoded without verification; empty when there are none to read."""
    if token is None or shape != "jwt":
        return {}
    if len(token) > CLAIMS_LIMIT * 4 // 3:
        report.add("the access token is a JWT of more than 64 KiB, its claims are not read")
        return {}
    import jwt  # noqa: PLC0415 - only a store with a JWT pays for the import

    try:
        return dict(jwt.decode(token, options={"verify_signature": False}))
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError, OverflowError):
        report.add("the access token looks like a JWT and its claims cannot be read")
        return {}


def _claimed_ms(claims: JsonObject, name: str, report: _Report) -> int | None:
    value = claims.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LAST_SECOND:
        report.add(f"{name} of the token is no plausible time")
        return None
    return value * 1000


def _claimed_issuer(claims: JsonObject, report: _Report) -> str | None:
    value = claims.get("iss")
    url = public_url(value) if isinstance(value, str) else None
    if value is not None and url is None:
        report.add("iss of the token is no web address")
    return url


def _claimed_scope(claims: JsonObject, report: _Report) -> tuple[str, ...] | None:
    if not claims:
        return None
    name = "scope" if "scope" in claims else "scp"
    return _words(claims.get(name, MISSING), f"{name} of the token", report)


def _public_audience(value: str, key: bytes) -> str:
    """Return a URL that may be printed, else a fingerprint: many servers write the client id into `aud`."""
    return public_url(value) or fingerprint(SecretKind.CLIENT_ID, value, key)
