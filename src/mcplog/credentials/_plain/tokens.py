"""What an access token shows without being verified: its shape and, of a JWT, the claims that may be told.

Claims are what the authorization server wrote, or what somebody edited: "the token says", never "the token is". Values
of `sub`, `jti` and of whatever names a person are not looked at.
"""

import base64
import json
from typing import ClassVar, Final

import msgspec
from msgspec import Struct

from mcplog.credentials._plain.faults import Faults
from mcplog.credentials._plain.fields import Fields
from mcplog.credentials._plain.shown import Shown
from mcplog.credentials._plain.text import JsonObject, without_halves
from mcplog.model.fingerprint import SecretKind, fingerprint
from mcplog.model.veiled import Veiled

DIGEST_MARK: Final = "sha256:"
NO_TOKEN_CHARACTERS: Final = "\"'`\\%"  # noqa: S105 - characters that no bearer token has (RFC 6750 §2.1)
JWS_PARTS: Final = 3
JWE_PARTS: Final = 5
ODD_HEADERS: Final = frozenset(("b64", "crit", "kid"))
CLAIMS_LIMIT: Final = 64 * 1024
BASE64_LIMIT: Final = CLAIMS_LIMIT // 3 * 4
REFRESH_KINDS: Final = ("Refresh", "Offline")
ID_CLAIMS: Final = frozenset(("nonce", "at_hash", "c_hash"))
SCOPE_CLAIMS: Final = frozenset(("scope", "scp"))
KEY_BINDINGS: Final = frozenset(("jkt", "x5t#S256"))
LAST_SECOND: Final = 253_402_300_799  # 9999-12-31T23:59:59Z


class Claims(Veiled, frozen=True, kw_only=True):
    """The claims of a JWT that may be told; null where there is no JWT or the claim cannot be read.

    Attributes:
        issued_at: `iat` in epoch milliseconds, like the next two.
        not_before_at: `nbf`.
        expires_at: `exp`.
        issuer: `iss`, when it is a URL.
        audience: `aud` as it stands in the token; plain, to be compared here.
        scope: `scope` or `scp`.
        key: `kid` of the header; plain.
        flaw: Why it is no access token for a client like this; `none` where nothing speaks against it.
    """

    HIDDEN: ClassVar[tuple[str, ...]] = ("audience", "key")

    issued_at: int | None = None
    not_before_at: int | None = None
    expires_at: int | None = None
    issuer: str | None = None
    audience: tuple[str, ...] | None = None
    scope: tuple[str, ...] | None = None
    key: str | None = None
    flaw: str | None = None


class _Header(Struct, frozen=True):
    """The first part of a JWT.

    Attributes:
        fields: What it says; empty where it is none.
        is_usual: It is written as nearly all are, and changes nothing of what the other parts mean.
    """

    fields: JsonObject
    is_usual: bool


class Headers:
    """The headers of tokens: many tokens share one."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[str, _Header] = {}

    def of(self, part: str) -> _Header:
        """Return the header that stands in the first part of a token."""
        if part not in self._known:
            self._known[part] = _header_of(part)
        return self._known[part]


def shape_of(token: str, headers: Headers) -> str | None:
    """Return jwt, jwe, opaque or malformed; null for a digest that stands in the token's place."""
    if token.startswith(DIGEST_MARK):
        return None
    if _is_malformed(token):
        return "malformed"
    parts = token.count(".") + 1
    if parts not in (JWS_PARTS, JWE_PARTS):
        return "opaque"
    header = headers.of(token.partition(".")[0]).fields
    if parts == JWS_PARTS:
        return "jwt" if "alg" in header else "opaque"
    return "jwe" if "enc" in header else "opaque"


def claims_of(token: str, headers: Headers, entry: Fields, client: str | None) -> Claims:
    """Return the claims of a JWT, decoded without verification.

    Args:
        token: A token of the shape jwt.
        headers: The headers that were met before.
        entry: The entry that it stands in; is told what cannot be read.
        client: The client id of the entry, plain; null when it is not known.
    """
    header = headers.of(token.partition(".")[0])
    raw = _decoded(token, entry.faults, is_usual=header.is_usual)
    if raw is None:
        return Claims()
    fields = Fields(raw, entry.faults, entry.shown)
    key = header.fields.get("kid")
    return Claims(
        issued_at=_second(raw, "iat", entry.faults),
        not_before_at=_second(raw, "nbf", entry.faults),
        expires_at=_second(raw, "exp", entry.faults),
        issuer=_issuer(raw.get("iss"), fields),
        audience=fields.texts("aud of the token", fields.value("aud")),
        scope=fields.words("scope", "scp"),
        key=key if isinstance(key, str) else None,
        flaw=_flaw(header.fields, raw, client),
    )


