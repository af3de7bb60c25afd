"""read_stores: what a store holds, as far as it can be believed."""

import json

import polars as pl
import pytest

from mcplog.credentials import read_stores
from mcplog.model.document import Problem, StoreDump
from mcplog.model.frames import MARKERS, SNAPSHOTS
from tests.credentials.stores import (
    KEY,
    NAME,
    URL,
    access,
    at,
    client,
    dump,
    entry,
    jwt,
    ms,
    problems,
    read_one,
    reading,
    refresh,
    store,
)


def test_every_field_of_an_entry_becomes_a_fact_or_a_fingerprint() -> None:
    full = entry(
        "at-1",
        "rt-1",
        3600,
        clientSecret="cs-1",
        scope="read write",
        stepUpScope="admin",
        issuer="https://issuer.example/",
        redirectUri="http://localhost:3118/callback",
        discoveryState={"authorizationServerUrl": "https://login.example?tenant=1", "authServerMetadataUrl": None},
    )

    assert read_one(store({NAME: full})) == {
        "store_id": 0,
        "case_id": 0,
        "snapshot_id": 0,
        "snapshot_at": at(0),
        "time_is_from_name": True,
        "is_current": False,
        "held_condition": "ok",
        "has_section": True,
        "credential_key": f"0:{NAME}",
        "server": "figma",
        "content_id": 0,
        "held_server_url": URL,
        "held_key_is_proven": None,
        "held_access_token": access("at-1"),
        "held_has_access_token": True,
        "held_refresh_token": refresh("rt-1"),
        "held_has_refresh_token": True,
        "held_client_id": client("client-1"),
        "held_has_client_id": True,
        "held_has_client_secret": True,
        "held_has_redirect_uri": True,
        "held_scope": ["read", "write"],
        "held_step_up_scope": ["admin"],
        "held_expires_at": at(3600),
        "held_expires_is_zero": False,
        "held_issuer": "https://issuer.example/",
        "held_discovered_issuer": "https://login.example",
        "held_token_shape": "opaque",
        "held_jwt_issued_at": None,
        "held_jwt_not_before_at": None,
        "held_jwt_expires_at": None,
        "held_jwt_issuer": None,
        "held_jwt_audience": None,
        "held_jwt_scope": None,
        "held_jwt_audience_fits": None,
        "held_jwt_audience_is_slash_off": None,
        "held_jwt_issuer_fits": None,
        "held_jwt_key": None,
        "held_jwt_flaw": None,
        "held_foreign_values": "none",
        "origin": "credentials-0.json",
        "line_from": 1,
    }


def test_what_an_entry_does_not_have_is_known_to_be_absent() -> None:
    stub = read_one(store({NAME: entry("", None, 0) | {"expiresAt": 0}}))

    assert {name: value for name, value in stub.items() if value in (False, True, [], "none")} == {
        "snapshot_id": 0,
        "store_id": 0,
        "case_id": 0,
        "content_id": 0,
        "time_is_from_name": True,
        "is_current": False,
        "has_section": True,
        "held_has_access_token": False,
        "held_has_refresh_token": False,
        "held_has_client_id": True,
        "held_has_client_secret": False,
        "held_has_redirect_uri": False,
        "held_scope": [],
        "held_step_up_scope": [],
        "held_expires_is_zero": True,
        "held_token_shape": "none",
        "held_foreign_values": "none",
        "line_from": 1,
    }


@pytest.mark.parametrize(
    ("content", "condition", "has_section"),
    [
        (b"", "empty", None),
        (b"{}", "ok", False),
        (b'{"mcpOAuth":{}}', "ok", True),
        (b'{"claudeAiOauth":{"accessToken":"a"}}', "ok", False),
        (b'{"mcpOAuth":null}', "ok", False),
        (b'{"mcpOAuth":[]}', "ok", False),
        (b"[]", "damaged", None),
        (b"null", "damaged", None),
        (b'"text"', "damaged", None),
        (b"17", "damaged", None),
        (b"not json", "damaged", None),
        (b" \n", "damaged", None),
        (b"\x00\x00\x00\x00", "damaged", None),
        (b'{"mcpOAuth":{"a|', "damaged", None),
        (b'{"mcpOAuth":NaN}', "damaged", None),
        (b"[" * 100_000, "damaged", None),
        (b'{"mcpOAuth":{},"mcpOAuth":{}}', "damaged", None),
    ],
)
def test_a_snapshot_without_entries_has_one_row_that_tells_its_condition(
    content: bytes, condition: str, *, has_section: bool | None
) -> None:
    snapshots = reading(dump(content)).snapshots

    assert snapshots.select("held_condition", "has_section", "credential_key").rows() == [
        (condition, has_section, None)
    ]


