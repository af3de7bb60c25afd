"""Lanes of a server as lines of a terminal: each bar has a fill of its own, so that colour is never needed.

00:36:40         00:36:45                       v
connections      ~ needs sign-in ~           xx      xxxxx       x
access token                                  ---AT#82809ffb-------
"""

from collections.abc import Iterable
from typing import Final

from mcplog.report.durations import duration
from mcplog.report.lane import Bar, Lane, Mark, Tone
from mcplog.report.layout import Ink, Line, Page, clipped, padded, text_cells, wrapped
from mcplog.report.scale import WIDTH, Scale
from mcplog.report.scene import ServerScene

_NAMES: Final = 19  # cells for the name of a lane
_TICK: Final = 14  # cells between two labels of the clock
_INKS: Final = {
    Tone.GOOD: Ink.GOOD,
    Tone.BAD: Ink.BAD,
    Tone.OPEN: Ink.OPEN,
    Tone.HELD: Ink.NAME,
    Tone.PLAIN: Ink.FAINT,
}
_FILLS: Final = {Tone.GOOD: "━", Tone.BAD: "x", Tone.OPEN: "~", Tone.HELD: "─", Tone.PLAIN: "·"}
_ASCII_FILLS: Final = {Tone.GOOD: "=", Tone.BAD: "x", Tone.OPEN: "~", Tone.HELD: "-", Tone.PLAIN: "."}
_MARK: Final = {False: "▼", True: "v"}
_Cells = list[tuple[str, Ink]]


def lane_lines(scene: ServerScene, page: Page) -> list[Line]:
    """Return the lanes of a `scene` for `page`: a clock, a row for each lane or more, and what the fills mean."""
    room = page.columns - _NAMES
    lines = [_named(page, "", _clock(page, scene, room))]
    for lane in scene.lanes:
        for number, cells in enumerate(_rows(page, lane, scene, room)):
            lines.append(_named(page, lane.name if not number else "", cells))
    return [*lines, *_legend(page, scene)]


def _named(page: Page, name: str, cells: _Cells) -> Line:
    return (page.span(padded(name, _NAMES), Ink.FAINT), *(page.span(text, ink) for text, ink in _runs(cells)))


def _runs(cells: _Cells) -> Iterable[tuple[str, Ink]]:
    """Yield neighbours of one ink as one text."""
    text, before = "", Ink.PLAIN
    for char, ink in cells:
        if ink is not before and text:
            yield text, before
            text = ""
        text, before = text + char, ink
    yield text, before


def _clock(page: Page, scene: ServerScene, room: int) -> _Cells:
    cells: _Cells = [(" ", Ink.FAINT)] * room
    decisive = _decisive(scene, room)
    for tick in scene.scale.ticks(WIDTH * _TICK / room):
        at = min(_column(tick.at, room), room - len(tick.label))
        if decisive is not None and at - 1 <= decisive <= at + len(tick.label):
            continue
        cells[at : at + len(tick.label)] = [(char, Ink.FAINT) for char in tick.label]
    if decisive is not None:
        cells[decisive] = (_MARK[page.ascii_only], Ink.BAD)
    return cells


def _decisive(scene: ServerScene, room: int) -> int | None:
    """Return the column of the decisive moment; null when it is not on this clock."""
    at = scene.decisive_at
    if at is None or not scene.scale.start <= at <= scene.scale.stop:
        return None
    return _column(scene.scale.place(at), room)


def _rows(page: Page, lane: Lane, scene: ServerScene, room: int) -> Iterable[_Cells]:
    """Yield the rows of a lane: bars that overlap in rows of their own, marks below them."""
    for row in range(lane.rows if lane.bars else 0):
        cells = _empty(page, scene, room)
        for bar in lane.bars:
            if bar.row == row:
                _draw(page, cells, bar, scene.scale)
        yield cells
    if lane.marks:
        cells = _empty(page, scene, room)
        for mark in lane.marks:
            cells[_column(scene.scale.place(mark.at), room)] = (_sign(page, mark), _INKS[mark.tone])
        yield cells


def _empty(page: Page, scene: ServerScene, room: int) -> _Cells:
    """Return a row with nothing but the breaks of the clock and the decisive moment."""
    cells: _Cells = [(" ", Ink.PLAIN)] * room
    for stretch in scene.scale.stretches:
        if stretch.is_break:
            cells[_column((stretch.left + stretch.right) / 2, room)] = (":", Ink.FAINT)
    if (decisive := _decisive(scene, room)) is not None:
        cells[decisive] = (page.glyphs.rail, Ink.BAD)
    return cells


def _draw(page: Page, cells: _Cells, bar: Bar, scale: Scale) -> None:
    fills = _ASCII_FILLS if page.ascii_only else _FILLS
    left = _column(scale.place(bar.start), len(cells))
    width = max(1, _column(scale.place(bar.stop), len(cells)) - left)
    text = fills[bar.tone] * width
    label = f" {bar.label} "
    if bar.label and text_cells(label) == len(label) <= width - 2:
        text = f"{text[0]}{label}{text[: width - 1 - len(label)]}"
    cells[left : left + width] = [(char, _INKS[bar.tone]) for char in text]


def _sign(page: Page, mark: Mark) -> str:
    glyphs = page.glyphs
    return {Tone.BAD: glyphs.no, Tone.GOOD: glyphs.log}.get(mark.tone, glyphs.store)


def _column(place: float, room: int) -> int:
    return min(room - 1, int(place * room / WIDTH))


def _legend(page: Page, scene: ServerScene) -> list[Line]:
    fills = _ASCII_FILLS if page.ascii_only else _FILLS
    words = {
        Tone.GOOD: "worked",
        Tone.HELD: "held, connected",
        Tone.BAD: "failed, refused, expired",
        Tone.OPEN: "sign-in needed, skipped, cleared",
        Tone.PLAIN: "no result seen",
    }
    used = {bar.tone for lane in scene.lanes for bar in lane.bars}
    told = [f"{fills[tone] * 2} {word}" for tone, word in words.items() if tone in used]
    if _decisive(scene, 1) is not None:
        told.append(f"{_MARK[page.ascii_only]} decisive moment")
    breaks = [duration(one.stop - one.start) for one in scene.scale.stretches if one.is_break]
    if breaks:
        told.append(f": shortened, {', '.join(breaks)} without an event")
    told += [clipped(mark.said, 60, page.glyphs.more) for mark in scene.jumps[:3]]
    lead = (page.span(" " * _NAMES),)
    return wrapped([page.span("   ".join(told), Ink.FAINT)], page.columns, first=lead, rest=lead)
