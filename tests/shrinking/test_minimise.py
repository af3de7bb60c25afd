"""Delta debugging: what is left passes, and nothing of it can go alone."""

from collections.abc import Collection, Sequence

from hypothesis import given
from hypothesis import strategies as st

from mcplog.shrinking.minimise import minimised


@given(st.sets(st.integers(0, 300), max_size=12), st.integers(301, 600))
def test_what_is_needed_is_found_and_nothing_else(needed: set[int], count: int) -> None:
    def passing(choices: Sequence[Collection[int]]) -> list[bool]:
        return [needed <= set(choice) for choice in choices]

    found = minimised(range(count), passing)

    assert found == sorted(needed) or (not needed and len(found) == 1)


@given(st.integers(2, 60), st.data())
def test_what_can_only_go_in_pairs_still_leaves_what_passes(count: int, data: st.DataObject) -> None:
    needed = data.draw(st.sets(st.integers(0, count - 1), min_size=1))
    pair = data.draw(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)))

    def passing(choices: Sequence[Collection[int]]) -> list[bool]:
        return [needed <= set(one) and ((pair[0] in one) == (pair[1] in one)) for one in choices]

    found = minimised(range(count), passing)

    assert passing([found]) == [True]
    assert set(found) >= needed


def test_every_choice_is_judged_in_few_runs() -> None:
    """A run judges many choices; one for each line would take minutes."""
    runs: list[int] = []

    def passing(choices: Sequence[Collection[int]]) -> list[bool]:
        runs.append(len(choices))
        return [{7, 400, 999} <= set(choice) for choice in choices]

    assert minimised(range(1000), passing) == [7, 400, 999]
    assert len(runs) < 60


def test_nothing_and_one_thing_stay_as_they_are() -> None:
    assert minimised([], lambda _: []) == []
    assert minimised([1], lambda _: []) == [1]
