"""One clock as a line from 0 to 100: long stretches without an event are shortened, and each is told.

events   ▪▪▪ ▪      ▪▪                                ▪▪▪▪
line     0 ────────────┤ 3 h 12 min without events ├──── 100
"""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final

from msgspec import Struct

WIDTH: Final = 100.0
_BREAK: Final = 3.0  # of the line, for a stretch that is shortened
_NARROWEST: Final = 5.0  # of the line, for a stretch between two breaks
_MOST_BREAKS: Final = 7
_LEAST_IDLE_MS: Final = 20_000  # shorter stretches are left as they are
_LEAST_SHARE: Final = 0.08  # of all the time, likewise
_STEPS_MS: Final = (
    *(1, 2, 5, 10, 20, 50, 100, 200, 500),
    *(second * 1000 for second in (1, 2, 5, 10, 15, 30)),
    *(minute * 60_000 for minute in (1, 2, 5, 10, 15, 30)),
    *(hour * 3_600_000 for hour in (1, 2, 3, 6, 12, 24, 48, 168, 720)),
)


class Stretch(Struct, frozen=True, kw_only=True):
    """A part of the line that runs evenly.

    Attributes:
        start: First instant, milliseconds since the epoch.
        stop: Last instant.
        left: Where it begins on the line, 0 to 100.
        right: Where it ends.
        is_break: Nothing was logged in it, and it is shortened.
    """

    start: int
    stop: int
    left: float
    right: float
    is_break: bool = False


class Tick(Struct, frozen=True, kw_only=True):
    """A labelled place of the line; `is_minor` ones may be left out where there is little room."""

    at: float
    label: str
    is_minor: bool


class Scale(Struct, frozen=True, kw_only=True):
    """The line, in order from left to right."""

    stretches: tuple[Stretch, ...]

    @property
    def start(self) -> int:
        """First instant, milliseconds since the epoch."""
        return self.stretches[0].start

    @property
    def stop(self) -> int:
        """Last instant."""
        return self.stretches[-1].stop

    def place(self, instant: int) -> float:
        """Return where an `instant` lies, 0 to 100; what is before or after the line lies at its end."""
        inside = min(max(instant, self.start), self.stop)
        number = max(0, bisect_right([one.start for one in self.stretches], inside) - 1)
        one = self.stretches[number]
        share = (inside - one.start) / max(1, one.stop - one.start)
        return round(one.left + share * (one.right - one.left), 2)

    def ticks(self, least: float) -> tuple[Tick, ...]:
        """Return labelled places at even times, at least `least` of the line apart."""
        found: list[Tick] = []
        for one in self.stretches:
            if one.is_break:
                continue
            step = _step(one, least)
            first = -(-one.start // step) * step
            for number, instant in enumerate(range(first, one.stop + 1, step)):
                at = self.place(instant)
                if at > WIDTH - least / 2 or (found and at - found[-1].at < least):
                    continue
                found.append(Tick(at=at, label=_label(instant, step), is_minor=bool(number % 2)))
        return tuple(found)


def scale_of(instants: Sequence[int]) -> Scale | None:
    """Return the line for events.

    Args:
        instants: When events were logged, in order, milliseconds since the epoch.

    Returns:
        A line from the first to the last with the longest idle stretches shortened; null when there are no instants.
    """
    if not instants:
        return None
    start, stop = instants[0], max(instants[-1], instants[0] + 1)
    return Scale(stretches=_laid(_cut(start, stop, _idle(instants, stop - start))))


def _idle(instants: Sequence[int], span: int) -> list[tuple[int, int]]:
    least = max(_LEAST_IDLE_MS, int(span * _LEAST_SHARE))
    gaps = [(a, b) for a, b in pairwise(instants) if b - a >= least]
    return sorted(sorted(gaps, key=lambda gap: gap[0] - gap[1])[:_MOST_BREAKS])


def _cut(start: int, stop: int, idle: Sequence[tuple[int, int]]) -> list[tuple[int, int, bool]]:
    """Return the stretches; a little of an idle one stays with its neighbours, so that they have an end."""
    busy = stop - start - sum(b - a for a, b in idle)
    parts, at = [], start
    for gap_from, gap_to in idle:
        rim = max(1, min(busy, gap_to - gap_from) // 20)
        parts += [(at, gap_from + rim, False), (gap_from + rim, gap_to - rim, True)]
        at = gap_to - rim
    return [*parts, (at, stop, False)]


def _laid(parts: Sequence[tuple[int, int, bool]]) -> tuple[Stretch, ...]:
    live = [max(1, b - a) for a, b, is_break in parts if not is_break]
    room = WIDTH - _BREAK * (len(parts) - len(live)) - _NARROWEST * len(live)
    at, laid = 0.0, []
    for a, b, is_break in parts:
        width = _BREAK if is_break else _NARROWEST + room * max(1, b - a) / sum(live)
        laid.append(Stretch(start=a, stop=b, left=at, right=at + width, is_break=is_break))
        at += width
    return tuple(laid)


def _step(stretch: Stretch, least: float) -> int:
    wanted = (stretch.stop - stretch.start) * least / max(0.01, stretch.right - stretch.left)
    return next((step for step in _STEPS_MS if step >= wanted), _STEPS_MS[-1])


def _label(instant: int, step: int) -> str:
    moment = datetime.fromtimestamp(instant / 1000, UTC)
    if step < 1000:  # noqa: PLR2004 - a second
        return moment.strftime("%H:%M:%S.") + f"{instant % 1000:03}"
    if step < 60_000:  # noqa: PLR2004 - a minute
        return moment.strftime("%H:%M:%S")
    is_midnight = moment.hour == moment.minute == 0
    return moment.strftime("%m-%d" if is_midnight else "%H:%M")
