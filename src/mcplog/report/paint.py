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
    Ink.FAINT: "dim",
    Ink.BAD: "bold red",
    Ink.GOOD: "green",
    Ink.OPEN: "yellow",
    Ink.NAME: "cyan",
}

_SVG: Final = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
    <style>
    .{unique_id}-matrix {{
        font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
        font-size: {char_height}px;
        line-height: {line_height}px;
        font-variant-east-asian: full-width;
    }}
    .{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: sans-serif; }}
    {styles}
    </style>
    <defs>
    <clipPath id="{unique_id}-clip-terminal">
      <rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
    </clipPath>
    {lines}
    </defs>
    {chrome}
    <g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
    {backgrounds}
    <g class="{unique_id}-matrix" xml:space="preserve">
    {matrix}
    </g>
    </g>
</svg>
"""


def text(lines: Iterable[Line], page: Page) -> str:
    """Return the `lines` as text for `page`, each ended by a line feed; with SGR sequences when the page has colour."""
    if not page.colour:
        return plain(lines)
    return str(_drawn(lines, color_system=page.colour, width=page.columns).export_text(styles=True))


def svg(lines: Iterable[Line], page: Page, title: str) -> str:
    """Return the `lines` as a picture of a terminal of `page.columns` columns, with `title` in its bar.

    The picture names no font of the network: whoever looks at it tells nobody.
    """
    drawn = _drawn(lines, color_system="truecolor", width=page.columns)
    return str(drawn.export_svg(title=title, unique_id="mcplog", code_format=_SVG))


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
