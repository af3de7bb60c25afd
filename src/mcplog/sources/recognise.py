"""What a file is, decided by its first bytes; the name only helps where bytes cannot tell (a damaged store).

    log             begins with entries of a debug log: `[DEBUG] …`, with or without a stamp before it
    server log      {"debug": …, "timestamp": …}, one a line or in an array
    paste           entries of a debug log further down: an issue, a copy of a terminal
    text            no entry at all: read when the user names the file, or when nothing better is there
    store           {"mcpOAuth": {…}}, {"claudeAiOauth": {…}}, a bare server map
    marker          {"<server>": {"timestamp": …}}
    issues          an export of issues: `gh issue view --json …`, REST, GraphQL
    page            an HTML copy
    other           JSON and TOML of other kinds

A file that is no text at all is an archive or binary.
"""

import json
from enum import StrEnum
from pathlib import PurePath
from typing import Final

from mcplog.model.store_names import ENTRY_MARKS, SECTIONS
from mcplog.sources.client_places import MARKER_NAME


class FileKind(StrEnum):
    """What a file is to us."""

    LOG = "log"
    SERVER_LOG = "server-log"
    PASTE = "paste"
    TEXT = "text"
    STORE = "store"
    ABSENT_STORE = "absent-store"
    MARKER = "marker"
    ISSUES = "issues"
    PAGE = "page"
    LINK = "link"
    EMPTY = "empty"
    OTHER = "other"
    RICH_TEXT = "rich-text"  # what a word processor wrote, marks and all
    ARCHIVE = "archive"
    HISTORY = "history"  # a database of mcplog's own
    BINARY = "binary"
    SPECIAL = "special"  # a pipe, a socket, a device
    LOST = "lost"  # a link that leads nowhere


HEAD_BYTES: Final = 64 * 1024
WHOLE_BYTES: Final = 4 * 1024 * 1024
LEVELS: Final = ("[DEBUG]", "[ERROR]", "[INFO]", "[WARN]")
LEVEL_BYTES: Final = tuple(level.encode() for level in LEVELS)
STAMP_LENGTH: Final = len("2026-11-25T00:36:43.901Z ")
BRACKETED: Final = frozenset("0123456789:.TZ-")
RECORDS: Final = tuple(f'{level} MCP server \\"' for level in LEVELS)  # of a log that is a string of an export
FIRST_LINES: Final = 20
FIRST_CHARACTERS: Final = 8 * 1024
RECORD_STARTS: Final = ('{"debug":', '{"error":', '{"info":', '{"warn":')
JSON_STARTS: Final = frozenset('{}[]",')
FEW_LINES: Final = 2
RECORD_WORDS: Final = ("debug", "error", "info", "warn")
STORE_NAMES: Final = ("credentials", "store")
LATEST: Final = "latest"

TOML_LIMIT: Final = 256 * 1024
CONTROL_SHARE: Final = 0.3
BOMS: Final = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"\xef\xbb\xbf", "utf-8"))
ZIPS: Final = (b"PK\x03\x04", b"PK\x05\x06")
DATABASE: Final = b"SQLite format 3\0"
ARCHIVES: Final = (*ZIPS, b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"(\xb5/\xfd", b"7z\xbc\xaf", b"Rar!")
TAR_MARK: Final = b"ustar"
TAR_MARK_AT: Final = 257
RICH_TEXT: Final = "{\\rtf"
PAGE_STARTS: Final = ("<!doctype html", "<html")
EXPORT_WORDS: Final = ('"number":', '"comments":', '"title":', '"issue_url":')
CONTROLS: Final = bytes(set(range(32)) - {9, 10, 12, 13, 27})


def kind_of(name: str, head: bytes, size: int) -> FileKind:
    """Return what a file is.

    Args:
        name: Its name without folders.
        head: Its first bytes, at least `HEAD_BYTES` or all.
        size: Its length.
    """
    if head.startswith(LEVEL_BYTES) or head.startswith(LEVEL_BYTES, STAMP_LENGTH):
        return FileKind.LOG
    if name.endswith(".absent"):
        return FileKind.ABSENT_STORE
    if head.startswith(DATABASE):
        return FileKind.HISTORY
    named = _kind_by_name(name)
    if head.startswith(ARCHIVES) or head.startswith(TAR_MARK, TAR_MARK_AT):
        return named or FileKind.ARCHIVE
    return _kind_of_content(name, named, head, size)


def _kind_of_content(name: str, named: FileKind | None, head: bytes, size: int) -> FileKind:
    if not size:
        return named or FileKind.EMPTY
    text = _text(head)
    if text is None:
        return named or FileKind.BINARY
    if text.startswith(RICH_TEXT):
        return FileKind.RICH_TEXT
    is_text = text.lstrip().startswith(LEVELS) or _is_bracketed(text)
    if text.lstrip()[:1] in ("{", "[") and not is_text:
        return _kind_of_json(named, text, is_whole=size <= len(head))
    return named or _kind_of_text(name, text)


