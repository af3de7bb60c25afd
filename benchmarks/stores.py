"""Snapshots of the credential store that fit a session: what it held after chosen changes, named by the moment."""

import base64
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from benchmarks.session import Change, Server, Session


def write_snapshots(session: Session, folder: Path, count: int) -> None:
    """Write at most `count` snapshots of `session`'s store into `folder`: evenly spread, the last one included."""
    folder.mkdir(parents=True, exist_ok=True)
    chosen = set(_spread(len(session.changes), count))
    held: dict[str, object] = {}
    number = 0
    for place, change in enumerate(session.changes):
        server = session.servers[change.server]
        held[server.key] = _entry(server, change)
        if place in chosen:
            number += 1
            name = f"credentials-{number:04d}-{change.at_ms}.json"
            (folder / name).write_text(json.dumps({"mcpOAuth": held}, separators=(",", ":")), "utf-8")


def _spread(length: int, count: int) -> Iterator[int]:
    wanted = min(length, count)
    for n in range(1, wanted + 1):
        yield n * length // wanted - 1


def _entry(server: Server, change: Change) -> dict[str, object]:
    entry: dict[str, object] = {
        "serverName": server.name,
        "serverUrl": server.url,
        "clientId": f"client-{change.server}",
        "accessToken": _token(server, change) if change.token else "",
        "expiresAt": change.expires_at_ms,
    }
    if change.token and change.has_refresh_token:
        entry["refreshToken"] = f"rt-{_digest(change)}"
    if change.token:
        entry["scope"] = "read write"
    return entry


def _token(server: Server, change: Change) -> str:
    """Return a JWT for every second server, an opaque token for the others."""
    if change.server % 2:
        return f"at-{_digest(change)}"
    claims = {"iss": server.url, "aud": server.url, "iat": change.at_ms // 1000, "exp": change.expires_at_ms // 1000}
    parts = (_part({"alg": "HS256", "typ": "JWT"}), _part(claims), _base64(bytes.fromhex(_digest(change))))
    return ".".join(parts)


def _digest(change: Change) -> str:
    return hashlib.sha256(f"{change.server}:{change.token}".encode()).hexdigest()


def _part(value: dict[str, object]) -> str:
    return _base64(json.dumps(value, separators=(",", ":")).encode())


def _base64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
