"""No secret leaves the room, wherever in a store it stands and whatever is wrong with the store."""

import base64
import json
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mcplog.credentials import credential_history, read_stores
from mcplog.model.document import StoreDump
from mcplog.model.frames import EVENTS, SNAPSHOTS, STATES, STORE_CHANGES, empty
from tests.credentials.stores import KEY, NAME, dump, entry, jwt, reading, store

CANARY = "cAnArY0Ab1Cd2Ef3Gh4"
SECRET_FIELDS = ("accessToken", "refreshToken", "clientId", "clientSecret", "codeVerifier", "idToken")


def printed(*dumps: StoreDump) -> str:
    """Everything that can be printed of what is read."""
    found = read_stores(dumps, key=KEY)
    history = credential_history(found, empty(EVENTS))
    frames = (found.snapshots, found.markers, history.states, history.changes)
    return "\n".join([repr(found), repr(history), repr(found.stores), *(frame.write_json() for frame in frames)])


def shapes(secret: str) -> Iterator[str]:
    yield from (secret, f"Bearer {secret}", f'"{secret}"', f"{secret}…", f"{secret}.{secret}.{secret}", f"x {secret}\n")
    yield jwt(
        {"sub": secret, "jti": secret, "email": secret, "iss": secret, "aud": [secret], "sid": secret, "nonce": secret}
    )
    yield jwt({"iss": f"https://{secret}@login.example/?k={secret}#{secret}", "aud": f"https://a.example/?k={secret}"})
    yield jwt({"iat": secret, "exp": [secret], "nbf": {secret: secret}})
    yield jwt(f'{{"iat": 1, "x": {secret}'.encode())


@pytest.mark.parametrize("field", SECRET_FIELDS)
@pytest.mark.parametrize("shape", list(shapes(CANARY)))
def test_a_secret_in_a_field_of_an_entry_stays_inside(field: str, shape: str) -> None:
    assert CANARY not in printed(dump(store({NAME: entry() | {field: shape}})))


@pytest.mark.parametrize(
    "value", [[CANARY], {"a": CANARY}, {CANARY: 1}, f"https://u:{CANARY}@mcp.example/?k={CANARY}", CANARY]
)
@pytest.mark.parametrize("field", [*SECRET_FIELDS, "serverUrl", "issuer", "expiresAt", "discoveryState", "redirectUri"])
def test_a_secret_in_a_wrong_place_or_type_stays_inside(field: str, value: object) -> None:
    assert CANARY not in printed(dump(store({NAME: entry() | {field: value}})))


@pytest.mark.parametrize("section", ["claudeAiOauth", "mcpOAuthClientConfig", "other"])
def test_secrets_of_other_sections_stay_inside(section: str) -> None:
    content = json.dumps(
        {section: {NAME: {"clientSecret": CANARY}, "accessToken": CANARY}, "mcpOAuth": {NAME: entry()}}
    )

    assert CANARY not in printed(dump(content.encode()))


@pytest.mark.parametrize("cut", range(0, 400, 7))
def test_a_secret_in_a_store_that_is_cut_stays_inside(cut: int) -> None:
    content = store({NAME: entry(CANARY, CANARY, clientSecret=CANARY)})

    assert CANARY not in printed(dump(content[:cut]))


@pytest.mark.parametrize(
    "content", [CANARY, f'"{CANARY}"', f"[{CANARY}]", f'{{"{CANARY}', f'{{"a":{CANARY}}}', f'{{"a":"\\{CANARY}"}}']
)
def test_a_secret_in_what_is_no_store_stays_inside(content: str) -> None:
    assert CANARY not in printed(dump(content.encode()))


def test_a_dump_does_not_print_its_content() -> None:
    assert CANARY not in repr(dump(CANARY.encode()))


@pytest.mark.parametrize("content", [f'{{"a":"\\{CANARY}"}}', f'{{"{CANARY}": {{"timestamp": "{CANARY}"}}}}', CANARY])
def test_a_secret_value_in_a_marker_stays_inside(content: str) -> None:
    marker = StoreDump(
        store_id=0, origin="m", content=content.replace(f'{{"{CANARY}":', '{"figma":').encode(), is_marker=True
    )

    assert CANARY not in printed(marker)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=20) | st.just(CANARY),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELD_NAMES = st.sampled_from(
    (*SECRET_FIELDS, "serverName", "serverUrl", "expiresAt", "scope", "stepUpScope", "issuer", "discoveryState")
)
ENTRIES = st.dictionaries(FIELD_NAMES, JSON, max_size=8) | JSON
STORES = st.dictionaries(
    st.sampled_from(["a|0123456789abcdef", "b", "", "ä|x", "c|0123456789abcdef"]), ENTRIES, max_size=3
)


@given(entries=STORES, junk=st.binary(max_size=3), at=st.integers(0, 400))
def test_no_store_breaks_the_reader(entries: dict[str, object], junk: bytes, at: int) -> None:
    content = json.dumps({"mcpOAuth": entries}).encode("utf-8", "surrogatepass")

    found = reading(dump(content), dump(content[:at] + junk + content[at:], 1), dump(content[:at], 2))

    history = credential_history(found, empty(EVENTS))
    assert (found.snapshots.schema, history.states.schema, history.changes.schema) == (SNAPSHOTS, STATES, STORE_CHANGES)


@given(content=st.binary(max_size=200))
@example(content=b"\xff\xfe")
@example(content=b"\xff\xfe\x00\x00{")
@example(content=b"{\x00")
@example(content=b'{"a":"\xed\xa0\x80"}')
@example(content=b"```\n```")
def test_no_bytes_break_the_reader(content: bytes) -> None:
    assert reading(dump(content), dump(content, 1)).snapshots["held_condition"].null_count() == 0


@given(claims=st.dictionaries(st.sampled_from(["iss", "aud", "iat", "nbf", "exp", "scope", "scp"]), JSON, max_size=7))
def test_no_claims_break_the_reader(claims: dict[str, object]) -> None:
    token = jwt(json.dumps(claims).encode("utf-8", "surrogatepass"))

    row = reading(dump(store({NAME: entry(token)}))).snapshots.row(0, named=True)

    assert row["held_has_access_token"] is True


@given(payload=st.binary(max_size=60), header=st.binary(max_size=40))
def test_no_token_breaks_the_reader(payload: bytes, header: bytes) -> None:
    token = ".".join(base64.urlsafe_b64encode(part).decode() for part in (b'{"alg":' + header, payload, b""))

    assert reading(dump(store({NAME: entry(token)}))).snapshots["held_has_access_token"].to_list() == [True]
