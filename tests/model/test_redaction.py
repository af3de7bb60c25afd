"""redact: nothing that looks like a secret survives, and what helps the reader stays."""

from collections.abc import Sequence

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcplog.model import redaction, secret_marks
from mcplog.model.redaction import LONGEST_EXCERPT, capped, redact, redact_name, redact_path, redacted
from mcplog.parse import standing_in
from mcplog.parse.standing_in import with_stand_ins
from tests.parse.samples import detail_samples, message_samples

LETTERS = st.characters(codec="ascii", categories=["Lu", "Ll", "Nd"])
# Short enough to be in no list of known shapes: only its place tells that it is one.
PLACED = st.text(LETTERS, min_size=6, max_size=20).map(lambda text: f"Zq{text}")
PARAMETERS = st.sampled_from(
    [
        "code",
        "state",
        "code_verifier",
        "code_challenge",
        "refresh_token",
        "access_token",
        "id_token",
        "client_secret",
        "assertion",
        "client_id",
        "nonce",
        "registration_access_token",
        "password",
        "api_key",
        "key",
        "sig",
        "session",
        "login_hint",
        "x",
        "foo",
    ]
)
SECRET_NAMES = st.sampled_from(
    [
        "access_token",
        "refreshToken",
        "client_secret",
        "clientSecret",
        "x-api-key",
        "apiKey",
        "password",
        "Authorization",
        "id_token",
        "token",
        "code",
        "code_verifier",
        "private_key",
        "Cookie",
        "session_id",
    ]
)
AROUND = st.sampled_from(["", "say ", "Server stderr: ", "(", '"', "✔ "])

PLACES = st.sampled_from(
    [
        "https://a.example/cb?{name}={secret}",
        "https://a.example/cb?response_type=code&{name}={secret}&scope=a",
        "https://a.example/cb#{name}={secret}",
        "https://a.example/o?resource=https%3A%2F%2Fm.example%2Fmcp%3F{name}%3D{secret}",
        "https://me:{secret}@a.example/mcp",
        "https://{secret}@a.example/mcp",
        "grant_type=authorization_code&{name}={secret}",
        "Bearer {secret}",
        "bearer  {secret} rest",
        "Authorization: Bearer {secret}",
        "Authorization: Basic {secret}",
        "Authorization: {secret}",
        '"Authorization":"Bearer {secret}"',
        "Cookie: sid={secret}; other={secret}",
        "Set-Cookie: {secret}",
    ]
)
JSON_PLACES = st.sampled_from(
    [
        '{{"{name}":"{secret}"}}',
        '{{"{name}": "{secret}", "x": 1}}',
        '{{\\"{name}\\":\\"{secret}\\"}}',
        "{{'{name}': '{secret}'}}",
        '{{"{name}":"a\\"{secret}"}}',
        '{{"{name}": "{secret}',
    ]
)
PREFIXES = st.sampled_from(
    [
        "sk-ant-api03-",
        "sk_live_",
        "ghp_",
        "gho_",
        "github_pat_",
        "xoxb-",
        "xoxp-",
        "AKIA",
        "eyJ",
        "glpat-",
        "npm_",
        "lin_api_",
        "figd_",
        "ya29.",
        "AIza",
    ]
)


@given(AROUND, PLACES, PARAMETERS, PLACED)
def test_a_secret_goes_wherever_it_stands(around: str, place: str, name: str, secret: str) -> None:
    assert secret not in redact(around + place.format(name=name, secret=secret))


@given(AROUND, JSON_PLACES, SECRET_NAMES, PLACED)
def test_a_value_under_a_secret_name_goes(around: str, place: str, name: str, secret: str) -> None:
    assert secret not in redact(around + place.format(name=name, secret=secret))


@given(AROUND, PREFIXES, st.text(LETTERS, min_size=12, max_size=40))
def test_a_token_of_a_known_issuer_goes(around: str, prefix: str, rest: str) -> None:
    assert rest not in redact(f"{around}{prefix}{rest}")


