"""When a client of some version writes its debug log."""

from typing import Final

import msgspec

from mcplog.knowledge.tables import parse_table, table_text

NAME: Final = "logging_habits.toml"


class LoggingHabit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One stretch of versions.

    Attributes:
        since: The first version it holds for; it holds up to the next row's.
        asked: There is a debug log only when it is asked for.
        how: How to get one.
        source: Where this is from.
    """

    since: str
    asked: bool
    how: str
    source: str


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    habit: tuple[LoggingHabit, ...]


def habit_of(version: str) -> LoggingHabit | None:
    """Return when a client of this version writes its debug log; null where that is not known.

    Args:
        version: `2.1.90`.

    Raises:
        KnowledgeError: The table is damaged.
    """
    habits = parse_table(table_text(NAME), _Table, name=NAME).habit
    fitting = [habit for habit in habits if _numbers(habit.since) <= _numbers(version)]
    return fitting[-1] if fitting else None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())
