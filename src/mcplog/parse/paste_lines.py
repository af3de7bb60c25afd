"""The lines of a paste without what surrounds a log in Markdown, mail and terminals.

    > [DEBUG] …          **[DEBUG] …**          - "[DEBUG] …"          │ Status: ✘ failed   │          ```shell

Marks are taken off both ends and never out of the middle, so that what is left is one stretch of the document.

May import: model. Touches: nothing.
"""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

QUOTE: Final = ">"
QUOTE_DEPTH: Final = 16
HARD_BREAK: Final = "\\"  # at the end of a line (CommonMark §6.7)
BULLETS: Final = (
    *("- ", "* ", "+ ", "• ", "– ", "— ", "‣ ", "◦ "),  # noqa: RUF001 - these are what people write
    *("├─▶ ", "╰─▶ "),  # what some programs draw before the causes of an error
)
BOX_SIDES: Final = "│┃║┆|"
BOX_EDGES: Final = "╭╮╰╯─━═┌┐└┘├┤┬┴┼╔╗╚╝╠╣"
FLATTENED: Final = "││"  # the right side of one row, the left side of the next
POINTERS: Final = ("⎿", "❯", "⏺", "●", "›", "↓", "↑")  # noqa: RUF001 - as terminals print them
FENCES: Final = ("```", "~~~")
ESCAPED_FENCE: Final = r"\`\`\`"
FENCE_WITHIN: Final = 64
QUOTED_WITHIN: Final = 16
EMPHASIS: Final = "*_"
PAIRS: Final = (('"', '"'), ("`", "`"), ("'", "'"), ("“", "”"))
CODE: Final = "`"
DOUBLE: Final = "``"
OPENINGS: Final = frozenset(opening for opening, _ in PAIRS)
NOTES: Final = ("<-", "←", "⬅", "⟵", "👈", "❌", "✅", "⚠", "# <", "// <", "<=", "<<")
ASCII_NOTE: Final = "<"  # in each of them that is ASCII
NOTE_LENGTH: Final = 160
HUGE_CHARS: Final = 1024 * 1024
NEAR_LINES: Final = 8
TELLING_WORDS: Final = (
    "MCP",
    "mcp",
    "OAuth",
    "oauth",
    "Token ",
    "tokens",
    "uthoriz",
    "refresh",
    '"debug":',
    '"error":',
)


class Line(Struct, frozen=True, kw_only=True, gc=False):
    """One line of a paste.

    Attributes:
        number: 1-based.
        start: Where its content begins in the text.
        end: One past the content's last character.
        line_start: Where the whole line begins.
        line_end: Where it ends, without its line end.
        text: The content.
        indent: Columns before the content, behind quote marks.
        is_fenced: It stands inside a fenced block.
        is_fence: It opens or closes a fenced block.
        is_boxed: It stands between the sides of a drawn box.
        pointer: The sign a terminal put before it; empty if none.
        is_item: A list's bullet was taken off.
        is_wide: Its content reaches the right side of its box, so that it may go on in the next line.
    """

    number: int
    start: int
    end: int
    line_start: int
    line_end: int
    text: str
    indent: int
    is_fenced: bool
    is_fence: bool = False
    is_boxed: bool = False
    pointer: str = ""
    is_item: bool = False
    is_wide: bool = False


def lines_of(text: str) -> Iterator[Line]:
    """Yield the lines of `text`, each without its marks.

    Of a text that is longer than any person pastes, only the lines near a word that entries have.
    """
    at, number = 0, 0
    fence: _Fence | None = None
    left, is_huge = NEAR_LINES, len(text) > HUGE_CHARS
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        number += 1
        stop = end - 1 if end > at and text[end - 1] == "\r" else end
        mark = _fence_of(text, at, stop)
        if fence is not None and fence.is_quoted and not text[at : at + QUOTED_WITHIN].lstrip(" \t").startswith(QUOTE):
            fence = None  # the quote that it stands in is over
        is_fence = mark is not None and (fence is None or mark.closes(fence))
        if is_huge:
            left = NEAR_LINES if _is_telling(text[at:stop]) else left - 1
        if left > 0:
            is_fenced = fence is not None and not is_fence
            for row in _rows_of(text, at, stop):
                yield _line(text, number, row, is_fenced=is_fenced, is_fence=is_fence)
        if is_fence:
            fence = mark if fence is None else None
        at = end + 1