def test_a_store_known_to_be_missing_is_absent() -> None:
    snapshots = reading(dump(b"", absent=True)).snapshots

    assert snapshots["held_condition"].to_list() == ["absent"]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"[]", "holds an array where an object is needed"),
        (b"null", "holds null where an object is needed"),
        (b'{"a":tr', "is not JSON: Expecting value, line 1, column 6"),
        (b'{"a":NaN}', "is not JSON: a number that JSON does not know"),
        (b"[" * 100_000, "is not JSON: nested too deeply"),
        (b'{"mcpOAuth":{},"mcpOAuth":{}}', "mcpOAuth is there twice, neither can be believed"),
        (b'{"mcpOAuth":7}', "mcpOAuth is a number, not an object"),
        (b'{"mcpOAuth":{"a":null}}', 'entry "a": it is null, not an object'),
        (b'{"mcpOAuth":{"a":{},"a":{}}}', 'entry "a": it is a repeated name, not an object'),
        (b'\xff{"mcpOAuth":{}}', "byte 0 is not UTF-8"),
    ],
)
def test_what_is_wrong_is_told_in_one_sentence(content: bytes, what: str) -> None:
    assert what in problems(content)


@pytest.mark.parametrize(
    ("field", "value", "what"),
    [
        ("accessToken", 7, "accessToken is a number, not a text"),
        ("refreshToken", ["rt"], "refreshToken is an array, not a text"),
        ("clientId", {"id": 1}, "clientId is an object, not a text"),
        ("clientSecret", True, "clientSecret is a boolean, not a text"),
        ("serverUrl", "no url", "serverUrl is no web address"),
        ("scope", 7, "scope is neither a text nor a list of texts"),
        ("scope", ["a"] * 65, "scope is too long"),
        ("expiresAt", "soon", "expiresAt is a text, not a number"),
        ("expiresAt", True, "expiresAt is a boolean, not a number"),
        ("expiresAt", -1, "expiresAt is out of range"),
        ("expiresAt", 10**16, "expiresAt is out of range"),
        ("expiresAt", 10**400, "expiresAt is out of range"),
        ("expiresAt", 1e99, "expiresAt is out of range"),
        ("expiresAt", ms(0) + 0.125, "expiresAt has a fraction, another program wrote it"),
        ("expiresAt", 1_795_566_960, "expiresAt is before 1973, it was written in seconds"),
        ("serverName", "Figma", "serverName differs from the name in its key"),
    ],
)
def test_a_field_of_a_wrong_kind_costs_itself_and_is_told(field: str, value: object, what: str) -> None:
    content = store({NAME: entry() | {field: value}})

    assert problems(content) == [f'entry "figma": {what}']


def test_a_field_that_is_there_twice_is_unknown() -> None:
    content = b'{"mcpOAuth":{"a|0123456789abcdef":{"accessToken":"one","accessToken":"two","refreshToken":"r"}}}'

    assert [
        read_one(content)[name] for name in ("held_access_token", "held_has_access_token", "held_has_refresh_token")
    ] == [
        None,
        None,
        True,
    ]


@pytest.mark.parametrize("mark", ["…", "..."])
def test_what_was_left_out_of_an_entry_is_unknown_and_what_it_shows_is_known(mark: str) -> None:
    content = store({NAME: {"serverName": "figma", "accessToken": "", mark: mark}, mark: mark})

    row = read_one(content)

    names = ("has_access_token", "has_refresh_token", "has_client_id", "expires_is_zero", "expires_at", "scope")
    assert [row[f"held_{name}"] for name in names] == [False, None, None, None, None, None]
    assert problems(content) == []


def test_an_entry_that_cannot_be_read_is_there_and_unknown() -> None:
    row = read_one(b'{"mcpOAuth":{"a|0123456789abcdef":[]}}')

    assert [row[name] for name in ("server", "content_id", "held_has_access_token", "held_expires_is_zero")] == [
        "a",
        0,
        None,
        None,
    ]


def test_expiries_keep_the_difference_between_zero_absent_and_unreadable() -> None:
    values = {"zero": 0, "absent": None, "unreadable": "x", "float": ms(1) + 0.9}
    entries: dict[str, object] = {
        name: {"accessToken": "a", **({} if value is None else {"expiresAt": value})} for name, value in values.items()
    }

    snapshots = reading(dump(store(entries))).snapshots.select("server", "held_expires_at", "held_expires_is_zero")

    assert snapshots.rows() == [
        ("zero", None, True),
        ("absent", None, False),
        ("unreadable", None, None),
        ("float", at(1), False),
    ]


