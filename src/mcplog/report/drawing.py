"""Lanes as numbers that a picture is drawn from: places in percent of the width, rows in pixels."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct

from mcplog.report.durations import duration
from mcplog.report.lane import Bar, Lane
from mcplog.report.scale import WIDTH, Scale, Tick
from mcplog.report.scene import ServerScene

ROW: Final = 24  # pixels of a row of bars
BAR: Final = 18  # pixels of a bar
MARKS: Final = 22  # pixels of a row of marks
_NARROWEST: Final = 0.35  # percent of a bar: less cannot be seen
_LETTER: Final = 0.95  # percent that a letter of a label takes, and what it takes on a telephone
_NARROW_LETTER: Final = 2.2
_TICKS: Final = 11.0  # percent between two labels


class DrawnBar(Struct, frozen=True, kw_only=True):
    """A bar: place and width in percent, top in pixels; `fits` says that its label has room on a telephone too."""

    left: float
    width: float
    top: int
    tone: str
    label: str
    fits: bool
    said: str


class DrawnMark(Struct, frozen=True, kw_only=True):
    """A mark: place in percent."""

    left: float
    tone: str
    said: str


class DrawnLane(Struct, frozen=True, kw_only=True):
    """A lane with its height in pixels; its marks lie below its bars."""

    name: str
    height: int
    bars: tuple[DrawnBar, ...]
    marks: tuple[DrawnMark, ...]
    marks_at: int


class Break(Struct, frozen=True, kw_only=True):
    """A stretch of the clock that is shortened: place and width in percent, and how long it lasts."""

    left: float
    width: float
    said: str


class Row(Struct, frozen=True, kw_only=True):
    """A bar or a mark as a row of a table."""

    lane: str
    start: str
    stop: str
    tone: str
    said: str


class Drawing(Struct, frozen=True, kw_only=True):
    """The lanes of one server, ready to be drawn.

    Attributes:
        lanes: From top to bottom.
        ticks: Labels of the clock.
        breaks: Shortened stretches.
        decisive: Place of the decisive moment, percent; null when there is none on the clock.
        decisive_label: When that was.
        jumps: Where a clock goes backwards.
        days: The days that the clock covers.
        span: How long the clock runs.
        rows: The same as a table.
    """

    lanes: tuple[DrawnLane, ...]
    ticks: tuple[Tick, ...]
    breaks: tuple[Break, ...]
    decisive: float | None
    decisive_label: str
    jumps: tuple[DrawnMark, ...]
    days: str
    span: str
    rows: tuple[Row, ...]


def drawing_of(scene: ServerScene) -> Drawing:
    """Return the lanes of a `scene` in percent and pixels."""
    scale = scene.scale
    at = scene.decisive_at
    is_on = at is not None and scale.start <= at <= scale.stop
    days = dict.fromkeys(_day(one) for one in (scale.start, scale.stop))
    return Drawing(
        lanes=tuple(_lane(lane, scale) for lane in scene.lanes),
        ticks=scale.ticks(_TICKS),
        breaks=tuple(
            Break(left=round(one.left, 2), width=round(one.right - one.left, 2), said=duration(one.stop - one.start))
            for one in scale.stretches
            if one.is_break
        ),
        decisive=scale.place(at) if at is not None and is_on else None,
        decisive_label=_time(at) if at is not None and is_on else "",
        jumps=tuple(DrawnMark(left=scale.place(one.at), tone=one.tone, said=one.said) for one in scene.jumps[:20]),
        days=" to ".join(days),
        span=duration(scale.stop - scale.start),
        rows=tuple(_rows(scene)),
    )


def _lane(lane: Lane, scale: Scale) -> DrawnLane:
    bars = tuple(_bar(bar, scale) for bar in lane.bars)
    below = lane.rows * ROW if lane.bars else 0
    height = below + (MARKS if lane.marks else 0)
    marks = tuple(DrawnMark(left=scale.place(mark.at), tone=mark.tone, said=mark.said) for mark in lane.marks)
    return DrawnLane(name=lane.name, height=height, bars=bars, marks=marks, marks_at=below + MARKS // 2)


def _bar(bar: Bar, scale: Scale) -> DrawnBar:
    left = scale.place(bar.start)
    width = max(_NARROWEST, round(scale.place(bar.stop) - left, 2))
    left = min(left, WIDTH - width)
    letters = len(bar.label) + 1.5
    return DrawnBar(
        left=round(left, 2),
        width=width,
        top=bar.row * ROW + 3,
        tone=bar.tone,
        label=bar.label if width >= letters * _LETTER else "",
        fits=width >= letters * _NARROW_LETTER,
        said=bar.said,
    )


def _rows(scene: ServerScene) -> Iterable[Row]:
    for lane in scene.lanes:
        for bar in lane.bars:
            yield Row(lane=lane.name, start=_time(bar.start), stop=_time(bar.stop), tone=bar.tone, said=bar.said)
        for mark in lane.marks:
            yield Row(lane=lane.name, start=_time(mark.at), stop="", tone=mark.tone, said=mark.said)


def _time(instant: int) -> str:
    return datetime.fromtimestamp(instant // 1000, UTC).strftime("%H:%M:%S") + f".{instant % 1000:03}"


def _day(instant: int) -> str:
    return datetime.fromtimestamp(instant // 1000, UTC).strftime("%Y-%m-%d")
