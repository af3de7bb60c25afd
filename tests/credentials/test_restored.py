"""A record as a store again: it tells the same facts, and equal secrets stay equal."""

import json

import polars as pl
import pytest

from mcplog.credentials import read_stores
from mcplog.credentials.records import record_of
from mcplog.credentials.restored import restored
from mcplog.model.document import StoreDump
from tests.credentials.stores import jwt
from tests.credentials.test_records import KEY, dump, recorded, store_of

PRINTS = ("held_access_token", "held_refresh_token", "held_client_id", "held_jwt_key", "held_jwt_audience")
SECONDS = {"iat": 1_795_560_000, "nbf": 1_795_560_000, "exp": 1_795_563_600}
TOKEN = jwt({"iss": "https://login.example", "aud": ["app", "https://mcp.example/mcp"], "scope": "a b", **SECONDS})


def snapshots(*dumps: StoreDump) -> pl.DataFrame:
    return read_stores(dumps, key=KEY).snapshots.drop("origin", "line_from")


def both(content: bytes) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return what a store tells, and what its restored record does."""
    plain = dump(content)
    return snapshots(plain), snapshots(restored(recorded(record_of(plain, key=KEY))))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"accessToken": TOKEN},
        {"accessToken": jwt({"typ": "ID", "iss": "https://login.example"})},
        {"accessToken": jwt({"cnf": {"jkt": "x"}})},
        {"accessToken": "cut…", "refreshToken": "[REDACTED]", "clientSecret": "x", "redirectUri": "http://localhost"},
        {"accessToken": "", "refreshToken": "", "expiresAt": 0, "stepUpScope": "c"},
        {"accessToken": 7, "scope": "", "discoveryState": {"authorizationServerUrl": "https://login.example"}},
    ],
    ids=["plain", "jwt", "id token", "bound", "hidden", "empty", "odd"],
)
def test_a_restored_record_tells_what_the_store_told(changes: dict[str, object]) -> None:
    plain, again = both(store_of(**changes))

    assert again.drop(PRINTS).to_dicts() == plain.drop(PRINTS).to_dicts()
    for name in PRINTS[:3]:
        assert again[name].is_null().to_list() == plain[name].is_null().to_list()


@pytest.mark.parametrize("content", [b"", b"{", b"{}", b'{"other": 1}', b'{"mcpOAuth": {}}'])
def test_conditions_and_sections_are_restored(content: bytes) -> None:
    plain, again = both(content)

    assert again.to_dicts() == plain.to_dicts()


def test_equal_secrets_stay_equal_and_none_is_there() -> None:
    stores = [store_of(), store_of(accessToken="at-another"), store_of()]
    again = [restored(recorded(record_of(dump(one), key=KEY))) for one in stores]
    first, second, third = snapshots(*again)["held_access_token"].to_list()
    refreshes = set(snapshots(*again)["held_refresh_token"].to_list())
    text = b"".join(one.content for one in again)

    assert first == third != second
    assert len(refreshes) == 1
    assert [word for word in (b"at-0123", b"rt-0123", b'"app"') if word in text] == []


def test_what_is_no_record_stays_as_it_is() -> None:
    plain = dump(store_of())

    assert restored(plain) is plain
    assert json.loads(plain.content)
