"""Stand-ins: nothing of the secret is in them, equal ones are equal, and the facts stay."""

import base64
import hashlib
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcplog.credentials.reading import read_stores
from mcplog.credentials.shared import StandIns, StoreNames, shared_store
from mcplog.model.document import StoreDump
from tests.secrets_planted import jwt

KEY = b"\x0b" * 32
OWN_WORDS = ("none", "invalid_grant")
TOKEN = "rt-CGLHSSpTWEjfPQD6fTAxBuNH"  # noqa: S105 - made up
URL = "https://mcp.acme.example/mcp"
NEW_URL = "https://mcp.other.example/mcp"
NAMES = StoreNames(server=lambda name: f"new-{name}", text=lambda text: text.replace("acme", "other"))


def stand_ins() -> StandIns:
    return StandIns(KEY, stays=lambda word: word in OWN_WORDS, rename=NAMES.text)


def shared(store: object) -> dict[str, dict[str, dict[str, object]]]:
    content = shared_store(json.dumps(store, separators=(",", ":")).encode(), stand_ins(), NAMES)
    read: dict[str, dict[str, dict[str, object]]] = json.loads(content)
    return read


LONG = st.text(st.sampled_from("abcXYZ019-_.~:+/"), min_size=8, max_size=60)


@given(LONG.filter(lambda text: len(re.sub(r"[\W_]", "", text)) > 5))
def test_a_stand_in_has_the_form_of_its_secret_and_is_another(token: str) -> None:
    made = stand_ins().of(token, is_surely_secret=True)

    assert made != token
    assert re.sub(r"[^\W_]", "x", made) == re.sub(r"[^\W_]", "x", token)
    assert stand_ins().of(token, is_surely_secret=True) == made


@given(st.sets(st.text(st.sampled_from("ab1-"), min_size=1, max_size=6), max_size=30))
def test_different_secrets_have_different_stand_ins(tokens: set[str]) -> None:
    tokens = {token for token in tokens if any(map(str.isalnum, token)) and len(token) > 3}
    makes = stand_ins()

    assert len({makes.of(token) for token in sorted(tokens)}) == len(tokens)


def test_a_stand_in_stays_when_it_is_met_again() -> None:
    makes = stand_ins()
    made = makes.of(TOKEN)

    assert makes.of(made) == made


@pytest.mark.parametrize("masked", ["[REDACTED]", "%5BREDACTED%5D", "***", "", "none", "<redacted>"])
def test_what_is_masked_stays_masked_and_the_clients_own_words_stay(masked: str) -> None:
    assert stand_ins().of(masked) == masked


def test_a_secret_is_recognised_in_an_address_that_quotes_it() -> None:
    makes = stand_ins()

    assert makes.of("ab%2Fcd12345678") == makes.of("ab/cd12345678").replace("/", "%2F")


def test_a_word_is_a_secret_where_there_can_be_no_other() -> None:
    assert stand_ins().of("none", is_surely_secret=True) != "none"


def claims(token: str) -> dict[str, object]:
    part = token.split(".")[1]
    read: dict[str, object] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return read


def test_a_jwt_keeps_its_times_and_scopes_and_gets_other_names() -> None:
    told = {"iat": 1_795_567_000, "exp": 1_795_570_600, "iss": URL, "scope": "mcp:read none", "aud": [URL, "app-1"]}
    person = {"sub": "dana-77", "email": "dana@acme.example", "jti": "9f8e7d6c5b", "https://acme.example/t": "falcon"}
    makes = stand_ins()

    new = claims(makes.of(jwt(told | person)))

    assert [new[name] for name in ("iat", "exp", "iss")] == [1_795_567_000, 1_795_570_600, NEW_URL]
    assert new["aud"] == [NEW_URL, makes.of("app-1")]
    assert new["sub"] == makes.of("dana-77") != "dana-77"
    assert not [word for word in ("dana", "acme", "falcon", "9f8e7d6c5b") if word in json.dumps(new)]


def test_two_tokens_that_differ_in_their_signatures_alone_stay_different() -> None:
    one = jwt({"sub": "dana-77"})
    makes = stand_ins()

    assert makes.of(one) != makes.of(f"{one[:-4]}AAAA")


def test_a_store_keeps_its_facts() -> None:
    times = {"expiresAt": 1_795_570_600_000}
    entry = {"serverName": "notes", "serverUrl": URL, "accessToken": TOKEN, "refreshToken": "", **times}
    facts = ["has_access_token", "has_refresh_token", "token_shape", "key_is_proven", "expires_at"]

    before = json.dumps({"mcpOAuth": {f"notes|{_hash(URL)}": entry}}).encode()
    after = shared_store(before, stand_ins(), NAMES)

    assert [held(after, fact) for fact in facts] == [held(before, fact) for fact in facts]
    assert TOKEN.encode() not in after


def held(content: bytes, fact: str) -> object:
    """Return one fact of the only entry of a store."""
    return read_stores([StoreDump(store_id=0, origin="a", content=content)], key=KEY).snapshots[f"held_{fact}"].item()


def test_the_hash_in_a_key_is_that_of_the_new_address() -> None:
    proven = "notes|" + _hash(URL)

    assert list(shared({"mcpOAuth": {proven: {"serverUrl": URL}}})["mcpOAuth"]) == ["new-notes|" + _hash(NEW_URL)]


def test_a_hash_that_is_not_of_the_address_stays_unproven() -> None:
    (key,) = shared({"mcpOAuth": {"notes|0123456789abcdef": {"serverUrl": URL}}})["mcpOAuth"]

    assert key.startswith("new-notes|")
    assert key.partition("|")[2] not in ("0123456789abcdef", _hash(NEW_URL))


def test_what_a_store_is_not_known_to_hold_is_taken_for_a_secret() -> None:
    text = json.dumps(shared({"mcpOAuth": {}, "otherTool": {"pin77": [TOKEN, 12345, {"k3y9": TOKEN}]}}))

    assert not [word for word in (TOKEN, "otherTool", "pin77", "12345", "k3y9") if word in text]


DAMAGED = ['{"mcpOAuth":{"notes|', f'{{"mcpOAuth": "{TOKEN}', f'["{TOKEN}"]', TOKEN, "null", "[]"]


@pytest.mark.parametrize("damaged", DAMAGED)
def test_a_damaged_store_stays_damaged_and_says_nothing(damaged: str) -> None:
    content = shared_store(damaged.encode(), stand_ins(), NAMES)

    assert held(content, "condition") == "damaged"
    assert b"CGLH" not in content


def test_a_name_that_stands_twice_still_does() -> None:
    content = b'{"mcpOAuth":{"a|0123456789abcdef":{"accessToken":"x1","accessToken":"x2"}}}'

    assert shared_store(content, stand_ins(), NAMES).count(b'"accessToken":') == 2


def test_lines_of_a_store_stay_where_they_are() -> None:
    content = json.dumps({"mcpOAuth": {"a|0123456789abcdef": {"serverName": "a", "scope": "x"}}}, indent=2).encode()

    assert shared_store(content, stand_ins(), NAMES).count(b"\n") == content.count(b"\n")


def _hash(url: str) -> str:
    text = json.dumps({"type": "http", "url": url, "headers": {}}, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
