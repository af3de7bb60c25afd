"""A record of the history as a store again, for commands that rewrite stores: redact, shrink.

    {"server": "notes", "access_token": "AT#3f9a01c2", …}
    ► {"mcpOAuth": {"notes|…": {"serverName": "notes", "accessToken": "AT-3f9a01c2", …}}}

A fingerprint stands where the secret stood: equal ones stay equal, and there is no secret to find. A JWT is made anew
with the claims that are known.
"""

import base64
import json
from collections.abc import Mapping
from typing import Any, Final

from msgspec.structs import replace

from mcplog.credentials.entry import Entry
from mcplog.credentials.records import snapshot_of_record
from mcplog.model.document import StoreDump
from mcplog.model.redaction import MARK
from mcplog.model.store_names import ACCOUNT, SECTION
from mcplog.model.vocabulary import StoreCondition

NOT_JSON: Final = b"{"
MALFORMED: Final = "cut..."  # stands for a token that is none
# Claims by which a flaw of a token is known.
FLAWS: Final[Mapping[str, Mapping[str, Any]]] = {
    "refresh-token": {"typ": "Refresh"},
    "id-token": {"typ": "ID"},
    "key-bound": {"cnf": {"jkt": "x"}},
}
SECONDS: Final = {"iat": "jwt_issued_at", "nbf": "jwt_not_before_at", "exp": "jwt_expires_at"}


def restored(dump: StoreDump) -> StoreDump:
    """Return a record as a store with fingerprints in place of secrets; any other dump as it is.

    Args:
        dump: A store, a marker or a record.
    """
    if not dump.is_recorded:
        return dump
    snapshot = snapshot_of_record(dump)
    plain = replace(dump, is_recorded=False, content=b"", absent=snapshot.condition is StoreCondition.ABSENT)
    if snapshot.condition is StoreCondition.DAMAGED:
        return replace(plain, content=NOT_JSON)
    if snapshot.condition is not StoreCondition.OK:
        return plain
    section = {name: _fields(entry) for name, entry, _ in snapshot.entries}
    account = {ACCOUNT: {"accessToken": MARK}} if snapshot.has_account else {}
    return replace(plain, content=json.dumps(account | ({SECTION: section} if snapshot.has_section else {})).encode())


def _fields(entry: Entry) -> dict[str, Any]:
    """Return the fields of an entry as a client writes them; what is absent is left out."""
    secrets = {
        "accessToken": _secret(entry.has_access_token, _token(entry)),
        "refreshToken": _secret(entry.has_refresh_token, _plain(entry.refresh_token)),
        "clientId": _secret(entry.has_client_id, _plain(entry.client_id)),
        "clientSecret": _secret(entry.has_client_secret, None),
        "redirectUri": _secret(entry.has_redirect_uri, None),
    }
    others = {
        "serverName": entry.server,
        "serverUrl": entry.server_url,
        "issuer": entry.issuer,
        "expiresAt": 0 if entry.expires_is_zero else _expiry(entry),
        "scope": list(entry.scope or ()) if entry.foreign_values == "type" else " ".join(entry.scope or ()) or None,
        "stepUpScope": " ".join(entry.step_up_scope or ()) or None,
        "discoveryState": {"authorizationServerUrl": entry.discovered_issuer} if entry.discovered_issuer else None,
    }
    return {name: value for name, value in (secrets | others).items() if value is not None}


def _expiry(entry: Entry) -> float | None:
    """Return the expiry, with the fraction that it had."""
    at = entry.expires_at
    return at if at is None or entry.foreign_values != "fraction" else at + 0.5


def _secret(has: bool | None, value: str | None) -> str | int | None:  # noqa: FBT001 - three values, not a switch
    """Return what stands in a secret's place: itself, a mark where it was hidden, a number where nothing is known."""
    return 0 if has is None else (value or MARK) if has else None


def _plain(print_: str | None) -> str | None:
    return None if print_ is None else print_.replace("#", "-")


def _token(entry: Entry) -> str | None:
    if entry.token_shape == "malformed":  # noqa: S105 - a shape, not a password
        return MALFORMED
    name = _plain(entry.access_token)
    if name is None or entry.token_shape not in ("jwt", "jwe"):
        return name
    if entry.token_shape == "jwe":  # noqa: S105 - a shape, not a password
        return ".".join([_part({"alg": "dir", "enc": "A256GCM"}), "", "x", name, "x"])
    claims: dict[str, Any] = {"jti": name, "iss": entry.jwt_issuer, "aud": _audience(entry.jwt_audience)}
    claims |= FLAWS.get(entry.jwt_flaw or "", {})
    claims |= {short: None if (at := getattr(entry, field)) is None else at // 1000 for short, field in SECONDS.items()}
    claims["scope"] = " ".join(entry.jwt_scope or ()) or None
    header = {"alg": "none" if entry.jwt_flaw == "unsigned" else "RS256", "kid": _plain(entry.jwt_key)}
    return ".".join(_part({key: value for key, value in part.items() if value}) for part in (header, claims, {}))


def _audience(values: tuple[str, ...] | None) -> list[str] | None:
    return [str(_plain(value)) for value in values] if values else None


def _part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()
