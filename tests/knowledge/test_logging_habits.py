"""habit_of: when a client writes its debug log, by its version."""

import pytest

from mcplog.knowledge.logging_habits import habit_of


@pytest.mark.parametrize(
    ("version", "asked"),
    [("1.0.128", True), ("2.0.26", False), ("2.1.9", False), ("2.1.70", False), ("2.1.71", True), ("2.1.331", True)],
)
def test_a_version_has_the_habit_of_the_last_row_before_it(version: str, asked: bool) -> None:  # noqa: FBT001 - pytest's
    habit = habit_of(version)

    assert habit is not None
    assert habit.asked is asked


def test_of_an_older_version_nothing_is_said() -> None:
    assert habit_of("0.2.9") is None
