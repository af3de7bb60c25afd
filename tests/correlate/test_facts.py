"""build_facts: one stream, its attempts and sign-ins, and what is said once about several lines."""

import polars as pl
import pytest
from msgspec.structs import replace

from mcplog.correlate import Logs, Stores, build_facts, order_stream, within
from mcplog.model.facts import Facts
from tests.correlate.given import at, line, logs, stores


def facts_of(given: Logs, held: Stores | None = None) -> Facts:
    return build_facts(order_stream(given), given, held or stores())


def told(facts: Facts, kind: str, *columns: str) -> list[tuple[object, ...]]:
    return facts.frame(["kind", *columns]).filter(pl.col("kind") == kind).select(columns).rows()


def test_the_lines_of_one_failure_are_one_result() -> None:
    given = logs(
        (
            "one",
            [
                line(0, "http_transport_initializing"),
                line(0, "connection_starting"),
                line(1, "http_connection_failed", failure="unauthorized-after-auth", http_status=401),
                line(1, "connection_error_thrown", failure="unauthorized-after-auth"),
                line(1, "connection_failed", failure="unauthorized-after-auth"),
            ],
        )
    )

    ends = told(facts_of(given), "attempt_ended", "reason", "failure", "http_status", "line_from")

    assert ends == [("failed", "unauthorized-after-auth", 401, 3)]


def test_an_attempt_without_a_result_is_open() -> None:
    given = logs(("one", [line(0, "connection_starting"), line(1, "token_returned")]))

    assert told(facts_of(given), "attempt_ended", "reason", "line_from") == [("open", 2)]


def test_authentication_required_makes_a_failure_needs_auth() -> None:
    given = logs(
        (
            "one",
            [
                line(0, "connection_starting"),
                line(1, "http_connection_failed", failure="unauthorized"),
                line(2, "authentication_required"),
            ],
        )
    )

    assert told(facts_of(given), "attempt_ended", "reason", "failure") == [("needs-auth", "unauthorized")]


def test_an_attempt_begins_with_the_first_line_that_is_there_of_its_start() -> None:
    """A paste often begins behind the line that announces the transport."""
    announced = line(1, "http_transport_initializing")
    rest = [line(2, "http_transport_options"), line(3, "connection_starting"), line(4, "http_connection_failed")]

    for given in ([announced, *rest], rest):
        facts = facts_of(logs(("one", given)))
        assert told(facts, "attempt_ended", "reason") == [("failed",)]
        assert told(facts, "http_transport_options", "attempt_id") == told(facts, "attempt_ended", "attempt_id")


def test_each_start_is_an_attempt_and_servers_do_not_mix() -> None:
    given = logs(
        (
            "one",
            [
                line(0, "connection_starting", server="a"),
                line(0, "connection_starting", server="b"),
                line(1, "connected", server="b"),
                line(2, "connection_failed", server="a", failure="dns"),
                line(3, "connection_starting", server="a"),
                line(4, "connected", server="a"),
            ],
        )
    )

    ends = told(facts_of(given), "attempt_ended", "server", "reason")

    assert ends == [("b", "connected"), ("a", "failed"), ("a", "connected")]


def test_tokens_after_a_code_exchange_are_the_sign_ins() -> None:
    given = logs(
        (
            "one",
            [
                line(0, "redirect_port_chosen"),
                line(1, "sign_in_started"),
                line(2, "code_exchange_started"),
                line(3, "token_saved"),
                line(4, "sign_in_authorized"),
                line(5, "http_transport_initializing"),
                line(6, "token_saved"),
                line(7, "proactive_refresh_attempted"),
                line(8, "token_saved"),
            ],
        )
    )
    facts = facts_of(given)

    saves = [
        *told(facts, "sign_in_saved", "line_from", "trigger"),
        *told(facts, "refresh_observed", "line_from", "trigger"),
    ]

    assert saves == [(4, None), (7, "answer-to-401"), (9, "proactive")]