def _rows_of(text: str, start: int, stop: int) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a line that were lines of a box before their ends were lost: `│ Auth: ✔   ││ URL: …`."""
    at = text.find(FLATTENED, start, stop)
    while at >= 0:
        yield start, at
        start = at + 1
        at = text.find(FLATTENED, start, stop)
    yield start, stop


def _is_telling(raw: str) -> bool:
    return any(word in raw for word in TELLING_WORDS)


def without_note(text: str) -> str:
    """Return `text` without what a reader wrote behind it: `… false      # < ---- this`, `… lock   <- 3ms`, `… ❌`."""
    if text.isascii() and ASCII_NOTE not in text:
        return text
    kept = text
    for note in NOTES:
        at = kept.rfind(note)
        if at > 0 and len(kept) - at <= NOTE_LENGTH and _stands_apart(kept, at, note):
            kept = kept[:at].rstrip()
    return kept


def _stands_apart(text: str, at: int, note: str) -> bool:
    """Return whether blanks set the note apart; an arrow needs one, a comparison or a comment two.

    What stands behind a label is no note: `Status: ⚠ needs sign-in`.
    """
    if not text[at - 1].isspace() or text[:at].rstrip().endswith(":"):
        return False
    return note not in ("<=", "<<", "# <", "// <") or text[at - 2 : at].isspace()


class _Fence(Struct, frozen=True):
    """A line of a code fence.

    Attributes:
        mark: "`" or "~".
        length: How many of them.
        is_bare: Nothing stands behind it.
        is_quoted: It stands in a quote.
    """

    mark: str
    length: int
    is_bare: bool
    is_quoted: bool

    def closes(self, opening: "_Fence") -> bool:
        """Return whether it closes the block that `opening` opened (CommonMark §4.5)."""
        is_alike = self.mark == opening.mark and self.is_quoted == opening.is_quoted
        return is_alike and self.is_bare and self.length >= opening.length


def _fence_of(text: str, start: int, stop: int) -> _Fence | None:
    """Return the fence that a line is, in a quote or the first line of a list item too; null when it is none."""
    head = text[start : min(stop, start + FENCE_WITHIN)]
    if ESCAPED_FENCE in head:
        head = head.replace("\\`", "`")
    if FENCES[0] not in head and FENCES[1] not in head:
        return None
    bare = head.lstrip(" \t>")
    is_quoted = QUOTE in head[: len(head) - len(bare)]
    item = next((bullet for bullet in BULLETS if bare.startswith(bullet)), "")
    bare = bare[len(item) :].lstrip(" \t") if item else _behind_number(bare)
    if not bare.startswith(FENCES):
        return None
    mark = bare[0]
    behind = bare.lstrip(mark)
    length = len(bare) - len(behind)
    if mark == "`" and (mark in behind or text.find(mark, start + FENCE_WITHIN, stop) >= 0):
        return None  # code within a line
    return _Fence(mark, length, is_bare=not behind.strip() and not item, is_quoted=is_quoted)


def _behind_number(bare: str) -> str:
    """Return the text behind the number of a list item, or all of it."""
    number, dot, _ = bare[:4].partition(". ")
    is_numbered = bool(dot) and number.isascii() and number.isdigit()
    return bare[len(number) + len(dot) :].lstrip(" \t") if is_numbered else bare


def _line(text: str, number: int, place: tuple[int, int], *, is_fenced: bool, is_fence: bool) -> Line:
    start, stop = place
    first, last, indent = _trimmed(text, start, stop)
    if not is_fenced and last > first and text[last - 1] == HARD_BREAK:
        first, last, indent = _trimmed(text, start, last - 1)
    quote_to = start + QUOTE_DEPTH
    while first < last and first < quote_to and text[first] == QUOTE and text[first + 1 : first + 2] in (" ", ">", ""):
        first, last, indent = _trimmed(text, first + 1, last)
    is_boxed = first < last and text[first] in BOX_SIDES
    is_wide = False
    if is_boxed:
        closed = last - first > 1 and text[last - 1] in BOX_SIDES
        inner = last - closed
        first, last, indent = _trimmed(text, first + 1, inner)
        is_wide = closed and inner - last <= 12  # noqa: PLR2004 - a word that did not fit
    elif first < last and text[first] in BOX_EDGES and all(c in BOX_EDGES or c.isspace() for c in text[first:last]):
        first = last
    pointer = ""
    if text.startswith(POINTERS, first, last):
        pointer = text[first]
        first, last, _ = _trimmed(text, first + 1, last)
    is_item = text.startswith(BULLETS, first, last) or _is_numbered(text, first, last)
    if is_item:
        first, last, _ = _trimmed(text, text.find(" ", first) + 1, last)
    first, last = _without_pairs(text, *_without_emphasis(text, first, last))
    return Line(
        number=number,
        start=first,
        end=last,
        line_start=start,
        line_end=stop,
        text=text[first:last],
        indent=indent,
        is_fenced=is_fenced,
        is_fence=is_fence,
        is_boxed=is_boxed,
        pointer=pointer,
        is_item=is_item,
        is_wide=is_wide,
    )


def _trimmed(text: str, start: int, stop: int) -> tuple[int, int, int]:
    first, last = start, stop
    while first < last and text[first].isspace():
        first += 1
    while last > first and text[last - 1].isspace():
        last -= 1
    return first, last, first - start


def _is_numbered(text: str, start: int, stop: int) -> bool:
    head = text[start : min(stop, start + 4)]
    number, dot, _ = head.partition(". ")
    return bool(dot) and number.isascii() and number.isdigit()


def _without_emphasis(text: str, first: int, last: int) -> tuple[int, int]:
    """Take `**`, `_`, `***` and mixtures off both ends; single stars and bars inside words stay."""
    while first < last and text[first] in EMPHASIS:
        first += 1
    stop = last
    while last > first and text[last - 1] in EMPHASIS:
        last -= 1
    marks = text[last:stop]
    return first, (stop if marks in ("", "_") else last)


def _without_pairs(text: str, first: int, last: int) -> tuple[int, int]:
    if first >= last or text[first] not in OPENINGS:
        return first, last
    if text.startswith(DOUBLE, first, last) and text[first:last].strip(CODE):
        while text[first + 1] == text[first] == text[last - 1] == CODE:
            first, last = first + 1, last - 1  # code within a line, set in several marks
    for opening, closing in PAIRS:
        if last - first > 1 and text[first] == opening:
            end = last - 1 if text[last - 1] in ",;" else last
            if text[end - 1] == closing and end - first > 1:
                return first + 1, end - 1
    return first, last
