"""A record of a snapshot: equal to the snapshot in every fact, without a secret, and never believed blindly."""

import json

from hypothesis import given
from hypothesis import strategies as st

from mcplog.credentials import read_stores
from mcplog.credentials.records import record_of, snapshot_of_record
from mcplog.model.document import StoreDump
from mcplog.model.vocabulary import StoreCondition

KEY = b"k" * 32


def dump(content: bytes, **more: bool) -> StoreDump:
    return StoreDump(store_id=0, origin="store", content=content, **more)


def recorded(content: bytes) -> StoreDump:
    return dump(content, is_recorded=True)


ENTRY = {
    "serverName": "notes",
    "serverUrl": "https://mcp.example/mcp?key=k",
    "accessToken": "at-0123456789",
    "refreshToken": "rt-0123456789",
    "clientId": "app",
    "expiresAt": 1_795_571_070_502,
    "scope": "a b",
}


def store_of(**changes: object) -> bytes:
    return json.dumps({"mcpOAuth": {"notes|0123456789abcdef": {**ENTRY, **changes}}}).encode()


def pairs(content: bytes) -> tuple[StoreDump, StoreDump]:
    """Return a plain dump and its record."""
    return dump(content), recorded(record_of(dump(content), key=KEY))


def test_a_record_tells_every_fact_that_the_store_tells() -> None:
    plain, record = pairs(store_of(discoveryState={"authorizationServerUrl": "https://login.example"}))
    facts = [read_stores([one], key=KEY).snapshots.drop("origin") for one in (plain, record)]

    assert facts[0].equals(facts[1])
    assert facts[0]["held_access_token"].to_list() != [None]


def test_conditions_are_kept() -> None:
    contents = {b"": StoreCondition.EMPTY, b"{": StoreCondition.DAMAGED, b"{}": StoreCondition.OK}

    assert {text: snapshot_of_record(pairs(text)[1]).condition for text in contents} == contents
    absent = recorded(record_of(dump(b"", absent=True), key=KEY))
    assert snapshot_of_record(absent).condition is StoreCondition.ABSENT


def test_nothing_secret_is_in_a_record() -> None:
    record = record_of(dump(store_of(idToken="id-0123456789", clientSecret="cs-0123456789")), key=KEY)

    assert [word for word in (b"at-0", b"rt-0", b"id-0", b"cs-0", b"key=k", b'"app"') if word in record] == []


def test_plain_dumps_and_records_of_one_store_are_compared() -> None:
    _, first = pairs(store_of())
    second, _ = pairs(store_of(accessToken="at-another"))
    tokens = read_stores([first, second], key=KEY).snapshots["held_access_token"].to_list()
    refreshes = read_stores([first, second], key=KEY).snapshots["held_refresh_token"].to_list()

    assert len(set(tokens)) == 2
    assert len(set(refreshes)) == 1


def test_what_is_no_fingerprint_and_no_public_address_is_dropped() -> None:
    entry = {
        "server": "notes",
        "access_token": "at-0123456789",
        "refresh_token": "RT#0123456",
        "client_id": "CI#01234567",
        "server_url": "https://u:secret@mcp.example/mcp?key=k",
        "issuer": "no address",
        "token_shape": "at-0123456789",
        "jwt_audience": ["at-0123456789", "CI#01234567", "https://mcp.example"],
    }
    text = json.dumps({"condition": "ok", "has_section": True, "entries": [["notes|0", entry, 1]]})
    ((_, held, _),) = snapshot_of_record(recorded(text.encode())).entries

    assert (held.access_token, held.refresh_token, held.client_id) == (None, None, "CI#01234567")
    assert (held.server_url, held.issuer, held.token_shape) == ("https://mcp.example/mcp", None, None)
    assert held.jwt_audience == ("CI#01234567", "https://mcp.example")


@given(
    st.binary(max_size=200) | st.recursive(st.none() | st.text() | st.integers(), st.lists).map(repr).map(str.encode)
)
def test_any_bytes_in_place_of_a_record_cost_one_snapshot(content: bytes) -> None:
    snapshot = snapshot_of_record(recorded(content))

    assert snapshot.condition is StoreCondition.DAMAGED
    assert [problem.what for problem in snapshot.problems] == ["is no record of a store"]


def test_half_of_a_surrogate_pair_can_be_kept() -> None:
    text = store_of().replace(b'"a b"', b'"a \\ud800"')

    assert snapshot_of_record(pairs(text)[1]).condition is StoreCondition.OK
