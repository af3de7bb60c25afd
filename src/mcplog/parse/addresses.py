"""Addresses and forms inside messages: what is kept of them, and what becomes a fingerprint.

    http://localhost:8931/authorize?response_type=code&client_id=c1&state=%5BREDACTED%5D&resource=http%3A%2F%2F…
    grant_type=refresh_token&refresh_token=rt-1&client_id=c1

May import: model. Touches: nothing.
"""

from typing import Final
from urllib.parse import unquote, unquote_to_bytes

from mcplog.model.fingerprint import SecretKind, fingerprint

_OF_AUTHORIZATION: Final = frozenset({"scope", "resource", "redirect_uri", "client_id", "state"})
_OF_FORM: Final = frozenset({"grant_type", "scope", "refresh_token", "code", "client_id"})
CUT_MARKS: Final = ("[omitted]", "...", "…")
MASKS: Final = ("*", "[", "<", "…", "...")


def endpoint(url: str) -> str:
    """Return `url` without query, fragment and userinfo."""
    bare = url.partition("?")[0].partition("#")[0]
    scheme, mark, rest = bare.partition("://")
    if not mark:
        return bare
    authority, slash, path = rest.partition("/")
    return f"{scheme}://{authority.rpartition('@')[2]}{slash}{path}"


def scopes(text: str) -> str:
    """Return the scopes of a text, one blank between them (RFC 6749 §3.3); empty when it says that there is none."""
    return "" if text in {"NONE", "NOT FOUND", "none", "undefined"} else " ".join(text.split())


def is_masked(value: str) -> bool:
    """Tell whether somebody hid the value or cut it away."""
    return not value.strip("xX") or value.startswith(MASKS) or value.endswith(CUT_MARKS)


def hidden(kind: SecretKind, value: str, key: bytes) -> str | None:
    """Return the fingerprint of a value; null when the value is masked."""
    return None if is_masked(value) else fingerprint(kind, value, key)


def authorization_fields(url: str, key: bytes) -> dict[str, object]:
    """Return what an authorization URL says.

    A parameter that is missing is known to be missing only when the URL was not cut.

    Args:
        url: As logged; its secrets do not survive.
        key: Of the run's fingerprints.

    Returns:
        Values of FIELDS, `scope` as text: `url`, `scope`, `resource_sent`, `other_url` (the resource), `redirect_uri`,
        `client_id` and `oauth_state`.
    """
    cut = url.endswith(CUT_MARKS)
    given = _parameters(url.partition("?")[2].partition("#")[0], _OF_AUTHORIZATION)
    fields: dict[str, object] = {"url": endpoint(url)}
    if "scope" in given:
        fields["scope"] = scopes(given["scope"])
    elif not cut:
        fields["scope"] = ""
    if "resource" in given or not cut:
        fields["resource_sent"] = "resource" in given
    if "resource" in given:
        fields["other_url"] = endpoint(given["resource"])
    if "redirect_uri" in given:
        fields["redirect_uri"] = endpoint(given["redirect_uri"])
    if "client_id" in given:
        fields["client_id"] = hidden(SecretKind.CLIENT_ID, given["client_id"], key)
    if given.get("state"):
        fields["oauth_state"] = hidden(SecretKind.STATE, given["state"], key)
    return fields


def form_fields(form: str, key: bytes) -> dict[str, object]:
    """Return what the body of a token request says; its secrets become fingerprints.

    Returns:
        Values of FIELDS, `scope` as text: `reason` (the grant type), `refresh_token`, `authorization_code`,
        `client_id` and `scope`.
    """
    given = _parameters(form, _OF_FORM)
    fields: dict[str, object] = {}
    if "grant_type" in given:
        fields["reason"] = given["grant_type"].replace("_", "-")
    if "scope" in given:
        fields["scope"] = scopes(given["scope"])
    secrets = {
        "refresh_token": ("refresh_token", SecretKind.REFRESH_TOKEN),
        "code": ("authorization_code", SecretKind.CODE),
        "client_id": ("client_id", SecretKind.CLIENT_ID),
    }
    for name, (field, kind) in secrets.items():
        if name in given:
            fields[field] = hidden(kind, given[name], key)
    return fields


def _parameters(query: str, names: frozenset[str]) -> dict[str, str]:
    """Return the named parameters of a query or form; the last of a name holds."""
    pairs = [pair.partition("=") for pair in query.split("&")]
    return {name: _unquoted(value) for name, _, value in pairs if name in names}


def _unquoted(value: str) -> str:
    text = value.replace("+", " ")
    if "%" not in text:
        return text
    # What is ASCII needs no search for what is not: there are thousands of these addresses in a log.
    return unquote_to_bytes(text).decode("utf-8", "replace") if text.isascii() else unquote(text, errors="replace")