def _is_bracketed(text: str) -> bool:
    """Return whether a text begins with a number or a moment in brackets, as the lines of many logs do."""
    inner, _, behind = text.lstrip().removeprefix("[").partition("]")
    return 0 < len(inner) <= STAMP_LENGTH and BRACKETED.issuperset(inner) and behind[:1] in (" ", "[")


def _kind_by_name(name: str) -> FileKind | None:
    """Return what a file that cannot be understood is by its name; null when it could be anything."""
    stem = name.lower().lstrip(".")
    if name == MARKER_NAME:
        return FileKind.MARKER
    return FileKind.STORE if stem.startswith(STORE_NAMES) and ".json" in stem else None


def _kind_of_text(name: str, text: str) -> FileKind:
    first = text[:FIRST_CHARACTERS].splitlines()[:FIRST_LINES]
    if text[:FIRST_CHARACTERS].lstrip().lower().startswith(PAGE_STARTS):
        return FileKind.PAGE
    if any(line.startswith(LEVELS) or line[STAMP_LENGTH:].startswith(LEVELS) for line in first):
        return FileKind.LOG
    if PurePath(name).stem == LATEST and _is_one_path(text):
        return FileKind.LINK
    if _is_toml(text):
        return FileKind.OTHER
    return FileKind.PASTE if any(level in text for level in LEVELS) else FileKind.TEXT


def _text(head: bytes) -> str | None:
    """Return the text of the first bytes; null for a binary file."""
    for mark, encoding in BOMS:
        if head.startswith(mark):
            return head[len(mark) :].decode(encoding, "replace")
    if b"\0" in head[:2] and b"\0\0" not in head[:64]:
        return head.decode("utf-16-le" if head[1:2] == b"\0" else "utf-16-be", "replace")
    if any(mark in head for mark in LEVEL_BYTES):
        return head.decode("utf-8", "replace")
    sample = head[:8192]
    if b"\0" in sample or len(sample) - len(sample.translate(None, CONTROLS)) > CONTROL_SHARE * len(sample):
        return None
    return head.decode("utf-8", "replace")


def _kind_of_json(named: FileKind | None, text: str, *, is_whole: bool) -> FileKind:
    if _is_server_log(text):
        return FileKind.SERVER_LOG
    if _is_export(text):
        return FileKind.ISSUES
    value = _parsed(text) if is_whole else None
    if not isinstance(value, dict):
        is_cut_store = any(f'"{section}"' in text for section in SECTIONS)
        return named or (FileKind.STORE if is_cut_store else _kind_of_other_json(text))
    if any(section in value for section in SECTIONS) or _is_server_map(value):
        return FileKind.STORE
    if value and all(isinstance(entry, dict) and "timestamp" in entry for entry in value.values()):
        return FileKind.MARKER
    return _kind_of_other_json(text) if value or named is None else named


def _kind_of_other_json(text: str) -> FileKind:
    """Return what JSON is that is neither ours nor a store: the strings of an export may be lines of a log."""
    if any(mark in text for mark in RECORDS) or (_first_record(text) is None and any(mark in text for mark in LEVELS)):
        return FileKind.PASTE
    return FileKind.TEXT if _has_other_lines(text) else FileKind.OTHER


def _has_other_lines(text: str) -> bool:
    """Return whether lines follow that no JSON has: another program's log, which happens to begin with an object."""
    lines = text[:FIRST_CHARACTERS].splitlines()[:FIRST_LINES]
    return sum(bool(line) and line[0] not in JSON_STARTS and not line[0].isspace() for line in lines) >= FEW_LINES


def _is_server_log(text: str) -> bool:
    if text.lstrip().startswith(RECORD_STARTS):
        return True
    record = _first_record(text) if '"timestamp"' in text else None  # to decode a store for nothing takes long
    return record is not None and "timestamp" in record and any(word in record for word in RECORD_WORDS)


def _is_export(text: str) -> bool:
    """Return whether JSON is of issues: what people wrote stands in `body`."""
    if '"body"' not in text:
        return False
    plain = text.replace('": ', '":')
    return '"body":' in plain and any(word in plain for word in EXPORT_WORDS)


def _first_record(text: str) -> dict[str, object] | None:
    """Return the first object of a JSON-lines file or of an array."""
    bare = text.lstrip().removeprefix("[").lstrip()
    if not bare.startswith("{"):
        return None
    try:
        value, _ = json.JSONDecoder().raw_decode(bare)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _is_server_map(value: dict[str, object]) -> bool:
    return _is_entry(value) or (bool(value) and all(_is_entry(entry) for entry in value.values()))


def _is_entry(value: object) -> bool:
    return isinstance(value, dict) and any(isinstance(value.get(mark), str) for mark in ENTRY_MARKS)


def _is_one_path(text: str) -> bool:
    line = text.strip()
    return "\n" not in line and line.endswith(".txt")


def _is_toml(text: str) -> bool:
    if len(text) > TOML_LIMIT:
        return False
    import tomllib  # noqa: PLC0415 - hardly a run meets a text that could be TOML

    try:
        return bool(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, RecursionError):
        return False
