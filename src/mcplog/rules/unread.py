"""Lines in the window of an absence that no known wording matches: each of them may say what is held to be missing.

    10:00:01  Saving tokens                     [token_saved]
    10:00:05  Traded the old grant for new ones  not known: a refresh in new words?
    10:00:09  HTTP Connection failed: 401       ![refresh_started] [attempt_ended]

Such a line hides nothing else: it is not taken for an event that a rule wants to see.
"""

from typing import Final

import polars as pl

from mcplog.model.frames import constant
from mcplog.rules.clauses import EDGE, Clause, Sort
from mcplog.rules.ground import Ground
from mcplog.rules.matches import Match

UNRECOGNISED: Final = ("unrecognised",)


def unread_row(match: Match, clause: Clause, ground: Ground) -> int | None:
    """Return the first row in the window of an absence that may be the missing event in words that nobody knows.

    Args:
        match: What was found.
        clause: One of its clauses about something missing.
        ground: The facts.
    """
    rows = ground.facts.rows_of(UNRECOGNISED)
    if rows.is_empty():
        return None
    bound = [spot.row for spot in match.bound]
    before, here = match.judge.edges(clause.index) if clause.sort is Sort.MISSING else (0, len(bound) - 1)
    if before != EDGE:
        rows = rows.filter(rows > bound[before])
    if here != EDGE:
        rows = rows.filter(rows < bound[here])
    codes = ground.codes(match.plan.keys)
    rows = rows.filter(codes[rows] == codes[bound[-1]])
    span_ms = match.plan.query.maxspan_ms
    if span_ms is not None and EDGE in (before, here):
        rows = rows.filter(_within(ground.at[rows], ground.at[bound[0]], ground.at[bound[-1]], span_ms))
    return None if rows.is_empty() else int(rows[0])


def _within(at: pl.Series, first: int | None, last: int | None, span_ms: int) -> pl.Series:
    """Return which moments lie in the span around a sequence; one that is not known may."""
    is_within = constant(value=True, dtype=pl.Boolean(), height=len(at))
    if first is not None:
        is_within &= (at <= first + span_ms).fill_null(value=True)
    if last is not None:
        is_within &= (at >= last - span_ms).fill_null(value=True)
    return is_within
