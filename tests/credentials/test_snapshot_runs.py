"""settled and runs_by_entry: a write under way is no state, and an entry that stays the same is one stretch."""

import pytest

from mcplog.credentials.snapshot_runs import runs_by_entry, settled
from mcplog.model.document import StoreDump
from tests.credentials.stores import NAME, dump, entry, ms, reading, store

GOOD = store({NAME: entry()})
OTHER = store({NAME: entry("at-2")})


def conditions(*dumps: StoreDump) -> list[tuple[float, str]]:
    return [((taken.at or 0) - ms(0), taken.snapshot.condition.value) for taken in settled(reading(*dumps).stores[0])]


@pytest.mark.parametrize(
    ("empty_at", "good_again_at", "is_state"),
    [(10, 10.004, False), (10, 12, False), (10, 12.001, True), (0, 60, False), (10, None, True)],
)
def test_an_empty_file_between_two_good_ones_is_a_write_when_it_is_short(
    empty_at: float, good_again_at: float | None, *, is_state: bool
) -> None:
    later = [] if good_again_at is None else [dump(OTHER, good_again_at)]

    found = conditions(dump(GOOD, 0), dump(b"", empty_at), *later)

    assert ((empty_at * 1000, "empty") in found) is is_state


def test_a_missing_file_between_two_good_ones_is_a_write_too() -> None:
    assert conditions(dump(GOOD, 0), dump(b"", 1, absent=True), dump(OTHER, 2)) == [(0, "ok"), (2000, "ok")]


def test_several_empty_moments_in_a_row_are_one_write() -> None:
    assert conditions(dump(GOOD, 0), dump(b"", 1), dump(b"", 1, absent=True), dump(GOOD, 2)) == [
        (0, "ok"),
        (2000, "ok"),
    ]


def test_a_damaged_file_is_never_an_ordinary_write() -> None:
    assert conditions(dump(GOOD, 0), dump(b"{", 1), dump(GOOD, 1.1)) == [(0, "ok"), (1000, "damaged"), (1100, "ok")]


def test_a_store_that_begins_empty_was_not_being_written() -> None:
    assert conditions(dump(b"", 0), dump(GOOD, 1)) == [(0, "empty"), (1000, "ok")]


def test_without_times_nothing_is_called_short() -> None:
    found = settled(reading(dump(GOOD, None), dump(b"", None), dump(OTHER, None)).stores[0])

    assert [taken.snapshot.condition.value for taken in found] == ["ok", "empty", "ok"]


def test_runs_of_an_entry_cover_all_snapshots() -> None:
    contents = [b"{}", GOOD, GOOD, b"[]", b"null", GOOD, OTHER, store({}), b"{}"]
    taken = settled(reading(*(dump(content, 10 * second) for second, content in enumerate(contents))).stores[0])

    runs = runs_by_entry(taken)[NAME]

    assert [(run.first.at, run.last.at, run.has_entry, run.before_at) for run in runs] == [
        (ms(0), ms(0), False, None),
        (ms(10), ms(20), True, ms(0)),
        (ms(30), ms(40), None, ms(20)),
        (ms(50), ms(50), True, ms(40)),
        (ms(60), ms(60), True, ms(50)),
        (ms(70), ms(80), False, ms(60)),
    ]
