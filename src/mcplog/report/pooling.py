"""Bars and marks as they fit into a lane: overlapping ones in rows, and of very many, neighbours as one."""

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec.structs import replace

from mcplog.report.lane import Bar, Mark, Tone
from mcplog.report.scale import WIDTH, Scale

_MOST_ROWS: Final = 5  # of bars that overlap
_MARK: Final = 0.7  # of the line: marks of one tone that are nearer are one
_TOLD: Final = 3  # of what was made one


def rowed(bars: Iterable[Bar], scale: Scale, most: int) -> tuple[Bar, ...]:
    """Return bars in rows of which none overlaps, as few as they need.

    Args:
        bars: In any order.
        scale: The clock.
        most: How many may stay; of more, those of one tone that begin side by side become one.
    """
    found = sorted(bars, key=lambda bar: (bar.start, bar.stop))
    if len(found) > most:
        found = _pooled(found, scale, WIDTH / (most - 1))
    ends: list[float] = []
    found_rows = []
    for bar in found:
        at = scale.place(bar.start)
        row = next((number for number, end in enumerate(ends) if end <= at), len(ends))
        row = min(row, _MOST_ROWS - 1)
        ends[row : row + 1] = [scale.place(bar.stop)]
        found_rows.append(replace(bar, row=row))
    return tuple(found_rows)


def _pooled(bars: Sequence[Bar], scale: Scale, part: float) -> list[Bar]:
    """Return one bar for those of one tone that begin in the same part of the line."""
    groups: dict[tuple[int, Tone], list[Bar]] = {}
    for bar in bars:
        groups.setdefault((int(scale.place(bar.start) / part), bar.tone), []).append(bar)
    pooled = [_as_one(group) for group in groups.values()]
    return sorted(pooled, key=lambda bar: (bar.start, bar.stop))


def _as_one(bars: Sequence[Bar]) -> Bar:
    if len(bars) == 1:
        return bars[0]
    words = sorted({bar.label for bar in bars})
    said = f"{len(bars)} times: {', '.join(words[:_TOLD])}"
    stop = max(bar.stop for bar in bars)
    return replace(bars[0], stop=stop, label=f"{len(bars)}x", said=said, count=len(bars))


def merged(marks: Iterable[Mark], scale: Scale, most: int) -> tuple[Mark, ...]:
    """Return marks in order; those of one tone that would lie upon each other are one.

    Args:
        marks: In any order.
        scale: The clock.
        most: How many of one tone there may be.
    """
    part = max(_MARK, WIDTH / (most - 1))
    groups: dict[tuple[int, Tone], list[Mark]] = {}
    for mark in sorted(marks, key=lambda mark: mark.at):
        groups.setdefault((int(scale.place(mark.at) / part), mark.tone), []).append(mark)
    return tuple(sorted(map(_as_one_mark, groups.values()), key=lambda mark: mark.at))


def _as_one_mark(marks: Sequence[Mark]) -> Mark:
    if len(marks) == 1:
        return marks[0]
    words = list(dict.fromkeys(mark.said for mark in marks))
    said = "; ".join(words[:_TOLD]) + ("; …" if len(words) > _TOLD else "")
    return replace(marks[0], said=f"{len(marks)} times: {said}", count=len(marks))
