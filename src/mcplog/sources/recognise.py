"""What a file is, decided by its first bytes; the name only helps where bytes cannot tell (a damaged store).

    debug log       a level in brackets somewhere: `[DEBUG] …`
    server log      {"debug": …, "timestamp": …}, one a line or in an array
    store           {"mcpOAuth": {…}}, {"claudeAiOauth": {…}}, a bare server map
    marker          {"<server>": {"timestamp": …}}
    text            prose, copies of screens: read when the user names the file, or when nothing better is there
    other           JSON and TOML of other kinds, binary files
"""

import json
import tomllib
from enum import StrEnum
from pathlib import PurePath
from typing import Final


class FileKind(StrEnum):
    """What a file is to us."""

    LOG = "log"
    TEXT = "text"
    STORE = "store"
    ABSENT_STORE = "absent-store"
    MARKER = "marker"
    LINK = "link"
    EMPTY = "empty"
    OTHER = "other"
    BINARY = "binary"


HEAD_BYTES: Final = 64 * 1024
WHOLE_BYTES: Final = 4 * 1024 * 1024
LOG_MARKS: Final = (b"[DEBUG]", b"[ERROR]", b"[INFO]", b"[WARN]")
RECORD_STARTS: Final = ('{"debug":', '{"error":', '{"info":', '{"warn":')
RECORD_WORDS: Final = ("debug", "error", "info", "warn")
STORE_SECTIONS: Final = ("mcpOAuth", "claudeAiOauth", "mcpOAuthClientConfig")
ENTRY_MARKS: Final = ("serverName", "serverUrl", "accessToken")
STORE_NAMES: Final = ("credentials", "store")
MARKER_NAME: Final = "mcp-needs-auth-cache.json"
CONTROL_SHARE: Final = 0.3
BOMS: Final = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"\xef\xbb\xbf", "utf-8"))
CONTROLS: Final = bytes(set(range(32)) - {9, 10, 12, 13, 27})


def kind_of(name: str, head: bytes, size: int) -> FileKind:
    """Return what a file is.

    Args:
        name: Its name without folders.
        head: Its first bytes, at least `HEAD_BYTES` or all.
        size: Its length.
    """
    if name.endswith(".absent"):
        return FileKind.ABSENT_STORE
    named_store = is_store_name(name)
    if not size:
        return FileKind.STORE if named_store else FileKind.MARKER if name == MARKER_NAME else FileKind.EMPTY
    text = _text(head)
    if text is None:
        return FileKind.STORE if named_store else FileKind.BINARY
    start = text.lstrip()[:1]
    if start in ("{", "[") and not _has_level_first(text):
        return _json_kind(name, text, is_whole=size <= len(head), named_store=named_store)
    if name == MARKER_NAME:
        return FileKind.MARKER
    if named_store:
        return FileKind.STORE
    if any(mark in head for mark in LOG_MARKS) or any(mark.decode() in text for mark in LOG_MARKS):
        return FileKind.LOG
    if PurePath(name).stem == "latest" and _is_one_path(text):
        return FileKind.LINK
    return FileKind.OTHER if _is_toml(text) else FileKind.TEXT


def is_store_name(name: str) -> bool:
    """Say whether a file is called as stores and copies of them are."""
    stem = name.lower().lstrip(".")
    return stem.startswith(STORE_NAMES) and ".json" in stem



def _text(head: bytes) -> str | None:
    """Return the text of the first bytes; null for a binary file."""
    for mark, encoding in BOMS:
        if head.startswith(mark):
            return head[len(mark) :].decode(encoding, "replace")
    if b"\0" in head[:2] and b"\0\0" not in head[:64]:
        return head.decode("utf-16-le" if head[1:2] == b"\0" else "utf-16-be", "replace")
    if any(mark in head for mark in LOG_MARKS):
        return head.decode("utf-8", "replace")
    sample = head[:8192]
    if b"\0" in sample or len(sample) - len(sample.translate(None, CONTROLS)) > CONTROL_SHARE * len(sample):
        return None
    return head.decode("utf-8", "replace")


def _has_level_first(text: str) -> bool:
    return text.lstrip().startswith(("[DEBUG]", "[ERROR]", "[INFO]", "[WARN]"))


def _json_kind(name: str, text: str, *, is_whole: bool, named_store: bool) -> FileKind:
    if text.lstrip().startswith(RECORD_STARTS):
        return FileKind.LOG
    record = _first_record(text)
    if record is not None and "timestamp" in record and any(word in record for word in RECORD_WORDS):
        return FileKind.LOG
    value = _parsed(text) if is_whole else None
    if isinstance(value, dict):
        if any(section in value for section in STORE_SECTIONS) or _is_server_map(value):
            return FileKind.STORE
        if name == MARKER_NAME or (value and all(isinstance(v, dict) and "timestamp" in v for v in value.values())):
            return FileKind.MARKER
    if named_store:
        return FileKind.STORE
    if value is None and any(f'"{section}"' in text for section in STORE_SECTIONS[:2]):
        return FileKind.STORE
    has_marks = any(mark.decode() in text for mark in LOG_MARKS)
    return FileKind.LOG if value is None and record is None and has_marks else FileKind.OTHER


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
    if any(isinstance(value.get(mark), str) for mark in ENTRY_MARKS[:2]):
        return True
    return bool(value) and all(isinstance(v, dict) and any(mark in v for mark in ENTRY_MARKS) for v in value.values())


def _is_one_path(text: str) -> bool:
    line = text.strip()
    return "\n" not in line and line.endswith(".txt")


def _is_toml(text: str) -> bool:
    try:
        return bool(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, RecursionError):
        return False
