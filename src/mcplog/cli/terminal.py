"""What the text is laid out for: width, characters and colour of the terminal, file or pipe it goes to."""

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from mcplog.report.layout import Page

_PIPE_WIDTH: Final = 100


def page_for(output: Path | None = None, width: int | None = None) -> "Page":
    """Return the page for `output` (null: standard output) of `width` columns (null: as wide as the terminal).

    `NO_COLOR`, `FORCE_COLOR`, `COLUMNS`, `TERM` and `COLORTERM` mean what they mean elsewhere.
    """
    from mcplog.report.layout import Page

    to_screen = output is None or str(output) == "-"
    return Page(
        width=width or _width(),
        ascii_only=to_screen and not _speaks_unicode(),
        colour=_colour() if to_screen else "",
    )


def _width() -> int:
    """Return COLUMNS, or what a terminal reports, or what suits a pipe."""
    return shutil.get_terminal_size((_PIPE_WIDTH, 24)).columns


def _speaks_unicode() -> bool:
    encoding = (sys.stdout.encoding or "ascii").lower().replace("_", "-")
    return encoding in ("utf-8", "utf8", "cp65001") and os.environ.get("TERM") != "dumb"


def _colour() -> str:
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return ""
    if not (os.environ.get("FORCE_COLOR") or sys.stdout.isatty()):
        return ""
    return "truecolor" if os.environ.get("COLORTERM") in ("truecolor", "24bit") else "standard"
