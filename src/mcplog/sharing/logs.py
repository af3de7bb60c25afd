"""A log as it may be shown to others. Its lines stay where they are, so that a proof still names the right ones.

    2026-11-25T00:36:26.915Z [DEBUG] Broken symlink … at path: /home/dana/falcon/.claude/settings.json
    2026-11-25T00:36:26.915Z [DEBUG] (other)

Of a debug log only what is about MCP is kept: prompts, commands and paths of the user stand between.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Final

import polars as pl
from msgspec import Struct

from mcplog.model.document import Document
from mcplog.model.vocabulary import DocumentFormat
from mcplog.parse import Parsed
from mcplog.parse.formats import encoding_of
from mcplog.parse.process_starts import PROCESS_BEGINS
from mcplog.parse.server_names import tool_prefix
from mcplog.sharing.line import Hidden, Lines, without_words

LEFT_OUT: Final = "(other)"
VERSION_MARKS: Final = ("cc_version=", "claude-code/")
VERSION_CHARACTERS: Final = "0123456789."
LEVELS: Final = ("[DEBUG] ", "[ERROR] ", "[INFO] ", "[WARN] ")
STAMP: Final = len("2026-11-25T00:36:26.915Z ")
PEM: Final = ("-----BEGIN ", "-----END ")
HEAD_BYTES: Final = 64 * 1024


class Place(Struct, frozen=True, kw_only=True):
    """Something that was replaced.

    Attributes:
        line: 1-based line of the original.
        hidden: What.
        count: How often.
    """

    line: int
    hidden: Hidden
    count: int


class Kept(Struct, frozen=True, kw_only=True):
    """Which lines of a document are kept; null: all."""

    lines: frozenset[int] | None
    unread: frozenset[int]


def kept_lines(parsed: Parsed) -> Mapping[int, Kept]:
    """Return which lines of each document are kept, by `document_id`.

    Args:
        parsed: Documents and their entries, from the same run.
    """
    debug = parsed.documents.filter(pl.col("format") == DocumentFormat.DEBUG_FILE)["document_id"]
    about_mcp = _lines_of(parsed.entries)
    unread = _lines_of(parsed.gaps)
    return {
        id_: Kept(lines=about_mcp.get(id_, frozenset()) if id_ in debug else None, unread=unread.get(id_, frozenset()))
        for id_ in parsed.documents["document_id"]
    }


def shared_log(document: Document, kept: Kept, lines: Lines, servers: Mapping[str, str]) -> tuple[bytes, list[Place]]:
    """Return the bytes of a log without secrets and with new names, and what was replaced where.

    Args:
        document: The log.
        kept: Which lines of it are kept.
        lines: Rewrites a line.
        servers: New names of servers by their old ones.
    """
    content = document.content.slice(0, document.content.size)
    encoding, skip = encoding_of(content[:HEAD_BYTES])
    if encoding == "binary":
        return without_words(content.decode("latin-1")).encode("latin-1", "replace"), []
    codec, errors = ("utf-8", "surrogateescape") if encoding.startswith("utf-8") else (encoding, "replace")
    text = content[skip:].decode(codec, errors)
    named = _with_servers(text, servers)
    pairs = zip(text.split("\n"), named.split("\n"), strict=True)
    places = [Place(line=at, hidden=Hidden.SERVER, count=1) for at, (old, new) in enumerate(pairs, 1) if old != new]
    if kept.lines is not None:
        places = [place for place in places if place.line in kept.lines]
    whole = enumerate(_without_keys(named.split("\n")), 1)
    written = [_line(number, line, kept, lines, places) for number, line in whole]
    return content[:skip] + "\n".join(written).encode(codec, errors), sorted(places, key=_by_line)


def _by_line(place: Place) -> tuple[int, Hidden]:
    return place.line, place.hidden


def server_forms(name: str) -> list[str]:
    """Return how a server's name is written where it surely is one; two names have as many forms, in one order.

    Args:
        name: The name.
    """
    forms = [f'"{name}"', f"mcp__{tool_prefix(name)}__"]
    for written in (_escaped(name), _escaped(_escaped(name))):
        forms += [f'"{written}"', f'"{written}|']
    return [*forms, _escaped(f'"{name}"'), _escaped(_escaped(f'"{name}"'))]


def _with_servers(text: str, servers: Mapping[str, str]) -> str:
    forms = (zip(server_forms(old), server_forms(new), strict=True) for old, new in servers.items() if old != new)
    pairs = {old: new for of_server in forms for old, new in of_server if old in text}
    if not pairs:
        return text
    longest_first = sorted(pairs, key=len, reverse=True)
    parts, at = [], 0
    places = sorted((start, old) for old in longest_first for start in _starts(text, old))
    for start, old in _longest(places):
        if start >= at:
            parts += [text[at:start], pairs[old]]
            at = start + len(old)
    return "".join([*parts, text[at:]])


def _starts(text: str, part: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + 1)


def _longest(places: list[tuple[int, str]]) -> list[tuple[int, str]]:
    longest: dict[int, str] = {}
    for start, old in places:
        longest[start] = max(longest.get(start, ""), old, key=len)
    return sorted(longest.items())


def _escaped(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _line(number: int, line: str, kept: Kept, lines: Lines, places: list[Place]) -> str:
    if number in kept.unread:
        return without_words(line)
    if kept.lines is not None and number not in kept.lines:
        return _left_out(line)
    stamp = STAMP if line[STAMP - 2 : STAMP] == "Z " else 0
    new, found = lines.rewritten(line[stamp:])
    places += [Place(line=number, hidden=hidden, count=count) for hidden, count in sorted(found.items())]
    return f"{line[:stamp]}{new}"


def _left_out(line: str) -> str:
    """Return what is kept of a line that is not about MCP: stamp and level, a process's first words, a version."""
    stamp = line[:STAMP] if line[STAMP - 2 : STAMP] == "Z " else ""
    rest = line[len(stamp) :]
    level = next((level for level in LEVELS if rest.startswith(level)), "")
    text = rest[len(level) :]
    begin = next((begin for begin in PROCESS_BEGINS if text.startswith(begin)), LEFT_OUT)
    versions = "".join(f" {version}" for version in _versions(text))
    end = "\r" if line.endswith("\r") else ""
    return f"{stamp}{level}{begin}{versions}{end}" if text.strip() else line


