"""Rows that no other agrees with are left out, and rows that may agree with one that is hidden are not."""

from collections.abc import Sequence

import pytest

from mcplog.model.facts import Facts
from mcplog.rules import evaluate, narrowing
from mcplog.rules.ground import lay_out
from mcplog.rules.matches import find_matches
from tests.rules.given import Values, documents, facts, gap, row, rule

SAVED, CONNECTED, FAILED = "token_saved", "connected", "refresh_failed"
THREE = "sequence by server [token_saved] as a {} [connected where process_id == a.process_id] as b {} [refresh_failed]"


@pytest.fixture(autouse=True)
def _few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(narrowing, "MANY", 0)


def verdict(query: str, rows: Sequence[Values]) -> str:
    findings = evaluate([rule(query)], facts(*rows), documents=documents())
    return str(findings[0].certainty) if findings else "none"


@pytest.mark.parametrize(
    ("first", "expected"),
    [({"process_id": 1}, "confirmed"), ({"process_id": 2}, "none"), ({}, "possible"), ({"server": "t"}, "none")],
)
def test_a_row_before_the_anchor_agrees_unless_it_surely_differs(first: Values, expected: str) -> None:
    query = "sequence by server [token_saved where process_id == b.process_id] as a [connected] as b"

    assert verdict(query, [row(SAVED, 0, **first), row(CONNECTED, 1, process_id=1)]) == expected


@pytest.mark.parametrize(("process", "expected"), [(1, "confirmed"), (2, "none"), (None, "none")])
def test_an_anchor_has_to_agree_surely(process: int | None, expected: str) -> None:
    query = "sequence by server [token_saved] as a [connected where process_id == a.process_id]"

    assert verdict(query, [row(SAVED, 0, process_id=process), row(CONNECTED, 1, process_id=1)]) == expected


def test_a_row_agrees_with_none_that_comes_on_its_other_side() -> None:
    query = "sequence by server [token_saved] as a [connected where process_id == a.process_id]"
    rows = [row(SAVED, 0, process_id=2), row(CONNECTED, 1, process_id=1), row(SAVED, 2, process_id=1)]

    assert verdict(query, rows) == "none"


@pytest.mark.parametrize(("mark", "expected"), [("", "possible"), ("required", "none")])
def test_a_row_may_agree_with_one_that_a_gap_lost(mark: str, expected: str) -> None:
    rows = [row(SAVED, 0, process_id=1), gap(1), row(CONNECTED, 2, process_id=2), row(FAILED, 3)]

    assert verdict(THREE.format(mark, "required"), rows) == expected


@pytest.mark.parametrize(("mark", "expected"), [("", "possible"), ("required", "none")])
def test_a_row_that_a_gap_lost_may_agree(mark: str, expected: str) -> None:
    rows = [row(SAVED, 0, process_id=1), row(CONNECTED, 1, process_id=2), gap(2), row(FAILED, 3)]

    assert verdict(THREE.format("required", mark), rows) == expected


def test_a_query_whose_rows_all_differ_is_not_searched() -> None:
    query = "sequence by server [token_saved] as a [connected where process_id == a.process_id]"
    table = facts(row(SAVED, 0, process_id=2), row(CONNECTED, 1, process_id=1))
    found = find_matches([rule(query).query], lay_out(Facts(rows=table), [SAVED, CONNECTED]))

    assert not found.parts


@pytest.mark.parametrize("most", [0, 3, 9])
def test_of_many_pairs_those_that_say_the_same_are_looked_at_once_and_very_many_are_searched(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(narrowing, "MOST_PAIRS", most)
    query = "sequence by server [token_saved] as a [connected where process_id == a.process_id]"
    rows = [row(SAVED, 0, process_id=1), row(CONNECTED, 1, process_id=1), row(CONNECTED, 1, process_id=2)]

    assert verdict(query, [*rows, row(SAVED, 3, process_id=2)]) == "confirmed"
