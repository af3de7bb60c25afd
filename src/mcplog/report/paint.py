"""Styled lines as text: plain, with SGR colours, or as a picture. The only module that draws with rich.

Rich is imported where it is used: its console costs 40 ms, and a pipe needs none of it.
"""

from collections.abc import Iterable
from io import StringIO
from typing import Any, Final

from mcplog.report.layout import Ink, Line, Page, plain

_STYLES: Final = {
    Ink.PLAIN: "",
    Ink.STRONG: "bold",
    Ink.FAINT: "bright_black",
    Ink.BAD: "bold red",
    Ink.GOOD: "green",
    Ink.OPEN: "yellow",
    Ink.NAME: "cyan",
}


def text(lines: Iterable[Line], page: Page) -> str:
    """Return the lines as text for `page`, each ended by a line feed; with SGR sequences when the page has colour."""
    if not page.colour:
        return plain(lines)
    return str(_drawn(lines, color_system=page.colour, width=page.columns).export_text(styles=True))


def svg(lines: Iterable[Line], page: Page, title: str) -> str:
    """Return the lines as a picture of a terminal of `page.columns` columns."""
    return str(_drawn(lines, color_system="truecolor", width=page.columns).export_svg(title=title, unique_id="mcplog"))


def _drawn(lines: Iterable[Line], **options: Any) -> Any:  # noqa: ANN401 - rich's types would import rich
    from rich.console import Console  # noqa: PLC0415 - see above
    from rich.text import Text  # noqa: PLC0415 - see above

    console = Console(file=StringIO(), record=True, force_terminal=True, legacy_windows=False, _environ={}, **options)
    for line in lines:
        row = Text(no_wrap=True, overflow="ignore")
        for piece, ink in line:
            row.append(piece, _STYLES[ink])
        row.rstrip()
        console.print(row, markup=False, emoji=False, highlight=False, soft_wrap=True)
    return console
