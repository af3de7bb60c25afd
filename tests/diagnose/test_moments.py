"""The decisive minute: log and store on one clock, without noise, the decisive line marked."""

import polars as pl
import pytest

from mcplog.diagnose.moments import decisive
from mcplog.model.finding import ClauseResult, Evidence, Finding, Moment
from mcplog.model.place import Place
from mcplog.model.vocabulary import Truth
from tests.diagnose.given import ORIGINS, at, facts, finding, line, lines, of_store, row


def minute(told: pl.DataFrame, found: Finding | None, *, limit: int = 24) -> tuple[Moment, ...]:
    return decisive(lines(told), [found], ORIGINS, limit=limit)[0]


def texts(moments: tuple[Moment, ...]) -> list[str]:
    return [moment.text for moment in moments]


def test_the_line_of_the_finding_is_marked_between_log_and_store() -> None:
    told = facts(
        row("token_saved", 10, "Saving tokens"),
        row("refresh_observed", 10, "Saving tokens", line_from=1, line_to=1, trigger="answer-to-401"),
        of_store(
            "store_changed",
            10.5,
            reason="access-token-changed",
            held_access_token="AT#1",  # noqa: S106 - a fingerprint
            state_origin="store.json",
            state_line=1,
        ),
        row("http_connection_failed", 11, "HTTP Connection failed"),
        row("attempt_ended", 11, "HTTP Connection failed", line_from=4, line_to=4),
    )

    assert minute(told, finding(3)) == (
        Moment(event_at=at(10), lane="log", text="Saving tokens (refresh after a 401)", place=line(1)),
        Moment(
            event_at=at(10.5),
            lane="store",
            text="access token changed: AT#1",
            place=Place(document_id=-1, origin="store.json", line_from=1, line_to=1),
        ),
        Moment(event_at=at(11), lane="log", text="HTTP Connection failed", place=line(4), decisive=True),
    )


@pytest.mark.parametrize(("second", "is_shown"), [(69, False), (70, True), (100, True), (130, True), (131, False)])
def test_the_minute_reaches_thirty_seconds_back_and_ahead(second: int, is_shown: bool) -> None:  # noqa: FBT001 - a table of cases
    rows = [row("connected", second, "Connected"), row("connection_failed", 100, "Connection failed")]
    told = facts(*(rows if second <= 100 else reversed(rows)))

    shown = minute(told, finding(1 if second <= 100 else 0))

    assert ("Connected" in texts(shown)) is is_shown


def test_noise_and_derived_events_are_left_out() -> None:
    told = facts(
        row("environment_told", 1, "Environment: {}"),
        row("token_length_told", 1, "Token length: 3"),
        row("refresh_token_told", 1, "Has refresh token: [REDACTED]"),
        row("refresh_token_told", 1, "Has refresh token: true", has_refresh_token=True),
        row("connection_failed", 2, "Connection failed\n  at somewhere"),
        row("attempt_ended", 2, "Connection failed", line_from=5, line_to=5),
        row("process_ended", 3),
    )

    assert texts(minute(told, finding(4))) == ["Has refresh token: true", "Connection failed"]


def test_a_line_that_a_clause_rests_on_is_no_noise() -> None:
    proof = Evidence(place=line(1), kind="token_length_told", event_at=at(1), excerpt="Token length: 3", role="related")
    clause = ClauseResult(clause="[token_length_told]", truth=Truth.TRUE, evidence=(proof,))
    told = facts(row("token_length_told", 1, "Token length: 3"), row("connection_failed", 2, "Connection failed"))

    assert texts(minute(told, finding(1, clauses=(clause,)))) == ["Token length: 3", "Connection failed"]


def test_what_one_write_changed_is_one_moment() -> None:
    write = {"state_origin": "store.json"}
    told = facts(
        of_store("store_changed", 1, reason="entry-added", **write),
        of_store("store_changed", 1, reason="registration-only", **write),
        row("connection_failed", 2, "Connection failed"),
    )

    assert texts(minute(told, finding(2))) == ["entry added, registration only", "Connection failed"]


def test_what_a_log_alone_tells_of_the_store_stands_at_the_line_before() -> None:
    told = facts(row("token_returned", 1, "Returning tokens"), of_store("access_token_expired", 2))

    assert minute(told, finding(0))[1] == Moment(
        event_at=at(2), lane="store", text="the stored access token expires", place=line(1)
    )


def test_a_loop_becomes_one_row_that_says_how_often() -> None:
    saves = [row("token_saved", number, "Saving tokens") for number in range(20)]
    told = facts(*saves, row("connection_failed", 20, "Connection failed"))

    assert texts(minute(told, finding(20))) == ["Saving tokens (20 times)", "Connection failed"]


def test_a_repetition_with_the_other_lane_in_between_stays_as_it_is() -> None:
    told = facts(
        row("token_saved", 1, "Saving tokens"),
        of_store("store_changed", 2, reason="entry-added", state_origin="store.json"),
        row("token_saved", 3, "Saving tokens"),
        row("connection_failed", 4, "Connection failed"),
    )

    assert texts(minute(told, finding(3))) == [
        "Saving tokens",
        "entry added",
        "Saving tokens",
        "Connection failed",
    ]


def test_of_too_many_the_telling_and_the_near_stay() -> None:
    told = facts(
        row("connected", 1, "far"),
        row("token_returned", 2, "step"),
        row("connected", 3, "near"),
        row("connection_failed", 4, "decisive"),
    )

    assert texts(minute(told, finding(3), limit=2)) == ["near", "decisive"]


def test_without_a_clock_what_stands_near_is_shown_in_its_order() -> None:
    told = facts(row("connected", None, "first"), row("connection_failed", None, "second"))

    assert [(one.event_at, one.text, one.decisive) for one in minute(told, finding(1))] == [
        (None, "first", False),
        (None, "second", True),
    ]


def test_lines_that_go_back_some_milliseconds_stand_on_the_clock() -> None:
    told = facts(row("connected", 1.02, "later"), row("connection_failed", 1.0, "earlier"))

    assert texts(minute(told, finding(1))) == ["earlier", "later"]


def test_without_a_finding_nothing_is_decisive() -> None:
    assert minute(facts(row("connected", 1, "Connected")), None) == ()


def test_nothing_gives_nothing() -> None:
    assert minute(facts(), finding(0)) == ()


def test_a_write_that_no_log_explains_is_shown_and_other_gaps_are_not() -> None:
    told = facts(
        of_store("coverage_gap", 1, reason="unexplained-write"),
        of_store("coverage_gap", 1, reason="cut"),
        row("connection_failed", 2, "Connection failed"),
    )

    assert texts(minute(told, finding(2))) == ["a token appears that no log saved", "Connection failed"]
