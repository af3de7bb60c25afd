"""What the store held: said in facts where it is known, and said to be unknown, with the reason, where it is not."""

import polars as pl
import pytest

from mcplog.diagnose.held import at_moments, span
from mcplog.model.finding import Finding, HeldCredential
from mcplog.model.place import Place
from tests.diagnose.given import ORIGINS, Values, at, facts, finding, line, lines, of_store, row, states

HELD: Values = {
    "credential_key": "0:s|aa",
    "store_id": 0,
    "valid_from": at(0),
    "uncertainty_ms": 21,
    "source": ["snapshot", "log"],
    "held_condition": "ok",
    "held_entry": True,
    "held_has_access_token": True,
    "held_access_token": "AT#1",
    "held_has_refresh_token": True,
    "held_refresh_token": "RT#1",
    "held_has_client_id": True,
    "held_client_id": "CI#1",
    "held_scope": ["read", "write"],
    "held_expires_at": at(3_600),
    "held_left_ms": 3_590_000,
    "held_token_is": "valid",
    "held_token_shape": "jwt",
    "held_jwt_issuer": "https://id.example/tenant",
    "held_jwt_audience": ["https://s.example/mcp?key=1"],
    "held_jwt_audience_fits": False,
    "held_jwt_expires_at": at(3_630),
    "state_origin": "store.json",
    "state_line": 3,
}
REFUSED = row("attempt_ended", 10, failure="unauthorized-after-auth", **HELD)
END = of_store("evidence_ended", 60, **HELD)


def held_of(seen: pl.DataFrame, known: pl.DataFrame, found: Finding | None) -> tuple[HeldCredential, ...]:
    return at_moments(lines(seen), known, [found], ORIGINS)[0]


def told(held: tuple[HeldCredential, ...]) -> dict[str, str]:
    return dict(held[0].facts)


def test_the_moment_of_the_refusal_is_told_in_facts_and_fingerprints() -> None:
    assert held_of(facts(REFUSED, END), states(), finding(0)) == (
        HeldCredential(
            moment="when refused",
            event_at=at(10),
            known=True,
            facts=(
                ("access token", "AT#1, 59 min left"),
                ("refresh token", "RT#1"),
                ("client", "CI#1"),
                ("scope", "read write"),
                ("issuer", "id.example"),
                ("audience", "https://s.example/mcp, is not this server"),
                ("expires", "2026-11-25 13:00:00"),
                ("token", "JWT, read without verification"),
                ("known from", "the store and the log, since 2026-11-25 12:00:00, give or take 21 ms"),
            ),
            place=Place(document_id=-1, origin="store.json", line_from=3, line_to=3),
        ),
    )


def test_the_end_is_told_where_another_state_is_held() -> None:
    wiped = of_store(
        "evidence_ended",
        60,
        **{
            **HELD,
            "valid_from": at(20),
            "held_has_access_token": False,
            "held_access_token": None,
            "held_token_is": "wiped",
            "held_has_refresh_token": False,
            "held_refresh_token": None,
        },
    )

    held = held_of(facts(REFUSED, wiped), states(), finding(0))

    assert [one.moment for one in held] == ["when refused", "at the end"]
    assert dict(held[1].facts)["access token"] == "none: there was one before"
    assert dict(held[1].facts)["refresh token"] == "none"


def test_without_a_finding_the_end_alone_is_told() -> None:
    assert [one.moment for one in held_of(facts(REFUSED, END), states(), None)] == ["at the end"]


@pytest.mark.parametrize(
    ("change", "name", "text"),
    [
        ({"held_left_ms": -889_000}, "access token", "AT#1, expired 14 min before"),
        ({"held_left_ms": None, "held_expires_at": None}, "access token", "AT#1, no expiry stored"),
        (
            {"held_left_ms": None, "held_access_token": None},
            "access token",
            "there is one, expiry not known",
        ),
        ({"held_expires_is_zero": True}, "access token", "AT#1, stored as expired (expiresAt is 0)"),
        ({"held_has_access_token": False, "held_access_token": None}, "access token", "none"),
        ({"held_has_refresh_token": None, "held_refresh_token": None}, "refresh token", "not known"),
        ({"held_has_client_secret": True}, "client", "CI#1, with a secret"),
        ({"held_scope": []}, "scope", "empty"),
        ({"held_step_up_scope": ["admin"]}, "scope", "read write; asked for: admin"),
        ({"held_jwt_audience_fits": True}, "audience", "https://s.example/mcp, fits this server"),
        (
            {"held_jwt_expires_at": at(7_200)},
            "expires",
            "2026-11-25 13:00:00 in the store, 2026-11-25 14:00:00 says the token",
        ),
        ({"held_condition": "damaged"}, "store", "damaged: no JSON object; the client reads that as no tokens"),
        (
            {"held_jwt_clock_ahead_ms": 599_000},
            "clock",
            "the token was issued by a clock that is 9 min ahead of this machine's",
        ),
        ({"uncertainty_ms": None}, "known from", "the store and the log, at the latest since 2026-11-25 12:00:00"),
        ({"uncertainty_ms": 0, "source": ["log"]}, "known from", "the log, since 2026-11-25 12:00:00"),
    ],
)
def test_a_fact_is_said_in_words(change: dict[str, object], name: str, text: str) -> None:
    held = held_of(facts(row("attempt_ended", 10, **{**HELD, **change})), states(), finding(0))

    assert told(held)[name] == text


@pytest.mark.parametrize(
    "change",
    [{"held_jwt_clock_ahead_ms": -90_000}, {"held_jwt_clock_ahead_ms": 59_000}, {"held_jwt_clock_ahead_ms": None}],
)
def test_a_clock_that_is_not_ahead_is_not_told(change: dict[str, object]) -> None:
    held = held_of(facts(row("attempt_ended", 10, **{**HELD, **change})), states(), finding(0))

    assert "clock" not in told(held)


@pytest.mark.parametrize(
    ("second", "known", "reason"),
    [
        (None, (), "the line has no time, and the log alone does not tell"),
        (10, (), "no store was read that has an entry of this server, and the log tells of no token"),
        (10, ({"valid_from": at(20)},), "the first thing known of the store is of 2026-11-25 12:00:20"),
        (10, ({"valid_from": at(1), "valid_to": at(2)},), "nothing in store or log tells it for this moment"),
    ],
)
def test_what_is_not_known_is_said_so_with_the_reason(
    second: int | None, known: tuple[Values, ...], reason: str
) -> None:
    held = held_of(facts(row("token_absent", second)), states(*known), finding(0))

    assert held == (
        HeldCredential(
            moment="when the client read no token",
            event_at=None if second is None else at(second),
            known=False,
            facts=(("because", reason),),
        ),
    )


def test_a_local_server_is_not_asked_for_its_tokens() -> None:
    assert held_of(facts(row("server_stderr", 1), row("attempt_ended", 2)), states(), finding(1)) == ()


def test_what_a_log_alone_tells_stands_at_its_line() -> None:
    alone = {**HELD, "state_origin": None, "source": ["log"]}

    assert held_of(facts(row("refresh_failed", 10, **alone)), states(), finding(0))[0].place == line(1)


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        (0, "0 ms"),
        (999, "999 ms"),
        (1_000, "1 s"),
        (59_999, "59 s"),
        (60_000, "1 min"),
        (3_600_000, "1 h"),
        (172_799_000, "47 h 59 min"),
        (172_800_000, "2 days"),
    ],
)
def test_a_duration_is_said_as_a_person_would(milliseconds: int, text: str) -> None:
    assert span(milliseconds) == text
