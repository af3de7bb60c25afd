"""What an access token shows: its shape, and the claims of a JWT that nobody verified."""

import pytest

from tests.credentials.stores import NAME, URL, access, at, base64url, client, entry, jwt, ms, problems, read_one, store

SECOND = ms(0) // 1000
ENCRYPTED = ".".join([base64url(b'{"alg":"dir","enc":"A256GCM"}'), "", "aXY", "Y2lwaGVy", "dGFn"])
NO_ALGORITHM = base64url(b'{ "alg": "none" }')
PAST_LIMIT = jwt({"pad": "x" * 70_000, "iat": SECOND})


def held(token: str, *names: str) -> list[object]:
    row = read_one(store({NAME: entry(token)}))
    return [row[f"held_{name}"] for name in names]


@pytest.mark.parametrize(
    ("token", "shape"),
    [
        ("", "none"),
        ("ntn_123", "opaque"),
        ("user:grant:secret", "opaque"),
        ("v4.public.payload", "opaque"),
        ("a.b.c", "opaque"),
        ("a.b.c.d.e", "opaque"),
        (f"{base64url(b'[1]')}.e30.c2ln", "opaque"),
        (f"{base64url(b'{}')}.e30.c2ln", "opaque"),
        ("!!!.e30.c2ln", "opaque"),
        (jwt({}), "jwt"),
        (f"{NO_ALGORITHM}.e30.", "jwt"),
        (ENCRYPTED, "jwe"),
        ("Bearer abcdef", "malformed"),
        (" abcdef", "malformed"),
        ("abc\ndef", "malformed"),
        ('"abcdef"', "malformed"),
        ("abc%2Edef", "malformed"),
        ("abc…def", "malformed"),
        ("abc...", "malformed"),
        ("tökén", "malformed"),
        ("abc\x00def", "malformed"),
        ("[REDACTED]", None),
    ],
)
def test_a_token_has_a_shape(token: str, shape: str | None) -> None:
    assert held(token, "token_shape") == [shape]


def test_a_cut_token_is_there_and_is_not_compared() -> None:
    assert held("eyJhbGciOi…", "has_access_token", "access_token") == [True, None]


def test_a_malformed_token_is_compared() -> None:
    assert held("Bearer abc", "access_token") == [access("Bearer abc")]


def test_the_claims_that_may_be_told_are_told() -> None:
    claims = {
        "iss": "https://login.example/t?x=1",
        "aud": URL,
        "iat": SECOND,
        "nbf": SECOND + 1,
        "exp": SECOND + 60,
        "scope": "a b",
    }
    names = (
        "jwt_issuer",
        "jwt_audience",
        "jwt_issued_at",
        "jwt_not_before_at",
        "jwt_expires_at",
        "jwt_scope",
        "jwt_audience_fits",
    )

    assert held(jwt(claims), *names) == ["https://login.example/t", [URL], at(0), at(1), at(60), ["a", "b"], True]


@pytest.mark.parametrize(
    ("claims", "scope"),
    [
        ({"scope": ["a", "b"]}, ["a", "b"]),
        ({"scp": "a b"}, ["a", "b"]),
        ({"scp": ["a"]}, ["a"]),
        ({}, []),
        ({"scope": None}, []),
    ],
)
def test_scope_has_two_names_and_two_forms(claims: dict[str, object], scope: list[str]) -> None:
    assert held(jwt(claims), "jwt_scope") == [scope]


@pytest.mark.parametrize(
    ("audience", "shown", "fits"),
    [
        ([URL, "https://other.example"], [URL, "https://other.example"], True),
        ("https://other.example/?key=1", ["https://other.example/"], False),
        ("client-1", [client("client-1")], False),
        ("account", [client("account")], None),
        ([], [], None),
    ],
)
def test_an_audience_that_is_no_url_is_a_fingerprint(audience: object, shown: list[str], *, fits: bool | None) -> None:
    assert held(jwt({"aud": audience}), "jwt_audience", "jwt_audience_fits") == [shown, fits]


