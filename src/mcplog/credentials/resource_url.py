"""Compare and print the URLs of a store: server, issuer, audience.

Two URLs are the same resource when their canonical forms agree (RFC 8707 §2, RFC 3986 §6.2): scheme and host in lower
case, default port dropped, no fragment, no user part, no final slash.
"""

from typing import Final
from urllib.parse import urlsplit

ENTRA: Final = ("login.microsoftonline.com", "sts.windows.net")
DEFAULT_PORTS: Final = {"http": 80, "https": 443}


def public_url(text: str) -> str | None:
    """Return the URL without user part, query and fragment; these may carry keys.

    Args:
        text: What stands in the store or token.

    Returns:
        The URL that may be printed; null when `text` is no absolute URL of a web server.
    """
    parts = _split(text)
    if parts is None:
        return None
    scheme, host, port, path = parts
    return f"{scheme}://{host}{'' if port is None else f':{port}'}{path}"


def audience_fits(audience: tuple[str, ...], server_url: str, client_id: str | None) -> bool | None:
    """Say whether a token's audience covers the server it is stored for.

    It does when one value is the server's URL or a parent of it, its origin included; a final slash does not matter.

    Args:
        audience: The values of `aud`; empty when the token names none.
        server_url: The URL of the store entry.
        client_id: The client of the store entry, null when unknown; an audience that is the client is not the server.

    Returns:
        True or false; null when no value can be compared (a name of the authorization server's own).

    Source:
        RFC 8707 §2; MCP authorization, "Access Token Usage": a server accepts tokens issued for itself alone.
    """
    server = _split(server_url)
    if server is None or not audience:
        return None
    verdicts = [_covers(value, server, client_id) for value in audience]
    if True in verdicts:
        return True
    return None if None in verdicts else False


def audience_is_slash_off(audience: tuple[str, ...], server_url: str) -> bool | None:
    """Say whether a token's audience is the server's URL but for a final slash, one of them written with it.

    Args:
        audience: The values of `aud`; empty when the token names none.
        server_url: The URL of the store entry.

    Returns:
        False also when another value is the URL as it is written; null when there is nothing to compare.
    """
    server = _split(server_url)
    if server is None or not audience:
        return None
    same = [_split(value) for value in audience]
    return server not in same and any(one is not None and _unslashed(one) == _unslashed(server) for one in same)


def issuer_fits(claimed: str | None, discovered: str | None) -> bool | None:
    """Say whether a token's issuer is the authorization server that was discovered; a final slash does not matter.

    Args:
        claimed: `iss` of the token.
        discovered: The authorization server that the client found.

    Returns:
        Null when one of them is not known, and for two addresses of Entra ID, which mints tokens of version 1 and 2
        under different issuers.
    """
    one, other = _split(claimed or ""), _split(discovered or "")
    if one is None or other is None:
        return None
    if one[1].endswith(ENTRA) and other[1].endswith(ENTRA):
        return None
    return _unslashed(one) == _unslashed(other)


def _unslashed(url: tuple[str, str, int | None, str]) -> tuple[str, str, int | None, str]:
    return (*url[:3], url[3].rstrip("/"))


def _covers(value: str, server: tuple[str, str, int | None, str], client_id: str | None) -> bool | None:
    resource = _split(value)
    if resource is None:
        return False if value == client_id else None
    if resource[:3] != server[:3]:
        return False
    parent, path = resource[3].rstrip("/"), server[3].rstrip("/")
    return path == parent or path.startswith(f"{parent}/")


def _split(text: str) -> tuple[str, str, int | None, str] | None:
    """Return scheme, host, port (null: the default) and path."""
    try:
        parts = urlsplit(text.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in DEFAULT_PORTS or not host:
        return None
    host = f"[{host}]" if ":" in host else host
    return parts.scheme, host, None if port == DEFAULT_PORTS[parts.scheme] else port, parts.path