@pytest.mark.parametrize(
    "mask", ["***", "[REDACTED]", "<token>", "{{token}}", "xxxxx", "REDACTED", "eyJ***", "%5BREDACTED%5D"]
)
def test_a_redacted_token_proves_that_there_is_one_and_nothing_else(mask: str) -> None:
    row = read_one(store({NAME: entry(mask, mask, clientId=mask, scope=mask)}))
    facts = ("access_token", "has_access_token", "refresh_token", "has_refresh_token", "client_id", "has_client_id")

    assert [row[f"held_{name}"] for name in (*facts, "scope", "token_shape")] == [
        None,
        True,
        None,
        True,
        None,
        True,
        None,
        None,
    ]


def test_a_digest_in_place_of_a_token_can_be_compared_and_has_no_shape() -> None:
    row = read_one(store({NAME: entry("sha256:c3c3c3c3")}))

    assert (row["held_access_token"], row["held_token_shape"]) == (access("sha256:c3c3c3c3"), None)


@pytest.mark.parametrize(
    ("wrapped", "line"),
    [
        ('{"figma|0123456789abcdef": ENTRY}', 1),
        ("ENTRY", 1),
        ('Here:\n```json\n{\n  "mcpOAuth": {\n    "figma|0123456789abcdef": ENTRY\n  }\n}\n```\nThanks', 5),
        ('~~~\n{"figma|0123456789abcdef": ENTRY}\n~~~', 2),
    ],
)
def test_a_pasted_store_is_read_when_it_can_be_nothing_else(wrapped: str, line: int) -> None:
    row = read_one(wrapped.replace("ENTRY", json.dumps(entry())).encode())

    assert [row["server"], row["held_access_token"], row["line_from"]] == ["figma", access("at-1"), line]


def test_two_fenced_stores_are_ambiguous() -> None:
    block = f"```\n{store({NAME: entry()}).decode()}\n```\n"

    assert reading(dump((block * 2).encode())).snapshots["held_condition"].to_list() == ["damaged"]


def test_an_entry_has_the_line_of_its_key_and_not_of_its_namesakes() -> None:
    config = {
        "mcpOAuthClientConfig": {NAME: {"clientSecret": "cs"}},
        "mcpOAuth": {NAME: entry(), "b|0123456789abcdef": entry()},
    }

    snapshots = reading(dump(json.dumps(config, indent=2).encode())).snapshots

    assert snapshots.select("server", "line_from", "held_has_client_secret").rows() == [
        ("figma", 8, True),
        ("b", 16, False),
    ]


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b"\xef\xbb\xbf"),
        ("utf-16-le", b"\xff\xfe"),
        ("utf-16-be", b"\xfe\xff"),
        ("utf-16-le", b""),
        ("utf-32-le", b"\xff\xfe\x00\x00"),
    ],
)
def test_other_encodings_are_read(encoding: str, mark: bytes) -> None:
    content = mark + store({NAME: entry()}).decode().encode(encoding)

    assert read_one(content)["held_access_token"] == access("at-1")


@pytest.mark.parametrize(
    ("key", "server"),
    [
        ("figma|0123456789abcdef", "figma"),
        ("a|b|0123456789abcdef", "a|b"),
        ("plugin:figma:figma|0123456789abcdef", "plugin:figma:figma"),
        ("figma|0123456789ABCDEF", "told"),
        ("figma", "told"),
        ("|0123456789abcdef", "told"),
    ],
)
def test_the_name_in_a_key_with_a_hash_is_the_one_that_the_client_looks_up(key: str, server: str) -> None:
    assert read_one(store({key: entry(serverName="told")}))["server"] == server


def test_names_that_differ_by_case_or_blanks_stay_apart() -> None:
    names = ["figma", "Figma", " figma", "figma "]

    snapshots = reading(dump(store({f"{name}|0123456789abcdef": entry() for name in names}))).snapshots

    assert snapshots["credential_key"].to_list() == [f"0:{name}|0123456789abcdef" for name in names]


@pytest.mark.parametrize(
    ("key", "url", "proven"),
    [
        ("a|d9d8866736bfc662", "http://localhost:8931/mcp", True),
        ("a|faef6f6186217289", "http://localhost:8931/sse", True),
        ("a|041005cfc3cd3a5e", "http://localhost:8931/mcp", None),
        ("a|d9d8866736bfc662", "http://localhost:8931/mcp/", None),
        ("a", "http://localhost:8931/mcp", None),
    ],
)
def test_the_hash_in_a_key_is_proven_or_unknown_for_headers_are_not_in_the_store(
    key: str, url: str, *, proven: bool | None
) -> None:
    assert read_one(store({key: entry(serverUrl=url)}))["held_key_is_proven"] is proven


def test_equal_contents_have_one_number_over_all_snapshots() -> None:
    one, two = store({NAME: entry("one")}), store({NAME: entry("two")})

    snapshots = reading(dump(one, 0), dump(two, 1), dump(one, 2)).snapshots

    assert snapshots.select("snapshot_id", "content_id").rows() == [(0, 0), (1, 1), (2, 0)]