def test_a_sign_in_ends_with_its_result_and_is_open_without_one() -> None:
    given = logs(
        (
            "one",
            [
                line(0, "redirect_port_chosen"),
                line(1, "sign_in_started"),
                line(2, "sign_in_redirected"),
                line(3, "redirect_port_chosen"),
                line(4, "sign_in_failed", failure="oauth-error", oauth_error="access_denied"),
                line(5, "sign_in_failed"),
            ],
        )
    )

    ends = told(facts_of(given), "flow_ended", "reason", "oauth_error", "line_from")

    assert ends == [("open", None, 3), ("failed", "access_denied", 5)]


@pytest.mark.parametrize("first", ["initial_auth_result_told", "code_exchange_started"])
def test_a_sign_in_whose_beginning_is_cut_off_begins_with_the_first_line_that_only_one_has(first: str) -> None:
    given = logs(("one", [line(0, first), line(1, "code_exchange_started"), line(2, "sign_in_failed")]))

    assert told(facts_of(given), "flow_ended", "reason", "line_from") == [("failed", 3)]


def test_a_sign_in_goes_on_with_the_lines_that_only_one_has() -> None:
    kinds = ["redirect_port_chosen", "sign_in_started", "initial_auth_result_told", "code_exchange_started"]
    given = logs(("one", [line(at_s, kind) for at_s, kind in enumerate([*kinds, "sign_in_failed"])]))

    assert told(facts_of(given), "flow_ended", "reason", "line_from") == [("failed", 5)]


def test_a_log_that_starts_late_has_a_gap_and_no_process_start() -> None:
    given = logs(("one", [line(0, "connected")]), starts_late=True)
    facts = facts_of(given)

    assert told(facts, "coverage_gap", "reason") == [("starts-late",)]
    assert told(facts, "process_started", "document_id") == []


def test_a_stored_expiry_becomes_an_event_when_it_passes() -> None:
    given = logs(("one", [line(0, "connected"), line(100, "tool_failed")]))
    held = stores({"valid_from": at(-10), "held_has_access_token": True, "held_expires_at": at(60)})

    facts = facts_of(given, held)

    assert told(facts, "access_token_expired", "event_at", "held_token_is") == [(at(60), "expired")]
    assert told(facts, "tool_failed", "held_token_is", "held_left_ms") == [("expired", -40_000)]


def test_a_token_that_no_log_saved_is_an_unexplained_write() -> None:
    given = logs(("one", [line(0, "connected"), line(50, "token_saved"), line(100, "tool_failed")]))
    held = stores(
        {"valid_from": at(0), "valid_to": at(20), "held_access_token": "AT#1", "held_has_access_token": True},
        {"valid_from": at(20), "valid_to": at(50.1), "held_access_token": "AT#2", "held_has_access_token": True},
        {"valid_from": at(50.1), "held_access_token": "AT#3", "held_has_access_token": True},
    )

    gaps = told(facts_of(given, held), "coverage_gap", "reason", "event_at")

    assert gaps == [("unexplained-write", at(20))]


def test_what_is_cut_away_by_time_is_a_gap() -> None:
    given = logs(("one", [line(0, "connected"), line(10, "tool_failed"), line(20, "tool_called")]))

    facts = within(facts_of(given), since=at(5), until=at(15))

    assert told(facts, "tool_failed", "event_at") == [(at(10),)]
    assert told(facts, "coverage_gap", "reason") == [("limit",), ("limit",)]
    assert told(facts, "connected", "event_at") == []


def test_a_request_that_timed_out_is_an_attempt_that_timed_out() -> None:
    given = logs(
        ("one", [line(0, "connection_starting"), line(60, "connection_failed", failure="request-timeout")]),
    )

    assert told(facts_of(given), "attempt_ended", "reason", "failure") == [("timeout", "request-timeout")]


def test_a_gap_stands_in_its_run_where_the_later_run_was_put_first() -> None:
    lines = [line(100, "connected"), line(110, "tool_failed"), line(0, "connected"), line(10, "tool_failed")]
    seam, cut = (
        {"document_id": 0, "line_from": 3, "line_to": 3, "byte_from": 30, "byte_to": 30, "reason": reason}
        for reason in ("another-run", "cut")
    )
    given = logs(("one", lines), gaps=[seam, cut])
    placed = given.rows.with_columns(byte_from=pl.col("line_from").cast(pl.UInt64) * 10)

    facts = facts_of(replace(given, rows=placed))

    assert ("cut", at(0)) in told(facts, "coverage_gap", "reason", "event_at")