@pytest.mark.parametrize("value", ["soon", 1.5, 1e99, -1, 253_402_300_800, [1], True, {}])
def test_a_hostile_time_is_unknown_and_told(value: object) -> None:
    token = jwt({"iat": value, "exp": SECOND})

    assert held(token, "jwt_issued_at", "jwt_expires_at") == [None, at(0)]
    assert problems(store({NAME: entry(token)})) == ['entry "figma": iat of the token is no plausible time']


@pytest.mark.parametrize(
    ("claims", "what"),
    [
        (b"not json", "the access token looks like a JWT, and its claims cannot be read"),
        (b"[1]", "the access token looks like a JWT, and its claims cannot be read"),
        (b"\xff\xfe", "the access token looks like a JWT, and its claims cannot be read"),
        (b'{"a":' * 5000, "the access token looks like a JWT, and its claims cannot be read"),
        (b'{"iat":' + b"9" * 5000 + b"}", "the access token looks like a JWT, and its claims cannot be read"),
        ({"iss": ["https://a.example"]}, "iss of the token is no web address"),
        ({"aud": {"a": 1}}, "aud of the token is neither a text nor a list of texts"),
        ({"aud": ["a"] * 65}, "aud of the token is too long"),
        ({"scope": "x" * 2000}, "scope is too long"),
    ],
)
def test_claims_that_cannot_be_read_are_told(claims: object, what: str) -> None:
    assert problems(store({NAME: entry(jwt(claims))})) == [f'entry "figma": {what}']


@pytest.mark.parametrize("signature", ["", "SIGNATURE", "a", "removed!", "[signature]"])
def test_claims_are_read_whatever_stands_for_the_signature(signature: str) -> None:
    signed = jwt({"iat": SECOND, "aud": URL})
    token = f"{signed.rpartition('.')[0]}.{signature}"

    assert held(token, "token_shape", "jwt_issued_at", "jwt_audience") == ["jwt", at(0), [URL]]
    assert problems(store({NAME: entry(token)})) == []


def test_claims_of_more_than_64_kib_are_not_read() -> None:
    assert held(PAST_LIMIT, "token_shape", "jwt_issued_at") == ["jwt", None]
    assert problems(store({NAME: entry(PAST_LIMIT)})) == [
        'entry "figma": the access token is a JWT of more than 64 KiB, its claims are not read'
    ]


@pytest.mark.parametrize(
    ("claims", "flaw"),
    [
        ({}, "none"),
        ({"typ": "Refresh"}, "refresh-token"),
        ({"typ": "Offline"}, "refresh-token"),
        ({"https://id.example/atl_token_type": "ROTATING_REFRESH"}, "refresh-token"),
        ({"typ": "ID"}, "id-token"),
        ({"nonce": "n", "aud": "the-client"}, "id-token"),
        ({"at_hash": "h", "aud": ["the-client"]}, "id-token"),
        ({"nonce": "n", "aud": "the-client", "scope": "a"}, "none"),
        ({"nonce": "n", "aud": URL}, "none"),
        ({"aud": "the-client"}, "none"),
        ({"cnf": {"jkt": "thumb"}}, "key-bound"),
        ({"cnf": {"x5t#S256": "thumb"}}, "key-bound"),
        ({"cnf": {"kid": "k"}}, "none"),
    ],
)
def test_a_token_that_is_no_access_token_for_this_client_has_a_flaw(claims: dict[str, object], flaw: str) -> None:
    row = read_one(store({NAME: entry(jwt(claims), clientId="the-client")}))

    assert row["held_jwt_flaw"] == flaw


def test_an_unsigned_token_has_a_flaw_and_an_opaque_one_is_not_judged() -> None:
    assert held(f"{NO_ALGORITHM}.e30.", "jwt_flaw") == ["unsigned"]
    assert held("ntn_123", "jwt_flaw", "jwt_key") == [None, None]


def test_the_id_of_the_signing_key_is_a_fingerprint() -> None:
    header = base64url(b'{"alg":"RS256","kid":"key-1"}')
    (key,) = held(f"{header}.e30.c2ln", "jwt_key")

    assert str(key).startswith("KEY#")
    assert held(f"{header}.e30.c2ln", "jwt_key") == [key]
