"""scale_of: one clock as a line, idle stretches shortened, order and ends kept."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcplog.report.durations import duration
from mcplog.report.scale import Scale, scale_of

HOUR = 3_600_000
instants = st.lists(st.integers(0, 10**12), min_size=1, max_size=60, unique=True).map(sorted)


def scale(*at: int) -> Scale:
    found = scale_of(at)
    assert found is not None
    return found


def test_without_an_instant_there_is_no_line() -> None:
    assert scale_of([]) is None


def test_a_busy_stretch_runs_evenly() -> None:
    line = scale(*range(0, 100_001, 1_000))

    assert [line.place(at) for at in (-5, 0, 25_000, 100_000, 200_000)] == [0, 0, 25, 100, 100]


def test_a_long_stretch_without_events_is_shortened_and_told() -> None:
    line = scale(0, 1_000, 2_000, 5 * HOUR, 5 * HOUR + 1_000)

    assert [(one.is_break, one.stop - one.start > HOUR) for one in line.stretches] == [
        (False, False),
        (True, True),
        (False, False),
    ]
    assert line.place(5 * HOUR) - line.place(2_000) < 50


@given(instants)
def test_later_is_never_further_left_and_the_ends_are_the_ends(at: list[int]) -> None:
    line = scale(*at)
    places = [line.place(one) for one in at]

    assert places == sorted(places)
    assert places[0] == 0
    assert places[-1] == (100 if len(at) > 1 else 0)
    assert [a.stop for a in line.stretches[:-1]] == [b.start for b in line.stretches[1:]]


@given(instants)
def test_labels_keep_their_distance(at: list[int]) -> None:
    ticks = scale(*at).ticks(9)

    assert [a for a, b in pairwise(ticks) if b.at - a.at < 9] == []


@pytest.mark.parametrize(
    ("ms", "said"),
    [
        (0, "0 ms"),
        (999, "999 ms"),
        (1_000, "1 s"),
        (4_250, "4.2 s"),
        (60_000, "1 min"),
        (200_000, "3 min 20 s"),
        (HOUR, "1 h"),
        (49 * HOUR, "2 d 1 h"),
    ],
)
def test_a_duration_is_said_in_its_two_largest_units(ms: int, said: str) -> None:
    assert duration(ms) == said
