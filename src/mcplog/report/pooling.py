"""Bars and marks as they fit into a lane: overlapping ones in rows, and of very many, neighbours as one."""

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec.structs import replace

from mcplog.report.lane import Bar, Mark, Tone
from mcplog.report.scale import Scale

_MOST_BARS: Final = 140  # of a lane; above, neighbours of one tone become one
_MOST_ROWS: Final = 5  # of bars that overlap
_MARK_WIDTH: Final = 0.7  # of the line: marks of one tone that are nearer are one
_TOLD: Final = 3  # of what was made one


def rowed(bars: Iterable[Bar], scale: Scale) -> tuple[Bar, ...]:
    """Return bars in rows of which none overlaps, as few as they need.

    Args:
        bars: In any order; where they are very many, neighbours become one.
        scale: The clock.
    """
    found = sorted(bars, key=lambda bar: (bar.start, bar.stop))
    if len(found) > _MOST_BARS:
        found = _pooled(found, scale)
    ends: list[float] = []
    found_rows = []
    for bar in found:
        at = scale.place(bar.start)
        row = next((number for number, end in enumerate(ends) if end <= at), len(ends))
        row = min(row, _MOST_ROWS - 1)
        ends[row : row + 1] = [scale.place(bar.stop)]
        found_rows.append(replace(bar, row=row))
    return tuple(found_rows)


def _pooled(bars: Sequence[Bar], scale: Scale) -> list[Bar]:
    """Return one bar for those of one tone that begin in the same part of the line."""
    groups: dict[tuple[int, Tone], list[Bar]] = {}
    for bar in bars:
        groups.setdefault((int(scale.place(bar.start)), bar.tone), []).append(bar)
    pooled = [_as_one(group) for group in groups.values()]
    return sorted(pooled, key=lambda bar: (bar.start, bar.stop))


def _as_one(bars: Sequence[Bar]) -> Bar:
    if len(bars) == 1:
        return bars[0]
    words = sorted({bar.label for bar in bars})
    said = f"{len(bars)} times: {', '.join(words[:_TOLD])}"
    stop = max(bar.stop for bar in bars)
    return replace(bars[0], stop=stop, label=f"{len(bars)}x", said=said, count=len(bars))


def merged(marks: Iterable[Mark], scale: Scale) -> tuple[Mark, ...]:
    """Return `marks` in order; those of one tone that would lie upon each other on `scale` are one."""
    groups: dict[tuple[int, Tone], list[Mark]] = {}
    for mark in sorted(marks, key=lambda mark: mark.at):
        groups.setdefault((int(scale.place(mark.at) / _MARK_WIDTH), mark.tone), []).append(mark)
    return tuple(sorted(map(_as_one_mark, groups.values()), key=lambda mark: mark.at))


def _as_one_mark(marks: Sequence[Mark]) -> Mark:
    if len(marks) == 1:
        return marks[0]
    words = list(dict.fromkeys(mark.said for mark in marks))
    said = "; ".join(words[:_TOLD]) + ("; …" if len(words) > _TOLD else "")
    return replace(marks[0], said=f"{len(marks)} times: {said}", count=len(marks))
