"""Rows of FACTS by their number, placed where they stand, and their match to a pattern."""

import pytest

from mcplog.diagnose.fact_rows import NO_DOCUMENT, FactRow, fact_rows, matches, place_of
from mcplog.knowledge.line_patterns import LinePattern
from mcplog.model.facts import Facts
from mcplog.model.place import Place
from tests.diagnose.given import ORIGINS, Values, facts, lines, of_store, row


def only(told: Values) -> FactRow:
    return fact_rows(Facts(rows=facts(told)), [0])[0]


def test_rows_are_given_by_number_once_and_in_order() -> None:
    told = Facts(rows=facts(row("connected"), row("token_saved"), row("tool_called")))

    assert [(number, one.kind) for number, one in fact_rows(told, [2, 0, 2]).items()] == [
        (0, "connected"),
        (2, "tool_called"),
    ]


def test_a_row_of_a_document_stands_there() -> None:
    fact = only(row("connected", byte_from=7, byte_to=9))

    assert place_of(fact, ORIGINS) == Place(
        document_id=0, origin="a.txt", line_from=1, line_to=1, byte_from=7, byte_to=9
    )


def test_a_row_of_the_store_stands_in_its_snapshot() -> None:
    fact = only(of_store("store_changed", state_origin="store-2.json", state_line=4))

    assert place_of(fact, ORIGINS) == Place(document_id=NO_DOCUMENT, origin="store-2.json", line_from=4, line_to=4)


@pytest.mark.parametrize(
    ("values", "fits"),
    [
        ({"reason": "needs-auth"}, True),
        ({"reason": "needs-auth", "failure": "insufficient-scope"}, False),
        ({"reason": "failed"}, False),
        ({}, False),
    ],
)
def test_a_pattern_wants_its_words_and_none_of_the_others(values: dict[str, object], fits: bool) -> None:  # noqa: FBT001 - a table of cases
    pattern = LinePattern(
        kinds=("attempt_ended",), where={"reason": ("needs-auth",)}, unless={"failure": ("insufficient-scope",)}
    )

    assert matches({"reason": None, "failure": None, **values}, pattern) is fits


def test_a_servers_row_is_the_first_that_does_not_stand_before_a_place() -> None:
    told = lines(facts(row("connected", order=3), row("connected", order=5, server="t"), row("connected", order=7)))

    assert [told.rows_from({0: order}).get(0) for order in (0, 3, 4, 7, 8)] == [0, 0, 2, 2, None]
