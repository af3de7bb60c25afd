"""What a lane is made of: bars, which last, and marks, which do not."""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct


class Tone(StrEnum):
    """What a bar or a mark means; a format gives it a colour and a word."""

    GOOD = "good"
    BAD = "bad"
    OPEN = "open"
    HELD = "held"
    PLAIN = "plain"


class Bar(Struct, frozen=True, kw_only=True):
    """A stretch of time of one lane.

    Attributes:
        start: First instant, milliseconds since the epoch.
        stop: Last instant.
        tone: What it means.
        label: A word to write into it; empty for none.
        said: A sentence on it.
        row: Which of the rows of the lane it lies in, for bars that overlap.
        count: How many it stands for.
    """

    start: int
    stop: int
    tone: Tone
    label: str
    said: str
    row: int = 0
    count: int = 1


class Mark(Struct, frozen=True, kw_only=True):
    """An instant of one lane; `count` says how many it stands for."""

    at: int
    tone: Tone
    said: str
    count: int = 1


class Lane(Struct, frozen=True, kw_only=True):
    """Bars and marks of one subject."""

    name: str
    bars: tuple[Bar, ...] = ()
    marks: tuple[Mark, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows its bars take."""
        return 1 + max((bar.row for bar in self.bars), default=0)


def milliseconds(moment: datetime) -> int:
    """Return an instant as milliseconds since the epoch."""
    return round(moment.timestamp() * 1000)
