"""Where entries begin inside a line of a paste.

    2026-08-05T19:57:20.690Z [DEBUG] MCP server "s": …       with a stamp of any kind before it, or none
    …60000} [DEBUG] MCP server "s": …                        behind another entry, where soft breaks were lost
    MCP server "s": …                                        without a level
    12:01:37.827  Acquiring refresh lock (attempt 1)         with a clock's time alone

May import: model. Touches: nothing.
"""

from bisect import bisect_left, bisect_right
from typing import Final

from msgspec import Struct

from mcplog.model.vocabulary import Level, TimeBasis
from mcplog.parse.server_names import OPENING
from mcplog.parse.stamps import clock_ms, stamp_ms

LEVELS: Final = {
    "[DEBUG]": Level.DEBUG,
    "[ERROR]": Level.ERROR,
    "[INFO]": Level.INFO,
    "[WARN]": Level.WARN,
    "[debug]": Level.DEBUG,
    "[error]": Level.ERROR,
    "[info]": Level.INFO,
    "[warn]": Level.WARN,
    "[warning]": Level.WARN,
}
SUBJECTS: Final = (
    OPENING,
    'MCP server \\"',
    '"MCP server \\"',
    f'"{OPENING}',
    "[MCP] ",
    "[claudeai-mcp]",
    "mcp__",
    "mcp_tool ",
    "mcp runtime arm",
)
MARKS: Final = " \t*_`>\"'([{|,;:."
STAMP_CHARS: Final = "0123456789-:.,TZ+/XxYyMDhms[]"
STAMP_LENGTH: Final = 40
DATE_LENGTH: Final = 10
NAME_LENGTH: Final = 200
LOOK_BACK: Final = 64
OUTPUT: Final = "Server stderr: "
NO_NAMES: Final = ("server stderr", "editor -> server", "server -> editor")  # VS Code says so of whose words follow
CELL: Final = "| "
METADATA: Final = (" { metadata: ", ' {"metadata":', ' {"context":', ' {"stack":')


class Start(Struct, frozen=True, kw_only=True, gc=False):
    """The beginning of an entry in a line's content.

    Attributes:
        at: Where it begins, stamp included.
        text_at: Where its text begins, behind stamp and level.
        level: None where it has no level.
        at_ms: Epoch milliseconds of a full UTC stamp.
        basis: What its stamp is.
        is_about_mcp: Its text begins like a record about MCP; the others only end the entry before them.
    """

    at: int
    text_at: int
    level: Level
    at_ms: int | None
    basis: TimeBasis
    is_about_mcp: bool


class _Marks:
    """Where in a line things stand that many starts ask for; found once, since a line may hold thousands of entries."""

    __slots__ = ("content_at", "openings", "outputs")

    def __init__(self, text: str) -> None:
        self.content_at = len(text) - len(text.lstrip(MARKS))
        self.openings = _places_of(text, OPENING)
        self.outputs = _places_of(text, OUTPUT)

    def is_in_output(self, at: int) -> bool:
        """Return whether the entry before `at` shows what a local server printed."""
        last = bisect_left(self.openings, at) - 1
        if last < 0:
            return False
        output = bisect_left(self.outputs, self.openings[last])
        return output < len(self.outputs) and self.outputs[output] + len(OUTPUT) <= at

    def is_behind_output(self, at: int) -> bool:
        """Return whether what a local server printed stands anywhere before `at`."""
        return bool(self.outputs) and self.outputs[0] + len(OUTPUT) <= at


def starts_in(text: str) -> list[Start]:
    """Return the starts in the content of one line, from left to right."""
    marks = _Marks(text)
    found = [start for at in _level_places(text) if (start := _start_at_level(text, at, marks)) is not None]
    heads, alone = [start.at for start in found], []
    for at in marks.openings:
        head = bisect_right(heads, at) - 1
        is_free = head < 0 or found[head].text_at < at
        is_taken = head >= 0 and found[head].text_at == at
        if not is_taken and _can_stand_alone(text, at, marks, is_free=is_free):
            stamp_at, at_ms, basis = stamp_before(text, at)
            alone.append(Start(at=stamp_at, text_at=at, level=Level.NONE, at_ms=at_ms, basis=basis, is_about_mcp=True))
    return sorted([*found, *alone], key=lambda start: start.at)


