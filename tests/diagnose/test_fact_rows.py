"""Rows of FACTS: chosen by kind, bounded from the end, placed where they stand."""

import pytest

from mcplog.diagnose.fact_rows import NO_DOCUMENT, fact_rows, matches, place_of, position_of
from mcplog.knowledge.line_patterns import LinePattern
from mcplog.model.place import Place
from tests.diagnose.given import ORIGINS, facts, of_store, row


@pytest.mark.parametrize("copies", [1, 300])
def test_rows_of_other_kinds_are_left_out_however_many_there_are(copies: int) -> None:
    told = facts(*[row("token_saved"), row("connected")] * copies)

    assert {fact.kind for fact in fact_rows(told, {"connected"})} == {"connected"}


def test_of_what_is_older_than_the_newest_rows_the_last_of_each_kind_stays() -> None:
    told = facts(row("connected"), row("token_saved"), row("token_saved"), row("refresh_started"), row("connected"))

    assert [fact.order for fact in fact_rows(told, newest=2)] == [0, 2, 3, 4]


def test_a_row_of_a_document_stands_there() -> None:
    fact = fact_rows(facts(row("connected", byte_from=7, byte_to=9)))[0]

    assert place_of(fact, ORIGINS) == Place(
        document_id=0, origin="a.txt", line_from=1, line_to=1, byte_from=7, byte_to=9
    )


def test_a_row_of_the_store_stands_in_its_snapshot() -> None:
    fact = fact_rows(facts(of_store("store_changed", state_origin="store-2.json", state_line=4)))[0]

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

    assert matches(fact_rows(facts(row("attempt_ended", None, **values)))[0], pattern) is fits


def test_a_position_is_the_row_that_does_not_stand_before_it() -> None:
    told = facts(row("connected", order=3), row("connected", order=7))

    assert [position_of(told, order) for order in (0, 3, 4, 7, 8)] == [0, 0, 1, 1, 2]