def test_snapshots_are_put_in_order_by_their_times_where_all_are_known() -> None:
    dated = reading(dump(b"{}", 5), dump(b"[]", 3)).snapshots["held_condition"].to_list()
    undated = reading(dump(b"{}", 5), dump(b"[]", None)).snapshots["held_condition"].to_list()

    assert (dated, undated) == (["damaged", "ok"], ["ok", "damaged"])


def test_a_file_time_beyond_all_calendars_is_not_known() -> None:
    broken = StoreDump(store_id=0, origin="s", content=b"{}", taken_at_ms=2**62)

    assert reading(broken).snapshots["snapshot_at"].to_list() == [None]


@pytest.mark.parametrize(
    ("written", "claims", "expected"),
    [
        pytest.param(0, {"iat": 3600, "exp": 7200}, None, id="an hour before its token was issued"),
        pytest.param(0, {"iat": 3600, "exp": 9000}, None, id="the same, and its expiry was changed"),
        pytest.param(3570, {"iat": 3600, "exp": 7200}, 3570, id="two clocks that differ a little"),
        pytest.param(9000, {"iat": 3600, "exp": 7200}, 9000, id="later"),
        pytest.param(0, {}, 0, id="a token that tells no time"),
    ],
)
def test_a_file_has_no_time_before_its_tokens_were_issued(
    written: float, claims: dict[str, int], expected: float | None
) -> None:
    token = jwt({name: ms(second) // 1000 for name, second in claims.items()})
    content = store({NAME: entry(token, expires=7200)})
    copied, named = (reading(dump(content, written, current=current)) for current in (True, False))

    assert copied.snapshots["snapshot_at"].to_list() == [None if expected is None else at(expected)]
    assert named.snapshots["snapshot_at"].to_list() == [at(written)]


def test_markers_tell_server_moment_and_lifetime() -> None:
    content = json.dumps({"figma": {"timestamp": ms(1)}, "b": {"timestamp": ms(2), "ttlMs": 90_000}}).encode()
    marker = StoreDump(store_id=3, origin="marker", content=content, is_marker=True, case_id=2)

    found = reading(marker)

    assert found.markers.rows() == [(3, 2, "figma", at(1), None, "marker"), (3, 2, "b", at(2), 90_000, "marker")]
    assert found.snapshots.equals(pl.DataFrame(schema=SNAPSHOTS))


def test_a_marker_without_a_time_is_kept_and_told() -> None:
    marker = StoreDump(store_id=0, origin="m", content=b'{"a":{"timestamp":"x"},"b":7}', is_marker=True)

    found = reading(marker)

    assert found.markers.select("server", "marked_at").rows() == [("a", None), ("b", None)]
    assert found.problems == (
        Problem(origin="m", what='marker of "a": timestamp is a text, not a number'),
        Problem(origin="m", what='marker of "a": it has no time that can be read'),
        Problem(origin="m", what='marker of "b": it has no time that can be read'),
    )


def test_nothing_to_read_gives_empty_frames() -> None:
    nothing = read_stores((), key=KEY)

    assert (nothing.snapshots.schema, nothing.markers.schema, nothing.problems) == (SNAPSHOTS, MARKERS, ())


def test_a_token_is_compared_under_the_key_of_the_run() -> None:
    other = read_stores([dump(store({NAME: entry()}))], key=b"another key").snapshots

    assert other["held_access_token"].to_list() != [access("at-1")]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, "none"),
        ({"expiresAt": 1795571070502.25}, "fraction"),
        ({"expiresAt": 1795571070502.0}, "none"),
        ({"expiresAt": "1795571070502"}, "type"),
        ({"expiresAt": "[REDACTED]"}, "none"),
        ({"scope": ["read"]}, "type"),
        ({"clientId": 7}, "type"),
        ({"refreshToken": None}, "none"),
    ],
)
def test_what_no_client_writes_is_told(changed: dict[str, object], told: str) -> None:
    assert read_one(store({NAME: entry() | changed}))["held_foreign_values"] == told


def test_half_of_a_character_is_replaced_wherever_json_spells_it() -> None:
    """In names, addresses and what a token claims."""
    half, mark = chr(0xD800), chr(0xFFFD)
    claims = jwt({"iss": f"https://login{half}.example", "aud": half, "kid": half})
    more = {"scope": f"read {half}", "discoveryState": {"authorizationServerUrl": f"https://login.example/{half}"}}

    row = read_one(store({f"fig{half}ma|0123456789abcdef": entry(claims, serverName=f"fig{half}ma") | more}))

    assert (row["server"], row["held_scope"], row["credential_key"], row["held_token_shape"]) == (
        f"fig{mark}ma",
        ["read", mark],
        f"0:fig{mark}ma|0123456789abcdef",
        "jwt",
    )
