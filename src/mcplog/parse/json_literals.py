r"""Read the lines of a log out of the strings of an export in JSON.

    {"log":"[DEBUG] MCP server \"s\": …\n","stream":"stderr","time":"…"}      what containers keep, a record a line
    {"timestamp":"…","message":"2026-11-25T00:36:43.901Z [DEBUG] …"}          what viewers of logs give
    ["2026-11-25T00:36:43.901Z [DEBUG] …", …]                                 an array of lines
    {"messages":[{"text":"```2026-11-25T00:36:43.901Z [DEBUG] …\n…```"}]}     what a chat exports

Strings are read one by one, wherever they stand: the export may be cut off, and it may be of any form. The lines are
those of the strings whose key most records have.

May import: model. Touches: nothing.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

import polars as pl
from msgspec import Struct
from msgspec.structs import replace

from mcplog.model.half_characters import with_whole_characters
from mcplog.parse.formats import LEVEL_STARTS
from mcplog.parse.held_lines import HELD
from mcplog.parse.places import TextPlaces

DECODER: Final = json.JSONDecoder(strict=False)
OPENINGS: Final = ("{", "[")
INNER: Final = frozenset('{["')
FENCE: Final = "```"
BLANKS: Final = " \t\r\n"
LINE_ENDS: Final = ("\\n", "\\u000a", "\\u000A")  # as JSON spells one


class _Part(Struct, frozen=True, gc=False):
    """A line of a string.

    Attributes:
        text: The line.
        start: Where it stands in the export, in characters.
        end: One past it.
        is_exact: It stands there as it is.
        is_ended: A line end stands behind it.
    """

    text: str
    start: int
    end: int
    is_exact: bool
    is_ended: bool


def is_export(text: str) -> bool:
    """Return whether `text`, the beginning of a document, is JSON whose strings hold records of a debug file."""
    bare = text.lstrip()
    if not bare.startswith(OPENINGS) or bare.startswith(LEVEL_STARTS):
        return False
    inner = bare[1:].lstrip()[:1]
    return inner in INNER and any(level in text for level in LEVEL_STARTS)


def exported_lines(data: bytes, skip: int) -> pl.DataFrame:
    """Return HELD: the lines that the strings of an export hold.

    Args:
        data: The export.
        skip: The byte of its document at which it begins.
    """
    text = data.decode("utf-8", "surrogateescape")
    strings = list(_strings(text))
    counts = Counter(key for key, value, _, _ in strings if any(level in value for level in LEVEL_STARTS))
    if not counts:
        return pl.DataFrame(schema=HELD)
    (key, _), *_ = counts.most_common(1)
    chosen = [(value, start, end) for of, value, start, end in strings if of == key and not value.isdigit()]
    is_stream = 2 * sum(value.endswith("\n") for value, _, _ in chosen) > len(chosen)
    parts = [part for value, start, end in chosen for part in _parts(text, value, start, end)]
    return _placed(_joined(parts) if is_stream else parts, text, skip)


def _strings(text: str) -> Iterator[tuple[str, str, int, int]]:
    """Yield each string that is no key: the key before it, what it says, and where it stands, quotes included."""
    key, at = "", text.find('"')
    while at >= 0:
        try:
            value, end = DECODER.raw_decode(text, at)
        except ValueError:
            return
        value = with_whole_characters(value)
        if _goes_on_with(text, end, ":"):
            key = value
        else:
            yield key, value, at, end
        at = text.find('"', end)


def _goes_on_with(text: str, at: int, sign: str) -> bool:
    while text[at : at + 1] and text[at] in BLANKS:
        at += 1
    return text.startswith(sign, at)


def _parts(text: str, value: str, start: int, end: int) -> Iterator[_Part]:
    """Yield the lines of the string that stands at `start` to `end`, each with its own place."""
    lines = value.split("\n")
    places = _places(text, start + 1, end - 1)
    for number, (line, (first, last)) in enumerate(zip(lines, places, strict=True)):
        is_last = number == len(lines) - 1
        if is_last and number and not line:
            return
        bare = line if number else line.removeprefix(FENCE)
        behind_fence = first + len(line) - len(bare)
        whole, bare = bare, bare.removesuffix(FENCE) if is_last else bare
        before_fence = last - len(whole) + len(bare)
        is_exact = text[behind_fence:before_fence] == bare
        yield _Part(bare.rstrip("\r"), behind_fence, before_fence, is_exact, is_ended=not is_last)


def _places(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    r"""Yield where each line of a string stands: a line end is spelled, or stands there although it may not."""
    begin = at = start
    slash = raw = start - 1
    while at < end:
        slash = slash if slash >= at else _next(text, "\\", at, end)
        raw = raw if raw >= at else _next(text, "\n", at, end)  # a long string has none: it is looked for once
        size = next((len(sign) for sign in LINE_ENDS if text.startswith(sign, slash)), 0) if slash < raw else 1
        at = min(slash, raw)
        if size and at < end:
            yield begin, at
            begin = at + size
        at += size or 2
    yield begin, end


def _next(text: str, sign: str, at: int, end: int) -> int:
    found = text.find(sign, at, end)
    return end if found < 0 else found


def _joined(parts: Sequence[_Part]) -> list[_Part]:
    """Return the lines of a stream: a line without an end goes on in the next string."""
    found: list[_Part] = []
    begun: list[_Part] = []
    for part in parts:
        begun.append(part)
        if part.is_ended:
            found.append(_whole(begun))
            begun = []
    return [*found, _whole(begun)] if begun else found


def _whole(parts: Sequence[_Part]) -> _Part:
    first, *others = parts
    return replace(first, text="".join(part.text for part in parts), is_exact=False) if others else first


def _placed(parts: Sequence[_Part], text: str, skip: int) -> pl.DataFrame:
    """Return HELD lines of `parts`, whose places are those in `text`."""
    rows, places = [], TextPlaces(text, skip)
    for part in parts:
        line, byte_from = places.at(part.start)
        line_to, byte_to = places.at(part.end)
        rows.append((part.text, line, line_to, byte_from, byte_to, part.is_exact, None))
    return pl.DataFrame(rows, schema=HELD, orient="row")