def _places_of(text: str, needle: str) -> list[int]:
    places, at = [], text.find(needle)
    while at >= 0:
        places.append(at)
        at = text.find(needle, at + 1)
    return places


def stamp_before(text: str, at: int) -> tuple[int, int | None, TimeBasis]:
    """Return where a stamp before `at` begins, its epoch milliseconds and its kind; `at` itself when there is none."""
    stop = at
    while stop > 0 and text[stop - 1] in " \t":
        stop -= 1
    near = text[max(0, stop - STAMP_LENGTH) : stop]
    word = near[len(near.rstrip(STAMP_CHARS)) :]
    if not word:
        return at, None, TimeBasis.ORDER
    first = stop - len(word)
    if word[0] in "+-" and (zoned := _zoned(text[:first], word)) is not None:
        return (*zoned, TimeBasis.RECORDED)
    if _is_clock(word) and _is_date(text[max(0, first - DATE_LENGTH - 1) : first].strip()):
        return first - DATE_LENGTH - 1, None, TimeBasis.TIME_ONLY
    return (first, *_told_by(word)) if _is_stamp(word) else (at, None, TimeBasis.ORDER)


def _zoned(before: str, zone: str) -> tuple[int, int] | None:
    """Return where a date and a time that stand apart before a `zone` begin, and their epoch milliseconds."""
    parts = before[-STAMP_LENGTH:].split()[-2:]
    if len(parts) < 2 or not (_is_date(parts[0]) and _is_clock(parts[1])):  # noqa: PLR2004 - a date and a time
        return None
    at_ms = clock_ms(f"{parts[0].replace('/', '-')}T{parts[1]}{zone}")
    return None if at_ms is None else (before.rindex(parts[0]), at_ms)


def stamp_at_start(text: str) -> tuple[int, int | None, TimeBasis]:
    """Return where the text behind a leading stamp begins, with what the stamp tells; 0 when there is none."""
    word = _first_word(text)
    if _is_date(word):
        second = text[len(word) + 1 : len(word) + 1 + STAMP_LENGTH].split(" ", 1)[0]
        if not _is_clock(second):
            return 0, None, TimeBasis.ORDER
        return len(word) + len(second) + 1 + _blanks(text, len(word) + len(second) + 1), None, TimeBasis.TIME_ONLY
    if not word or not _is_stamp(word) or len(word) == len(text):
        return 0, None, TimeBasis.ORDER
    return (len(word) + _blanks(text, len(word)), *_told_by(word))


def hosted_at(text: str, at: int) -> tuple[int, str | None, Level]:
    """Return where the text of another host's line begins, its server and its level: `[tracker] [info] Started`.

    The same host wrote the level first at times: `[info] [tracker] Started`.

    Args:
        text: A line.
        at: Where it goes on behind its stamp.
    """
    first, middle, rest = text[at:].partition("] [")
    second, end, _ = rest.partition("] ")
    if not (middle and end and first.startswith("[")):
        return at, None, Level.NONE
    name, level = (second, f"{first}]") if f"{first}]" in LEVELS else (first[1:], f"[{second}]")
    if level not in LEVELS or name in NO_NAMES or not 0 < len(name) <= NAME_LENGTH:
        return at, None, Level.NONE
    return at + len(first) + len(middle) + len(second) + len(end), name, LEVELS[level]


def levelled_at(text: str, at: int) -> tuple[int, Level]:
    """Return where the text behind a level begins, `[error] Failed`, and the level; `at` itself where none stands."""
    mark, end, _ = text[at:].partition("] ")
    return (at + len(mark) + len(end), LEVELS[f"{mark}]"]) if end and f"{mark}]" in LEVELS else (at, Level.NONE)


def without_metadata(text: str) -> str:
    """Return the text of another host's line without what it appends: `Started { metadata: undefined }`."""
    ends = [at for mark in METADATA if (at := text.find(mark)) > 0]
    return text[: min(ends)] if ends else text


