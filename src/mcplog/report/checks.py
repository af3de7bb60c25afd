"""What a look around the machine found, as text."""

from collections.abc import Sequence

from msgspec import Struct

from mcplog.report.layout import Ink, Line, Page, padded, text_cells, wrapped
from mcplog.report.paint import text


class Check(Struct, frozen=True, kw_only=True):
    """One thing that was looked for.

    Attributes:
        name: What.
        text: What was found.
        passed: True: it is there and well; false: it is not; null: worth a word.
        hint: What to do; shown unless it passed.
        is_log: It is something that can be analysed.
    """

    name: str
    text: str
    passed: bool | None = None
    hint: str = ""
    is_log: bool = False


def checks_text(checks: Sequence[Check], page: Page) -> str:
    """Return a row for each of `checks`, laid out for `page`, with its hint when it did not pass."""
    wide = max((text_cells(check.name) for check in checks), default=0) + 2
    lines: list[Line] = []
    for check in checks:
        sign, ink = _signs(page)[check.passed]
        lead = (page.span(padded(check.name, wide), Ink.FAINT), page.span(f"{sign} ", ink))
        rest = (page.span(" " * (wide + 2)),)
        lines += wrapped([page.span(check.text)], page.columns, first=lead, rest=rest)
        if check.hint and not check.passed:
            lines += wrapped([page.span(check.hint, Ink.OPEN)], page.columns, first=rest, rest=rest)
    return text(lines, page)


def _signs(page: Page) -> dict[bool | None, tuple[str, Ink]]:
    glyphs = page.glyphs
    return {True: (glyphs.yes, Ink.GOOD), False: (glyphs.no, Ink.BAD), None: (glyphs.open, Ink.OPEN)}