def _versions(text: str) -> Iterator[str]:
    for mark in VERSION_MARKS:
        _, found, rest = text.partition(mark)
        number = rest[: len(rest) - len(rest.lstrip(VERSION_CHARACTERS))]
        if found and number:
            yield f"{mark}{number}"


def _without_keys(lines: list[str]) -> Iterator[str]:
    """Yield the lines with the bodies of keys and certificates blank."""
    is_inside = False
    for line in lines:
        begin, end = line.rfind(PEM[0]), line.rfind(PEM[1])
        if is_inside and end < 0:
            yield without_words(line)
        elif begin >= 0:
            yield _without_key(line)
        elif is_inside:
            yield without_words(line[:end]) + line[end:]
        else:
            yield line
        is_inside = begin > end or (is_inside and end < 0)


def _without_key(line: str) -> str:
    """Return a line with a key in it, the key's body blank up to its end or the line's."""
    start = line.find(PEM[0])
    body = line.find("-----", start + len(PEM[0]))
    if body < 0:
        return line
    stop = line.find(PEM[1], body)
    inside = line[body + 5 : stop if stop >= 0 else None].replace("\\n", "\n")
    return line[: body + 5] + without_words(inside).replace("\n", "\\n") + (line[stop:] if stop >= 0 else "")


def _lines_of(frame: pl.DataFrame) -> dict[int, frozenset[int]]:
    rows = frame.select("document_id", "line_from", "line_to").unique().iter_rows()
    lines: dict[int, set[int]] = {}
    for document_id, first, last in rows:
        lines.setdefault(document_id, set()).update(range(first, last + 1))
    return {document_id: frozenset(numbers) for document_id, numbers in lines.items()}


def counted(places: Collection[Place]) -> Counter[Hidden]:
    """Return how often each thing was replaced."""
    counts: Counter[Hidden] = Counter()
    for place in places:
        counts[place.hidden] += place.count
    return counts
