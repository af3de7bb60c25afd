"""The smallest stores, tokens and events that the tests of this room need."""

import base64
import json
from datetime import UTC, datetime

import polars as pl

from mcplog.credentials import StoreReading, read_stores
from mcplog.model.document import StoreDump
from mcplog.model.fingerprint import SecretKind, fingerprint
from mcplog.model.frames import EVENTS

KEY = b"a key for tests"
START = 1_795_566_960_000  # 2026-11-25T00:36:00Z
URL = "https://mcp.example/mcp"
NAME = "figma|0123456789abcdef"


def at(second: float) -> datetime:
    return datetime.fromtimestamp(START / 1000 + second, tz=UTC)


def ms(second: float) -> int:
    return START + round(second * 1000)


def entry(
    access: str = "at-1", refresh: str | None = "rt-1", expires: float | None = 3600, **more: object
) -> dict[str, object]:
    """An entry as a client writes it; `expires` in seconds after the start, null for none."""
    fields: dict[str, object] = {"serverName": "figma", "serverUrl": URL, "clientId": "client-1", "accessToken": access}
    fields |= {} if refresh is None else {"refreshToken": refresh}
    fields |= {} if expires is None else {"expiresAt": ms(expires)}
    return fields | more


def store(entries: dict[str, object]) -> bytes:
    return json.dumps({"mcpOAuth": entries}, separators=(",", ":")).encode()


def dump(
    content: bytes, second: float | None = 0, *, store_id: int = 0, absent: bool = False, current: bool = False
) -> StoreDump:
    """A dump of a store; a second says that the name of the snapshot tells the time."""
    return StoreDump(
        store_id=store_id,
        origin=f"credentials-{second}.json",
        content=content,
        taken_at_ms=None if second is None else ms(second),
        time_is_from_name=second is not None and not current,
        is_current=current,
        absent=absent,
    )


def reading(*dumps: StoreDump) -> StoreReading:
    return read_stores(dumps, key=KEY)


def read_one(content: bytes) -> dict[str, object]:
    """What is read from the only entry of a store."""
    return reading(dump(content)).snapshots.row(0, named=True)


def problems(content: bytes) -> list[str]:
    return [problem.what for problem in reading(dump(content)).problems]


def access(plain: str) -> str:
    return fingerprint(SecretKind.ACCESS_TOKEN, plain, KEY)


def refresh(plain: str) -> str:
    return fingerprint(SecretKind.REFRESH_TOKEN, plain, KEY)


def client(plain: str) -> str:
    return fingerprint(SecretKind.CLIENT_ID, plain, KEY)


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


JWT_HEADER = base64url(b'{"alg":"HS256","typ":"JWT"}')


def jwt(claims: object) -> str:
    """A signed token with these claims; bytes stand as they are."""
    payload = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
    return ".".join([JWT_HEADER, base64url(payload), "c2ln"])


def events(*rows: tuple[float | None, str, dict[str, object]], server: str = "figma") -> pl.DataFrame:
    """EVENTS of one document: second, kind and fields of each."""
    table = [
        {
            "document_id": 0,
            "entry_id": number,
            "event_at": None if second is None else at(second),
            "time_basis": "order" if second is None else "recorded",
            "server": server,
            "kind": kind,
            **fields,
        }
        for number, (second, kind, fields) in enumerate(rows)
    ]
    return pl.DataFrame(table, schema=EVENTS)


def saved(
    second: float, lifetime: int | None = 3600, *, refresh: bool | None = True
) -> list[tuple[float, str, dict[str, object]]]:
    """What a client logs when it saves tokens."""
    return [
        (second, "token_saved", {}),
        (second + 0.001, "refresh_token_told", {"has_refresh_token": refresh}),
        (second + 0.002, "token_expiry_saved", {"expires_in_s": lifetime}),
    ]


def returned(
    second: float, left: int | None, *, refresh: bool | None = True
) -> list[tuple[float, str, dict[str, object]]]:
    """What a client logs when it reads tokens."""
    return [
        (second, "token_returned", {}),
        (second + 0.001, "refresh_token_told", {"has_refresh_token": refresh}),
        (second + 0.002, "expiry_told", {"expires_in_s": left}),
    ]
