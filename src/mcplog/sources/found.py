"""One file that was found: what it is, and how it is shown to the user."""

import errno
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from mcplog.model.document import Problem
from mcplog.sources.printable import printable
from mcplog.sources.recognise import WHOLE_BYTES, FileKind, kind_of

FIRST_BYTES: Final = 8 * 1024
UNSURE: Final = (FileKind.TEXT, FileKind.OTHER, FileKind.BINARY)
OPEN_FLAGS: Final = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
ARCHIVES: Final = (b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"(\xb5/\xfd", b"7z\xbc\xaf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A regular file.

    Attributes:
        path: Where it lies.
        origin: The name shown to the user.
        kind: What it is.
        size: Its length.
        modified_ms: Epoch milliseconds of its last change.
        identity: Device and inode; the same for two names of one file.
    """

    path: Path = field(repr=False)
    origin: str
    kind: FileKind
    size: int
    modified_ms: int
    identity: tuple[int, int]


def found(path: Path, shown: str) -> Found | Problem:
    """Look at a file and say what it is.

    Args:
        path: Where it lies; a symbolic link is followed.
        shown: How the user would name it.

    Returns:
        The file, or why it cannot be read. Never blocks: pipes, devices and sockets are refused unopened.
    """
    origin = printable(shown)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            what = f"is {_other_type(status.st_mode)}, not a file"
            return Problem(origin=origin, what=what, hint="Save its content to a file, or pipe it in with `-`.")
        kind, head = _looked_at(path, status.st_size)
    except (OSError, ValueError) as fault:
        return unreadable(origin, fault)
    if kind is FileKind.BINARY:
        return Problem(origin=origin, what=_binary(head), hint=_binary_hint(head))
    return Found(
        path=path,
        origin=origin,
        kind=kind,
        size=status.st_size,
        modified_ms=status.st_mtime_ns // 1_000_000,
        identity=(status.st_dev, status.st_ino),
    )


def opened(path: Path) -> BinaryIO:
    """Open a file for reading without waiting for a writer.

    Raises:
        OSError: It cannot be opened.
    """
    return open(os.open(path, os.O_RDONLY | OPEN_FLAGS), "rb", buffering=0)  # noqa: PTH123 - flags that Path.open has not


def unreadable(origin: str, fault: Exception) -> Problem:
    """Return the problem for a file that the system does not let us read."""
    if isinstance(fault, PermissionError):
        return Problem(origin=origin, what="may not be read", hint="Give yourself the right to read it, or copy it.")
    if isinstance(fault, FileNotFoundError) or (isinstance(fault, OSError) and fault.errno == errno.ELOOP):
        return Problem(origin=origin, what="is gone, or is a link that leads nowhere", hint="Name the file itself.")
    reason = fault.strerror if isinstance(fault, OSError) and fault.strerror else "not a name of a file"
    return Problem(origin=origin, what=f"cannot be read: {reason}")


def _looked_at(path: Path, size: int) -> tuple[FileKind, bytes]:
    with opened(path) as file:
        head = file.read(FIRST_BYTES)
        kind = kind_of(path.name, head, size)
        if kind in UNSURE and size > len(head):
            head += _filled(file, min(size, WHOLE_BYTES) - len(head))
            kind = kind_of(path.name, head, size)
    return kind, head


def _filled(file: BinaryIO, count: int) -> bytes:
    parts: list[bytes] = []
    while count > 0 and (part := file.read(count)):
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def _other_type(mode: int) -> str:
    tests = ((stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"))
    return next((name for test, name in tests if test(mode)), "a device")


def _binary(head: bytes) -> str:
    return "is an archive" if head.startswith(ARCHIVES) else "is a binary file, not a log"


def _binary_hint(head: bytes) -> str:
    return (
        "Unpack it and name the folder." if head.startswith(ARCHIVES) else "Name a text file, for example a debug log."
    )
