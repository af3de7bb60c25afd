"""Lines in the window of an absence that no known wording matches: each of them may say what is held to be missing.

    10:00:01  Saving tokens                     [token_saved]
    10:00:05  Traded the old grant for new ones  not known: a refresh in new words?
    10:00:09  HTTP Connection failed: 401       ![refresh_started] [attempt_ended]

Such a line hides nothing else: it is not taken for an event that a rule wants to see.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Final

import polars as pl

from mcplog.rules.clauses import EDGE, Clause, Sort
from mcplog.rules.ground import Ground
from mcplog.rules.matches import Match

UNRECOGNISED: Final = ("unrecognised",)


class UnreadLines:
    """Where the lines stand that no known wording matches, looked up once for all absences that have the same keys.

    Args:
        ground: The facts.
    """

    __slots__ = ("_ground", "_of_keys", "_rows")

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._rows = ground.facts.rows_of(UNRECOGNISED)
        self._of_keys: dict[tuple[str, ...], dict[int, Sequence[int]]] = {}

    def first(self, match: Match, clause: Clause) -> int | None:
        """Return the first row in the window of an absence that may be the missing event in words that nobody knows.

        Args:
            match: What was found.
            clause: One of its clauses about something missing.
        """
        if self._rows.is_empty():
            return None
        bound = [spot.row for spot in match.bound]
        before, here = match.judge.edges(clause.index) if clause.sort is Sort.MISSING else (0, len(bound) - 1)
        rows = self._alike(match.plan.keys, bound[-1])
        begin = 0 if before == EDGE else bisect_right(rows, bound[before])
        end = len(rows) if here == EDGE else bisect_left(rows, bound[here])
        span_ms = match.plan.query.maxspan_ms
        if span_ms is None or EDGE not in (before, here):
            return rows[begin] if begin < end else None
        at = self._ground.at
        return next(
            (row for row in rows[begin:end] if _may_be_within(at[row], at[bound[0]], at[bound[-1]], span_ms)), None
        )

    def _alike(self, keys: tuple[str, ...], row: int) -> Sequence[int]:
        """Return the rows that are equal to `row` in `keys`, ascending."""
        codes = self._ground.codes(keys)
        if keys not in self._of_keys:
            alike = (
                pl.DataFrame({"code": codes[self._rows], "row": self._rows}).drop_nulls().group_by("code").agg("row")
            )
            self._of_keys[keys] = dict(alike.iter_rows())
        return self._of_keys[keys].get(codes[row], ())


def _may_be_within(at: int | None, first: int | None, last: int | None, span_ms: int) -> bool:
    """Return whether a moment may lie in the span around a sequence; one that is not known may."""
    if at is None:
        return True
    return (first is None or at <= first + span_ms) and (last is None or at >= last - span_ms)
