"""evaluate: DESIGN's truth table first."""

import pytest

from mcplog.rules import evaluate
from tests.rules.given import documents, facts, gap, row, rule

BETWEEN = "sequence by server with maxspan=10s [token_saved] ![refresh_failed] [connected]"
BEHIND = "sequence by server with maxspan=10s [token_saved] ![refresh_failed]"
A, B, M, X = "token_saved", "connected", "refresh_failed", "tool_called"
Rows = list[dict[str, object]]


def verdict(query: str, rows: Rows) -> str:
    findings = evaluate([rule(query)], facts(*rows), documents=documents())

    assert len(findings) <= 1
    return str(findings[0].certainty) if findings else "none"


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([row(A, 0), row(B, 5)], "confirmed"),
        ([row(A, 0), row(X, 1), row(B, 5)], "confirmed"),
        ([row(A, 0), row(B, 10)], "confirmed"),
        ([row(A, 0), row(M, 2), row(B, 5)], "none"),
        ([row(A, 0), row(X, 1), row(M, 2), row(X, 3), row(B, 5)], "none"),
        ([row(A, 0), row(B, 11)], "none"),
        ([row(A, 0), row(M, 1), row(A, 2), row(B, 5)], "confirmed"),
        ([row(A, 0), gap(2), row(B, 5)], "possible"),
        ([row(A, 0), gap(2), row(M, 3), row(B, 5)], "none"),
        ([row(A, None), row(B, 5)], "possible"),
        ([row(B, 5), row(A, 6)], "none"),
        ([row(A, 0, server="other"), row(B, 5)], "none"),
        ([gap(2), row(B, 5)], "possible"),
        ([row(X, -20), gap(-19), row(X, -18), row(B, 5)], "none"),
    ],
)
def test_an_event_that_must_be_missing_between_two_others(rows: Rows, expected: str) -> None:
    assert verdict(BETWEEN, rows) == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([row(A, 0), row(X, 11)], "confirmed"),
        ([row(A, 0), row("process_ended", 11, server=None)], "confirmed"),
        ([row(A, 0), row("evidence_ended", 10)], "confirmed"),
        ([row(A, 0), row(X, 9)], "possible"),
        ([row(A, 0)], "possible"),
        ([row(A, 0), row(X, 11, server="other")], "possible"),
        ([row(A, 0), row(M, 2), row(X, 20)], "none"),
        ([row(A, 0), row(X, 1), row(M, 10), row(X, 20)], "none"),
        ([row(A, 0), row(M, 11), row(X, 20)], "confirmed"),
        ([row(A, 0), gap(2), row(X, 11)], "possible"),
        ([row(A, 0), row(X, 11), gap(12)], "confirmed"),
        ([row(A, None), row(X, 11)], "possible"),
    ],
)
def test_an_event_that_must_be_missing_behind_the_anchor(rows: Rows, expected: str) -> None:
    assert verdict(BEHIND, rows) == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([row(A, 0, process_id=1), row(B, 1, process_id=2)], "confirmed"),
        ([row(A, 0, process_id=1), row(B, 1, process_id=1)], "none"),
        ([row(A, 0, process_id=1), row(A, 1, process_id=2), row(B, 2, process_id=2)], "confirmed"),
        ([row(A, 0), row(B, 1, process_id=2)], "possible"),
        ([gap(0), row(B, 1, process_id=2)], "possible"),
        ([row(A, 0, process_id=1), row(B, 11, process_id=2)], "none"),
        ([row(A, 0, process_id=1), row(M, 1, process_id=2), row(B, 2, process_id=2)], "none"),
        ([row(A, 0, process_id=1), row(M, 1, process_id=1), row(B, 2, process_id=2)], "confirmed"),
        ([row(A, 0, process_id=1), row(M, 1), row(B, 2, process_id=2)], "possible"),
    ],
)
def test_steps_that_refer_to_each_other(rows: Rows, expected: str) -> None:
    query = """sequence by server with maxspan=10s
      [token_saved where process_id != late.process_id]
      ![refresh_failed where process_id == late.process_id]
      [connected] as late"""

    assert verdict(query, rows) == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([row(A, 0), row(A, 1), row(A, 2), row(B, 3)], "confirmed"),
        ([row(A, 0), row(A, 1), row(B, 3)], "none"),
        ([row(A, 0), gap(1), row(A, 2), row(B, 3)], "possible"),
        ([row(A, 0), row(A, 1), gap(2), row(B, 3)], "possible"),
        ([row(A, 0), row(A, 1), row("tokens_cleared", 2), row(A, 2), row(B, 3)], "none"),
        ([row(A, 0), row(A, 1), row(A, 2), row(B, 12)], "none"),
    ],
)
def test_a_step_of_several_rows(rows: Rows, expected: str) -> None:
    """A gap stands in for the whole step or for nothing of it, so two rows and a gap are possible as well."""
    query = "sequence by server with maxspan=10s [token_saved] with runs=3 [connected] until [tokens_cleared]"

    assert verdict(query, rows) == expected


