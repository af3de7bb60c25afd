"""Streams that are hard on the numbers: spans of ages, very many keys or pairs, rows in no order."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mcplog.rules import evaluate
from tests.rules.given import documents, facts, row, rule
from tests.rules.oracle import verdicts
from tests.rules.test_against_oracle import check, queries, rows

streams = st.lists(rows(), min_size=1, max_size=7)


@given(query=st.booleans().flatmap(lambda joint: queries(joint=joint)), stream=streams)
def test_moments_by_rank_give_the_same(query: str, stream: list[dict[str, object]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mcplog.rules.clock.MOST", 0)

        check(rule(query), facts(*stream))


@given(query=st.booleans().flatmap(lambda joint: queries(joint=joint)), stream=streams)
def test_keys_by_rank_give_the_same(query: str, stream: list[dict[str, object]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mcplog.rules.ground.MOST", 0)
        patch.setattr("mcplog.rules.entries.MOST", 0)

        check(rule(query), facts(*stream))


@settings(max_examples=2 * settings().max_examples)
@given(query=st.booleans().flatmap(lambda joint: queries(joint=joint)), stream=streams)
def test_rows_that_are_left_out_make_no_difference(query: str, stream: list[dict[str, object]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mcplog.rules.thinning.MANY", 0)
        patch.setattr("mcplog.rules.thinning.TIMES", 0)

        check(rule(query), facts(*stream))


@settings(max_examples=2 * settings().max_examples)
@given(query=queries(joint=True), stream=streams, most=st.sampled_from([0, 4, 100]))
def test_rows_that_no_other_agrees_with_make_no_difference(
    query: str, stream: list[dict[str, object]], most: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mcplog.rules.narrowing.MANY", 0)
        patch.setattr("mcplog.rules.narrowing.MOST_PAIRS", most)

        check(rule(query), facts(*stream))


@given(query=st.booleans().flatmap(lambda joint: queries(joint=joint)), stream=streams)
def test_kinds_that_are_looked_at_one_by_one_give_the_same(query: str, stream: list[dict[str, object]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mcplog.rules.row_truths.RARE", 0)

        check(rule(query), facts(*stream))


@given(query=queries(joint=False), stream=streams, seed=st.integers(0, 99))
def test_the_order_of_the_rows_does_not_matter(query: str, stream: list[dict[str, object]], seed: int) -> None:
    check(rule(query), facts(*stream).sample(fraction=1, shuffle=True, seed=seed))


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(query=queries(joint=True), stream=streams)
def test_what_is_confirmed_with_candidates_left_out_is_true(query: str, stream: list[dict[str, object]]) -> None:
    the_rule, table = rule(query), facts(*stream)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mcplog.rules.search.MOST_STEPS", 2)
        findings = evaluate([the_rule], table, documents=documents("a.log", "b.log"))

    sure = {(item.case_id, item.server) for item in findings if item.certainty == "confirmed"}
    assert sure <= {
        subject for subject, (level, _, _) in verdicts(the_rule.query, table).items() if level == "confirmed"
    }


def test_a_finding_that_was_cut_says_so() -> None:
    made = rule("sequence by server [token_saved where number == b.number] [connected] as b")
    stream = [row("token_saved", second) for second in range(5)] + [row("connected", 9)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mcplog.rules.search.MOST_STEPS", 3)
        (found,) = evaluate([made], facts(*stream), documents=documents())

    assert [str(item.place) for item in found.evidence] == ["a.log:6", "a.log:5"]
    assert found.clauses[-1].settled_by == (
        "a shorter piece of the log: of very many candidates the nearest were looked at"
    )


def test_stamps_ages_apart_do_not_overflow() -> None:
    ages = [datetime(year, 1, 1, second=second, tzinfo=UTC) for year in (1, 2026, 9999) for second in (0, 4 + year % 2)]
    stream = [{**row(kind), "event_at": age} for kind, age in zip(["token_saved", "connected"] * 3, ages, strict=True)]
    noise = [row("tool_failed", 0, server="t")] * 8_000
    made = rule("sequence by server with maxspan=4s [token_saved] ![tool_failed] [connected]")

    (found,) = evaluate([made], facts(*stream, *noise), documents=documents())

    assert (found.occurrences, found.first_at) == (1, ages[3])
