"""Lines of styled text, wrapped by terminal cells. Laid by hand: a rich table costs 0.8 ms a row, this does not.

A `Line` is a tuple of spans, a span a text and its ink. Nothing here is markup, and nothing knows a terminal: `plain`
joins the texts, `paint.py` hands them to rich.
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final

from msgspec import Struct

from mcplog.report.inert import inert

MIN_WIDTH: Final = 40
MAX_WIDTH: Final = 140  # a wider terminal is left empty: longer lines are harder to read
MAX_PROSE: Final = 100


class Ink(StrEnum):
    """What a span means; `paint.py` gives it a colour."""

    PLAIN = "plain"
    STRONG = "strong"
    FAINT = "faint"
    BAD = "bad"
    GOOD = "good"
    OPEN = "open"
    NAME = "name"


Span = tuple[str, Ink]
Line = tuple[Span, ...]

BLANK: Final[Line] = ()


class Glyphs(Struct, frozen=True, kw_only=True):
    """The few signs of a report that are not words; each stands beside a word that says the same."""

    dot: str = "·"
    yes: str = "✔"
    no: str = "✘"
    open: str = "?"
    log: str = "●"
    store: str = "◆"
    rail: str = "│"
    mark: str = "▶"
    more: str = "…"


ASCII_GLYPHS: Final = Glyphs(dot="-", yes="+", no="x", log="o", store="#", rail="|", mark=">", more="...")


# What a report is written with, each sign of it one cell wide.
_NARROW: Final = dict.fromkeys(map(ord, "·✔✘●◆│▶…–→×"))  # noqa: RUF001 - as the signs are


class Page(Struct, frozen=True, kw_only=True):
    """What the text is laid out for.

    Attributes:
        width: Columns, as asked for; the layout keeps to `MIN_WIDTH`..`MAX_WIDTH`.
        ascii_only: Only printable ASCII can be shown.
        colour: Rich's name of a colour system (`standard`, `256`, `truecolor`); empty for none.
    """

    width: int = 100
    ascii_only: bool = False
    colour: str = ""

    @property
    def columns(self) -> int:
        """Columns used for rows."""
        return max(MIN_WIDTH, min(self.width, MAX_WIDTH))

    @property
    def glyphs(self) -> Glyphs:
        """The signs this page can show."""
        return ASCII_GLYPHS if self.ascii_only else Glyphs()

    def span(self, text: str, ink: Ink = Ink.PLAIN) -> Span:
        """Return a span of `text` in `ink`, inert and fit for this page. Every text enters a line through here."""
        return (inert(text, ascii_only=self.ascii_only), ink)


def wrapped(spans: Iterable[Span], width: int, *, first: Line = (), rest: Line = ()) -> list[Line]:
    """Wrap spans at blanks to lines of at most `width` cells.

    Args:
        spans: The text; a word may run over several spans.
        width: Cells of a whole line, the lead included.
        first: What the first line begins with.
        rest: What each further line begins with; usually blanks.

    Returns:
        At least one line. A word that is too long is broken, after a slash when it has one.
    """
    whole = tuple(span for span in spans if span[0])
    text = "".join(part for part, _ in whole)
    room = max(8, width - cells(first))
    if text_cells(text) <= room:
        return [(*first, *whole)]
    lines = [_slice(whole, start, stop) for start, stop in _ranges(text, room, max(8, width - cells(rest)))]
    return [(*(rest if number else first), *line) for number, line in enumerate(lines)]


def cells(line: Line) -> int:
    """Return how many terminal cells a `line` takes."""
    return sum(text_cells(text) for text, _ in line)


def text_cells(text: str) -> int:
    """Return how many terminal cells a `text` takes."""
    if _is_narrow(text):
        return len(text)
    from rich.cells import cell_len  # noqa: PLC0415 - costs start-up time, and hardly a text needs it

    return cell_len(text)


def _is_narrow(text: str) -> bool:
    """Say at little cost that each character of a text takes one cell."""
    return text.isascii() or text.translate(_NARROW).isascii()


def padded(text: str, width: int) -> str:
    """Return `text` followed by blanks up to `width` cells."""
    return text + " " * max(0, width - text_cells(text))


def clipped(text: str, width: int, more: str) -> str:
    """Return `text`, its middle replaced by `more` when it is wider than `width` cells."""
    if text_cells(text) <= width:
        return text
    keep = max(2, width - text_cells(more))
    head = text[: _reach(text, 0, (keep + 1) // 2)]
    tail = text[len(text) - _reach(text[::-1], 0, keep // 2) :]
    return f"{head}{more}{tail}"


def plain(lines: Iterable[Line]) -> str:
    """Return the `lines` as text without any style, each ended by a line feed."""
    return "".join("".join(text for text, _ in line).rstrip() + "\n" for line in lines)


def _ranges(text: str, first: int, rest: int) -> Iterator[tuple[int, int]]:
    start, room = 0, first
    while start < len(text):
        stop = _break(text, start, _reach(text, start, room))
        yield start, stop
        start, room = stop, rest
        while start < len(text) and text[start] == " ":
            start += 1


def _break(text: str, start: int, limit: int) -> int:
    """Return where the line that begins at `start` ends, when at most `limit` can be reached."""
    if limit >= len(text):
        return len(text)
    blank = text.rfind(" ", start + 1, limit + 1)
    if blank > start and text[start:blank].strip():
        return blank
    slash = text.rfind("/", start + 1, limit) + 1
    end = text.find(" ", limit) if " " in text[limit:] else len(text)
    keeps_a_name = slash > start and end - slash <= limit - start
    return slash if keeps_a_name or slash > start + (limit - start) // 2 else limit


def _reach(text: str, start: int, room: int) -> int:
    """Return the index past the last character that fits into `room` cells; at least one character fits."""
    if _is_narrow(text):
        return min(len(text), start + max(1, room))
    stop, used = start, 0
    while stop < len(text):
        used += text_cells(text[stop])
        if used > room and stop > start:
            break
        stop += 1
    return stop


def _slice(spans: tuple[Span, ...], start: int, stop: int) -> Line:
    line, at = [], 0
    for text, ink in spans:
        piece = text[max(0, start - at) : max(0, stop - at)]
        if piece:
            line.append((piece, ink))
        at += len(text)
    return tuple(line)
