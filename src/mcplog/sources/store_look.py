"""Look at a store that the client may be writing: never wait for it, never hold it, never take half a write for damage.

Clients up to 2.1.90 write their store in place: for a moment it is empty, cut, or not there. What is no JSON and was
written just now is looked at again; what stays so is what the store holds.
"""

import json
import stat
import time
from pathlib import Path
from typing import Final

from msgspec import Struct

from mcplog.errors import InputError
from mcplog.model.document import FileFacts, StoreDump
from mcplog.sources.found import opened, unreadable
from mcplog.sources.printable import printable

STORE_LIMIT: Final = 64 * 1024 * 1024
WRITE_NS: Final = 2_000_000_000
WAIT_S: Final = 0.05
READ_BYTES: Final = 1024 * 1024


class Seen(Struct, frozen=True, kw_only=True):
    """A store as it was seen.

    Attributes:
        dump: Its bytes; absent when there is no file.
        facts: What the file system said.
        seen_at_ms: When, epoch milliseconds.
    """

    dump: StoreDump
    facts: FileFacts
    seen_at_ms: int


def settled(path: Path, shown: str) -> Seen:
    """Look at a store until no write is under way; it takes two seconds at most.

    Args:
        path: The store.
        shown: How the user would name it.

    Returns:
        What it holds.

    Raises:
        InputError: It cannot be read.
    """
    while True:
        seen = look(path, shown, now_ns=time.time_ns())
        if seen is not None:
            return seen
        time.sleep(WAIT_S)


def look(path: Path, shown: str, *, now_ns: int) -> Seen | None:
    """Look at a store once.

    Args:
        path: The store.
        shown: How the user would name it.
        now_ns: The moment, epoch nanoseconds.

    Returns:
        What it holds; null while a write is under way.

    Raises:
        InputError: It cannot be read.
    """
    try:
        before = facts_of(path)
        content = b"" if before is None else _content(path)
        after = facts_of(path)
    except FileNotFoundError:
        return None  # it was there a moment ago
    except OSError as fault:
        problem = unreadable(printable(shown), fault)
        raise InputError(problem.what, place=problem.origin, hint=problem.hint) from fault
    if before != after or _is_being_written(path, before, content, now_ns):
        return None
    return Seen(
        dump=StoreDump(
            store_id=0,
            origin=printable(shown),
            content=content,
            taken_at_ms=None if before is None else before.modified_ns // 1_000_000,
            absent=before is None,
            is_current=True,
        ),
        facts=before or FileFacts(),
        seen_at_ms=now_ns // 1_000_000,
    )


def facts_of(path: Path) -> FileFacts | None:
    """Return what the file system says of a file; null when there is none.

    Args:
        path: The file; a link is followed.

    Raises:
        OSError: The file system does not answer, or the path is no regular file.
    """
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(status.st_mode):
        raise OSError(0, "it is no regular file")
    if status.st_size > STORE_LIMIT:
        raise OSError(0, "it is larger than 64 MB, no store is")
    return FileFacts(
        size=status.st_size,
        mode=stat.S_IMODE(status.st_mode),
        modified_ns=status.st_mtime_ns,
        changed_ns=status.st_ctime_ns,
        file_id=f"{status.st_dev}:{status.st_ino}",
    )


def _content(path: Path) -> bytes:
    with opened(path) as file:
        return b"".join(iter(lambda: file.read(READ_BYTES), b""))


def _is_being_written(path: Path, facts: FileFacts | None, content: bytes, now_ns: int) -> bool:
    """Say whether what was seen is what an unfinished write leaves, and is fresh."""
    if facts is not None and len(content) == facts.size and is_whole(content):
        return False
    try:
        written_ns = facts.modified_ns if facts is not None else path.parent.stat().st_mtime_ns
    except OSError:
        return False
    return abs(now_ns - written_ns) < WRITE_NS


def is_whole(content: bytes) -> bool:
    """Say whether `content` is JSON, which no part of a store is."""
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        return False
    return True