@given(AROUND, st.text("0123456789abcdef", min_size=32, max_size=200))
def test_a_long_hex_run_goes(around: str, blob: str) -> None:
    assert blob not in redact(f"{around}{blob}")


@given(
    st.text(
        st.characters(codec="ascii", categories=["Lu", "Ll", "Nd"]) | st.sampled_from("-_"), min_size=40, max_size=200
    )
)
def test_a_long_run_of_letters_and_digits_goes(blob: str) -> None:
    if any(letter.isdigit() for letter in blob[:8]):
        assert blob not in redact(f"id {blob}.")


@given(st.lists(st.text(LETTERS | st.sampled_from("-_"), min_size=12, max_size=40), min_size=3, max_size=5))
def test_a_jwt_goes(parts: list[str]) -> None:
    assert redact("x eyJ" + ".".join(parts)) == "x [REDACTED]"


@pytest.mark.parametrize(
    "text",
    [
        "Has refresh token: true",
        "Token expires in: 3600",
        "HTTP transport created successfully",
        "Parsed URL: host=localhost, port=1, protocol=http:",
        "session 3f0c2c1e-1111-4111-8111-111111111111 of /home/user/project/src/very/long/path/to/some/module/file2.py",
        "McpClientRegistrationDeferredError: Authentication required",
        "code_challenge_methods_supported",
        "Server rejected the configured Authorization header (HTTP 401). Check that the token is valid",
        "Testing basic HTTP connectivity to https://a.example/mcp",
        "mcp_tool tool error (6ms): code=tool_expected_error type=ProtocolError errorChars=44",
        "Fetched OAuth metadata with scope: a:read b",
        '{"jsonrpc":"2.0","error":{"code":-32001,"message":"Session not found"}}',
        '{"code": 401, "error": "unauthorized"}',
        '[{"code": "invalid_type", "path": ["issuer"]}]',
        r'"{\"code\":\"ECONNREFUSED\",\"errno\":-111}"',
        '{"code":"ERR_INVALID_URL"}',
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize(
    "value",
    [
        "123456",
        "401abc",
        "401-abc",
        "-1234567",
        '"Zq7yK2mN4p"',
        '"ABCDEFGH"',
        '"WDJB-MJHT"',
        '"a_good_code"',
        '"-32001a"',
    ],
)
def test_what_may_sign_somebody_in_is_no_error_code(value: str) -> None:
    assert redact(f'{{"code":{value}}}') == '{"code":"[REDACTED]"}'


def test_names_of_parameters_stay_and_some_values() -> None:
    url = (
        "https://a.example/o?response_type=code&client_id=c&code_challenge=x&code_challenge_method=S256"
        "&scope=a%3Aread+b&resource=https%3A%2F%2Fm.example%2Fmcp&state=s"
    )

    assert redact(url) == (
        "https://a.example/o?response_type=code&client_id=[REDACTED]&code_challenge=[REDACTED]"
        "&code_challenge_method=S256&scope=a%3Aread+b&resource=https%3A%2F%2Fm.example%2Fmcp&state=[REDACTED]"
    )


def test_marks_of_a_hostile_text_do_not_open_a_way_around() -> None:
    text = f"https://a.example/?code{redaction.EQUALS}x=1&state{redaction.HYPHEN}=Zqcanary"

    assert "Zqcanary" not in redact(text)


def every_step(texts: pl.Series) -> pl.Series:
    """Redact without first asking whether there is anything to redact."""
    return redaction.in_steps(texts, redaction.STEPS)


@given(
    st.lists(
        st.builds(
            lambda a, p, n, s: a + p.format(name=n, secret=s),
            AROUND,
            PLACES | JSON_PLACES,
            PARAMETERS | SECRET_NAMES,
            PLACED,
        )
        | st.builds(lambda p, r: f"{p}{r}", PREFIXES, PLACED)
        | st.text(max_size=60),
        max_size=20,
    )
)
def test_texts_that_are_passed_over_have_nothing_to_redact(texts: list[str]) -> None:
    series = pl.Series(texts, dtype=pl.String)

    assert redacted(series).to_list() == every_step(series).to_list()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(redaction, "FEW_TEXTS", 0)

        assert redacted(series).to_list() == every_step(series).to_list()


def test_samples_that_are_passed_over_have_nothing_to_redact() -> None:
    series = pl.Series([sample.text for sample in (*message_samples(), *detail_samples())])

    assert redacted(series).to_list() == every_step(series).to_list()


@given(AROUND, PLACES, PARAMETERS, PLACED)
def test_a_second_time_changes_nothing(around: str, place: str, name: str, secret: str) -> None:
    once = redact(around + place.format(name=name, secret=secret))

    assert redact(once) == once


def test_an_excerpt_is_short() -> None:
    assert capped(pl.Series(["a" * LONGEST_EXCERPT, "b" * (LONGEST_EXCERPT + 1), None])).to_list() == [
        "a" * LONGEST_EXCERPT,
        "b" * (LONGEST_EXCERPT - 1) + "…",
        None,
    ]


# Each text needs one step that no other does the work of.
WITNESSES = {
    f"https://a.example/?state{redaction.EQUALS}x": "https://a.example/?statex",
    "-----BEGIN PRIVATE KEY-----\nZqShortLine1\n-----END": "-----BEGIN PRIVATE KEY-----[REDACTED]-----END",
    "Cookie: theme Zq7yK2mN4p": "Cookie: [REDACTED]",
    "Authorization: Digest Zq7yK2mN4p": "Authorization: [REDACTED]",
    '"headers":{"User-Agent":"a/1","X-T":"Zq7yK2"}': '"headers":{"User-Agent":"a/1","X-T":"[REDACTED]"}',
    '"headers":{' + ",".join(f'"X-{n}":"Zq{n}"' for n in range(redaction.MOST_HEADERS)) + "}": (
        '"headers":{' + ",".join(f'"X-{n}":"[REDACTED]"' for n in range(redaction.MOST_HEADERS)) + "}"
    ),
    "a bearer Zq7yK2mN4p": "a bearer [REDACTED]",
    "a Basic Zq7yK2mN4p": "a Basic [REDACTED]",
    "curl -u me:Zq7yK2mN4p": "curl -u me:[REDACTED]",
    "https://me:Zq7yK2mN4p@a.example/": "https://[REDACTED]@a.example/",
    "https://a.example/?resource=m%3Fx%3DZq7yK2": "https://a.example/?resource=m[REDACTED]",
    "https://a.example/?scope=a+b": "https://a.example/?scope=a+b",
    "https://a.example/?x=Zq7yK2mN4p": "https://a.example/?x=[REDACTED]",
    "a&grant_type=refresh_token": "a&grant_type=refresh_token",
    "grant_type=urn:ietf:params:oauth:grant-type:token-exchange": (
        "grant_type=urn:ietf:params:oauth:grant-type:token-exchange"
    ),
    "error: code=tool_failed type=X": "error: code=tool_failed type=X",
    "nonce=Zq7yK2mN4p": "nonce=[REDACTED]",
    '{"error":{"code":-32001}}': '{"error":{"code":-32001}}',
    '{"sid": "Zq7yK2mN4p"}': '{"sid": "[REDACTED]"}',
    r'"{\\\"sid\\\": \\\"Zq7yK2mN4p\\\"}"': r'"{\\\"sid\\\": "[REDACTED]"}"',
    "mcp__ghp_Zq7yK2mN4p": "mcp__[REDACTED]",
    "https://a.example/?resource=state='Zq7yK2mN4p'": "https://a.example/?resource=state[REDACTED]'",
    "x-api-key: Zq7yK2mN4p": "x-api-key: [REDACTED]",
    "is ghp_Zq7yK2mN4p": "is [REDACTED]",
    'security: unknown command "Zq 7yK2"': 'security: unknown command "[REDACTED]"',
    "of 3f0c2c1e-1111-4111-8111-111111111111": "of 3f0c2c1e-1111-4111-8111-111111111111",
    "code_challenge_methods_supported_here": "code_challenge_methods_supported_here",
    f"is {'Zq7yK2mN' * 4}.Zq7yK2mN": "is [REDACTED]",
    "is Zq7yK2mN4pQr/Zq7yK2mN4pQr==": "is [REDACTED]",
}


def shown_with(steps: Sequence[redaction.Step]) -> dict[str, str]:
    texts = pl.Series(list(WITNESSES), dtype=pl.String)
    clean = redaction.in_steps(texts, steps)
    return dict(zip(texts, clean, strict=True))


def test_each_text_is_shown_as_it_should_be() -> None:
    assert shown_with(redaction.STEPS) == WITNESSES
    assert {text: redact(text) for text in WITNESSES} == WITNESSES


@pytest.mark.parametrize("number", range(len(redaction.STEPS)))
def test_a_step_that_is_taken_away_is_missed(number: int) -> None:
    without = [*redaction.STEPS[:number], *redaction.STEPS[number + 1 :]]

    assert shown_with(without) != WITNESSES


@pytest.mark.parametrize("number", range(len(redaction.STEPS)))
def test_a_step_that_is_taken_away_is_missed_where_stand_ins_are_put(
    number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shown() -> list[str]:
        return [with_stand_ins(text, lambda _, __: "stand-in")[0] for text in WITNESSES]

    whole = shown()
    monkeypatch.setattr(standing_in, "STEPS", [*redaction.STEPS[:number], *redaction.STEPS[number + 1 :]])

    assert shown() != whole


NAMES = {"notes-Zq7yK2mN4pQr8sTvWx1zAbCdEf3gHiJk": "notes-[REDACTED]", "Bearer Zq7yK2mN4p": "Bearer [REDACTED]"}
PATHS = {
    "/a/Bearer Zq7yK2mN4p/x": "/a/Bearer [REDACTED]",
    "/a/Basic Zq7yK2mN4p/x": "/a/Basic [REDACTED]",
    "/a/ghp_Zq7yK2mN4p/x": "/a/[REDACTED]",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_secret_in_a_name_goes(name: str) -> None:
    assert redact_name(name).startswith(NAMES[name])


def test_the_long_run_of_names_is_missed_when_it_is_taken_away(monkeypatch: pytest.MonkeyPatch) -> None:
    name = next(iter(NAMES))
    monkeypatch.setattr(redaction, "_replaced", lambda texts, _: texts)

    assert redact_name(name) == name


@pytest.mark.parametrize("path", PATHS)
def test_a_secret_in_a_path_goes(path: str) -> None:
    assert redact_path(path) == PATHS[path]


@pytest.mark.parametrize("number", range(len(redaction.STEPS_OF_PATHS)))
def test_a_step_of_paths_that_is_taken_away_is_missed(number: int) -> None:
    steps = [*redaction.STEPS_OF_PATHS[:number], *redaction.STEPS_OF_PATHS[number + 1 :]]
    shown = redaction.in_steps(pl.Series(list(PATHS)), steps)

    assert shown.to_list() != list(PATHS.values())


@pytest.mark.parametrize("prefix", secret_marks.PREFIXES.split("|"))
def test_each_prefix_of_an_issuer_is_known(prefix: str) -> None:
    plain = prefix.replace("[pousr]", "o").replace("[a-z][.-]", "b-").replace("\\", "")

    assert "Zq7yK2mN4p" not in redact(f"is {plain}Zq7yK2mN4p here")