@pytest.mark.parametrize(("process", "expected"), [(1, "none"), (2, "confirmed")])
def test_what_ends_a_single_step_of_several_rows_may_be_compared_with_it(process: int, expected: str) -> None:
    query = "sequence by server [token_saved] as held with runs=2 until [connected where process_id == held.process_id]"
    rows = [row(A, 0, process_id=1), row(B, 1, process_id=process), row(A, 2, process_id=1)]

    assert verdict(query, rows) == expected


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("", "confirmed"),
        (" by server", "confirmed"),
        (" by process_id", "none"),
        (" by server, held_refresh_token", "confirmed"),
    ],
)
def test_keys_hold_rows_together_and_null_keys_take_no_part(keys: str, expected: str) -> None:
    held = {"held_refresh_token": "RT#1"}
    rows = [row(A, 0, **held), row(B, 1, process_id=1, **held)]

    assert verdict(f"sequence{keys} [token_saved] [connected]", rows) == expected


@pytest.mark.parametrize(
    ("reason", "keys", "expected"),
    [
        ("unexplained-write", "server", "possible"),
        ("unexplained-write", "server, process_id", "confirmed"),
        ("cut", "server, process_id", "possible"),
    ],
)
def test_a_write_by_another_process_hides_nothing_of_this_one(reason: str, keys: str, expected: str) -> None:
    rows = [row(A, 0, process_id=1), gap(1, reason=reason), row(B, 2, process_id=1)]

    assert verdict(f"sequence by {keys} [token_saved] ![refresh_failed] [connected]", rows) == expected


@pytest.mark.parametrize(("process", "expected"), [(1, "possible"), (2, "confirmed"), (None, "possible")])
def test_a_gap_of_another_key_does_not_matter(process: int | None, expected: str) -> None:
    rows = [row(A, 0, process_id=1), gap(1, process_id=process), row(B, 2, process_id=1)]

    assert verdict("sequence by server, process_id [token_saved] ![refresh_failed] [connected]", rows) == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([row(M, 0), row(B, 10)], "none"),
        ([row(M, 0), row(B, 10.001)], "confirmed"),
        ([row(M, None), row(B, 5)], "possible"),
        ([row(M, 0), row(B, None)], "possible"),
        ([row(X, 0), row(B, None)], "confirmed"),
        ([gap(0), row(B, 5)], "possible"),
        ([gap(0), row(X, 1), row(B, 30)], "confirmed"),
        ([row(M, 0, server="other"), row(B, 5)], "confirmed"),
    ],
)
def test_an_event_that_must_be_missing_before_the_anchor(rows: Rows, expected: str) -> None:
    assert verdict("sequence by server with maxspan=10s ![refresh_failed] [connected]", rows) == expected


@pytest.mark.parametrize(
    ("second", "expected"), [(9.999, "confirmed"), (10, "confirmed"), (10.001, "none"), (None, "none")]
)
def test_maxspan_is_kept_to_the_millisecond(second: float | None, expected: str) -> None:
    rows = [row(A, 0), row(B, second)]

    assert verdict("sequence by server with maxspan=10s [token_saved] [connected] required", rows) == (
        expected if second is not None else "possible"
    )


def test_several_steps_may_be_lost_in_one_gap() -> None:
    query = "sequence by server [token_saved] [refresh_failed] [tool_called] [connected]"

    assert verdict(query, [gap(0), row(B, 5)]) == "possible"
    assert verdict(query.replace("[tool_called]", "[tool_called] required"), [gap(0), row(B, 5)]) == "none"


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [("expired", "valid", "confirmed"), ("valid", "expired", "none"), ("valid", None, "possible")],
)
def test_a_credential_test_looks_at_the_last_row_of_a_step(first: str, last: str | None, expected: str) -> None:
    query = """sequence by server [token_saved] with runs=2 as saved [connected]
credential at saved where held_token_is == "valid"
"""
    rows = [{**row(A, 0), "held_token_is": first}, {**row(A, 1), "held_token_is": last}, row(B, 2)]

    assert verdict(query, rows) == expected


def test_a_gap_hides_what_was_logged_since_the_row_before_it() -> None:
    """The gap's own moment lies behind the window, and rows of its document before that moment are lost as well."""
    rows = [row(A, 0), row(X, 5), gap(20), row(X, 30)]

    assert verdict(BEHIND, rows) == "possible"
    assert verdict(BEHIND, [row(A, 0), row(X, 11), gap(20), row(X, 30)]) == "confirmed"


def test_a_row_between_is_not_too_early_when_the_first_has_no_time() -> None:
    query = """sequence by server with maxspan=1s
      [token_saved] [connected where process_id == late.process_id] [tool_called] as late"""
    rows = [row(A, None), row(B, 0, process_id=1), row("tool_called", 2, process_id=1)]

    assert verdict(query, rows) == "possible"


@pytest.mark.parametrize("test", ["is known", "is unknown"])
def test_whether_a_lost_row_held_something_is_not_known(test: str) -> None:
    query = f"sequence by server [token_saved] as a [refresh_failed where a.tool {test}] required [connected]"

    assert verdict(query, [gap(0), row(M, 1), row(B, 2)]) == "possible"


@pytest.mark.parametrize(("second", "expected"), [(5, "possible"), (11, "confirmed")])
def test_a_gap_behind_the_anchor_counts_from_where_it_begins(second: float, expected: str) -> None:
    query = """sequence by server with maxspan=10s
      [token_saved] as a ![refresh_failed where process_id == a.process_id]"""
    rows = [row(A, 0, process_id=1), row(X, second), gap(20), row(X, 30)]

    assert verdict(query, rows) == expected
