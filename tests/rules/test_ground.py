"""lay_out: rows in order, keys as numbers, gaps with the moments between which their rows were lost."""

from collections.abc import Mapping
from datetime import timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcplog.model.facts import Facts
from mcplog.rules.ground import lay_out
from tests.rules.given import START, facts, gap, row
from tests.rules.oracle import with_gap_moments
from tests.rules.test_against_oracle import rows

KINDS = ("token_saved", "connected")


def whole(*items: Mapping[str, object]) -> Facts:
    return Facts(rows=facts(*items))


def milliseconds(moment: object) -> object:
    return None if moment is None else (moment - START) // timedelta(milliseconds=1)  # type: ignore[operator] # an instant


@given(stream=st.lists(rows(), min_size=1, max_size=12))
def test_gaps_have_the_moments_that_a_plain_search_finds(stream: list[Mapping[str, object]]) -> None:
    ground = lay_out(whole(*stream), KINDS)

    told = ground.gaps.select(pl.col("row"), pl.col("lost_from", "lost_to") - int(START.timestamp() * 1_000)).rows()
    assert told == [
        (number, milliseconds(item["lost_from"]), milliseconds(item["lost_to"]))
        for number, item in enumerate(with_gap_moments(ground.facts.rows.to_dicts()))
        if item["kind"] == "coverage_gap"
    ]


def test_rows_are_numbered_by_case_and_order() -> None:
    table = facts(row("connected", 0, case_id=1), row("token_saved", 1, order=7), row("connected", 2, order=3))
    ground = lay_out(Facts(rows=table), KINDS)

    assert ground.facts.rows.select("case_id", "order").rows() == [(0, 3), (0, 7), (1, 0)]
    assert ground.rows_of(["connected", "token_saved"]).to_list() == [0, 2, 1]
    assert ground.rows_of(["tool_failed"]).to_list() == []


@pytest.mark.parametrize(
    "kinds", [KINDS, (*KINDS, *(f"refresh_{word}" for word in ("failed", "started")), *"abcdefgh")]
)
def test_few_kinds_and_many_are_found_alike(kinds: tuple[str, ...]) -> None:
    known = [kind for kind in kinds if len(kind) > 1]
    many = [*known, "tool_failed", "tool_called", "tokens_cleared", "process_ended", "evidence_ended", "expiry_told"]
    ground = lay_out(whole(row("connected", 0), row("tool_failed", 1), gap(2)), many if len(kinds) > 2 else known)

    assert ground.rows_of(["connected", "coverage_gap"]).to_list() == [0, 2]


def test_a_key_with_a_null_has_no_number() -> None:
    table = facts(
        row("connected", process_id=1, has_refresh_token=True),
        row("connected", process_id=1, has_refresh_token=True),
        row("connected", process_id=2, has_refresh_token=True),
        row("connected", process_id=1, has_refresh_token=False),
        row("connected", process_id=1),
        row("connected", server=None, process_id=1, has_refresh_token=True),
    )
    codes = lay_out(Facts(rows=table), KINDS).codes(("server", "process_id", "has_refresh_token")).to_list()

    assert codes[0] == codes[1]
    assert len(set(codes[1:4])) == 3
    assert codes[4:] == [None, None]