def _first_word(text: str) -> str:
    """Return the text up to its first blank, or up to the end of its first bracket: `[2026-…Z][4711] …`."""
    word = text[:STAMP_LENGTH].split(" ", 1)[0]
    return word[: word.index("][") + 1] if word.startswith("[") and "][" in word else word


def _blanks(text: str, at: int) -> int:
    """Return how many blanks stand behind a stamp, the side of a cell of a table among them."""
    rest = text[at:]
    bare = rest.lstrip()
    if bare.startswith(CELL):
        bare = bare.removeprefix(CELL).lstrip()
    return len(rest) - len(bare)


def _level_places(text: str) -> list[int]:
    places = []
    at = text.find("[")
    while at >= 0:
        end = text.find("]", at, at + len("[warning]"))
        if end > 0 and text[at : end + 1] in LEVELS and text[end + 1 : end + 2] in (" ", "\t"):
            places.append(at)
        at = text.find("[", at + 1)
    return places


def _start_at_level(text: str, at: int, marks: _Marks) -> Start | None:
    """Return the start whose level stands at `at`; null when it is part of another entry's text."""
    end = text.index("]", at) + 1
    text_at = end + _blanks(text, end)
    stamp_at, at_ms, basis = stamp_before(text, at)
    is_about_mcp = text.startswith(SUBJECTS, text_at)
    is_upper = text[at + 1].isupper()
    is_first = stamp_at <= marks.content_at
    is_amid = is_upper and not is_first and text[stamp_at - 1] in " *_" and not marks.is_in_output(stamp_at)
    if not (is_about_mcp or is_first or is_amid):
        return None
    return Start(
        at=stamp_at,
        text_at=text_at,
        level=LEVELS[text[at:end]],
        at_ms=at_ms,
        basis=basis,
        is_about_mcp=is_about_mcp,
    )


def _can_stand_alone(text: str, at: int, marks: _Marks, *, is_free: bool) -> bool:
    """Return whether `MCP server "` at `at` begins an entry of its own and is not part of a message."""
    if stamp_before(text, at)[0] <= marks.content_at:
        return True
    close = text.find('"', at + len(OPENING))
    before = text[max(0, at - LOOK_BACK) : at].rstrip(" *_`(")
    return (
        is_free
        and close > 0
        and text.startswith('": ', close)
        and text[at - 1] in " *_`("
        and not before.endswith((" to", "failed:", "error:", "Error:"))
        and not marks.is_behind_output(at)
    )


def _is_stamp(word: str) -> bool:
    bare = word.strip("[],")
    return _is_iso(bare) or _is_clock(bare)


def _is_iso(word: str) -> bool:
    """Return whether `word` is a date and a clock's time with a T between, digits perhaps hidden behind X."""
    if len(word) < len("0000-00-00T00:00") or word[4] != "-" or word[7] != "-" or word[10] not in "T_":
        return False
    year = word[:4]
    return word[13] in ":-" and (year.isdigit() or all(char.isdigit() or char in "Xx" for char in year))


def _is_date(word: str) -> bool:
    return len(word) == DATE_LENGTH and word[4] in "-/" and word[7] == word[4] and word[:4].isdigit()


def _is_clock(word: str) -> bool:
    """Return whether `word` is `19:57`, `19:57:20`, `19:57:20.690` or one with hidden digits."""
    parts = word.strip("[],").split(":")
    if len(parts) != 3 or len(parts[0]) not in (1, 2) or len(parts[1]) != 2:  # noqa: PLR2004 - hours, minutes, seconds
        return False
    digits = parts[0] + parts[1] + parts[2].replace(".", "").replace(",", "").rstrip("Z")
    return digits.isdigit() or (bool(digits) and all(char.isdigit() or char in "Xx" for char in digits))


def _told_by(word: str) -> tuple[int | None, TimeBasis]:
    bare = word.strip("[],")
    if "X" in bare or "x" in bare:
        return None, TimeBasis.MASKED
    at_ms = stamp_ms(bare) if len(bare) == len("0000-00-00T00:00:00.000Z") else clock_ms(bare)
    return at_ms, TimeBasis.RECORDED if at_ms is not None else TimeBasis.TIME_ONLY