def _flaw(header: JsonObject, claims: JsonObject, client: str | None) -> str:
    """Return why a token is no access token that this client can use; `none` when nothing speaks against it.

    Source:
        OpenID Connect Core §2 (ID token), RFC 9068 §2.1, RFC 7800 §3 with RFC 9449 §6 and RFC 8705 §3 (`cnf`), RFC 8725
        §3.2 (`alg` none); `typ` in the claims is Keycloak's, `atl_token_type` Atlassian's.
    """
    kind = claims.get("typ")
    if kind in REFRESH_KINDS or any(
        name.endswith("atl_token_type") and "REFRESH" in str(claims[name]) for name in claims
    ):
        return "refresh-token"
    is_for_client = client is not None and claims.get("aud") in (client, [client])
    if kind == "ID" or (is_for_client and claims.keys() & ID_CLAIMS and not claims.keys() & SCOPE_CLAIMS):
        return "id-token"
    bound = claims.get("cnf")
    if isinstance(bound, dict) and bound.keys() & KEY_BINDINGS:
        return "key-bound"
    return "unsigned" if str(header.get("alg")).lower() == "none" else "none"


def is_cut(value: str) -> bool:
    """Say whether a value was shortened: it is there, and it equals others by chance."""
    return "…" in value or "..." in value


def public_audience(value: str, key: bytes, shown: Shown) -> str:
    """Return a URL that may be printed, else a fingerprint: many servers write the client id into `aud`."""
    return shown.url(value) or fingerprint(SecretKind.CLIENT_ID, value, key)


def _is_malformed(token: str) -> bool:
    if not token.isascii() or not token.isprintable() or any(character in token for character in NO_TOKEN_CHARACTERS):
        return True
    return " " in token or is_cut(token)


def _header_of(part: str) -> _Header:
    if len(part) > BASE64_LIMIT:
        return _Header({}, is_usual=False)
    try:
        header = without_halves(json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))))
    except (ValueError, RecursionError):
        return _Header({}, is_usual=False)
    if not isinstance(header, dict):
        return _Header({}, is_usual=False)
    return _Header(header, is_usual=_canonical(part) is not None and not header.keys() & ODD_HEADERS)


def _decoded(token: str, faults: Faults, *, is_usual: bool) -> JsonObject | None:
    if len(token) > BASE64_LIMIT:
        faults.add("the access token is a JWT of more than 64 KiB, its claims are not read")
        return None
    claims = _plain_claims(token) if is_usual else None
    if claims is not None:
        return claims
    import jwt  # noqa: PLC0415 - with all that it imports it costs a tenth of `import polars`, and few tokens are odd

    try:
        told = without_halves(jwt.decode(_unsigned(token), options={"verify_signature": False}))
        return told if isinstance(told, dict) else None
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError, OverflowError):
        faults.add("the access token looks like a JWT, and its claims cannot be read")
        return None


def _unsigned(token: str) -> str:
    """Return a token without its signature, which nobody verifies here: people write `…` or `SIGNATURE` for it."""
    return f"{token.rpartition('.')[0]}."


def _plain_claims(token: str) -> JsonObject | None:
    """Return the claims behind a usual header as nearly all are written; null for any other, which PyJWT judges."""
    claims = _canonical(token.split(".")[1])
    if claims is None:
        return None
    try:
        told = msgspec.json.decode(claims)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def _canonical(part: str) -> bytes | None:
    """Return what a part of a token holds; null when it is not base64url, or could be written otherwise."""
    written = part.encode()
    try:
        content = base64.urlsafe_b64decode(written + b"=" * (-len(part) % 4))
    except ValueError:
        return None
    return content if base64.urlsafe_b64encode(content).rstrip(b"=") == written else None


def _second(claims: JsonObject, name: str, faults: Faults) -> int | None:
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LAST_SECOND:
        faults.add(f"{name} of the token is no plausible time")
        return None
    return value * 1000


def _issuer(value: object, fields: Fields) -> str | None:
    url = fields.shown.url(value) if isinstance(value, str) else None
    if value is not None and url is None:
        fields.faults.add("iss of the token is no web address")
    return url
