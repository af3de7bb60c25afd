"""One file that was found: what it is, and how it is shown to the user."""

import os
import stat
from pathlib import Path
from typing import BinaryIO, ClassVar, Final

from mcplog.model.document import Content, Memory, Problem
from mcplog.model.veiled import Veiled
from mcplog.sources.printable import printable
from mcplog.sources.recognise import WHOLE_BYTES, FileKind, kind_of

FIRST_BYTES: Final = 8 * 1024
STDIN_ORIGIN: Final = "standard input"
HELD: Final = (FileKind.LOG, FileKind.SERVER_LOG, FileKind.PASTE, FileKind.TEXT, FileKind.STORE, FileKind.MARKER)
UNSURE: Final = (FileKind.TEXT, FileKind.OTHER, FileKind.BINARY)
OPEN_FLAGS: Final = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


class Found(Veiled, frozen=True, kw_only=True):
    """A file of any kind.

    Attributes:
        path: Where it lies.
        origin: The name shown to the user.
        kind: What it is.
        size: Its length.
        modified_ms: Epoch milliseconds of its last change; null for a member whose archive does not tell.
        identity: Device and inode; the same for two names of one file, (0, 0) for a link that leads nowhere. Of a
            member of an archive, those of the archive and its number.
        content: Its bytes, where it is no file of its own: a member of an archive, a comment. Its path is a name then,
            and leads nowhere.
        truncated_by: Why a part of it is not there; empty when it is whole.
        is_pasted: Somebody wrote it into a comment.
    """

    HIDDEN: ClassVar[tuple[str, ...]] = ("path", "content")

    path: Path
    origin: str
    kind: FileKind
    size: int
    modified_ms: int | None
    identity: tuple[int, ...]
    content: Content | None = None
    truncated_by: str = ""
    is_pasted: bool = False


def found(path: Path, shown: str, *, held_bytes: int = 0) -> Found | Problem:
    """Look at a file and say what it is.

    Args:
        path: Where it lies; a symbolic link is followed.
        shown: How the user would name it.
        held_bytes: A log or a store of at most this length is read at once and held: opening a file costs more than
            reading a short one.

    Returns:
        The file, or why it cannot be read. Never blocks: pipes, devices and sockets are not opened.
    """
    origin = printable(shown)
    whole: bytes | None = None
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            kind = FileKind.SPECIAL
        elif 0 < status.st_size <= held_bytes:
            whole = _whole(path)
            kind = kind_of(path.name, whole, len(whole))
        else:
            kind = _looked_at(path, status.st_size)
    except (OSError, ValueError) as fault:
        if path.is_symlink():
            return Found(path=path, origin=origin, kind=FileKind.LOST, size=0, modified_ms=0, identity=(0, 0))
        return unreadable(origin, fault)
    return Found(
        path=path,
        origin=origin,
        kind=kind,
        size=status.st_size if whole is None else len(whole),
        modified_ms=status.st_mtime_ns // 1_000_000,
        identity=(status.st_dev, status.st_ino),
        content=Memory(whole) if whole is not None and kind in HELD else None,
    )


def piped(content: bytes) -> Found:
    """Return what came over standard input; it has no name and no time."""
    return Found(
        path=Path(),
        origin=STDIN_ORIGIN,
        kind=kind_of("", content[:WHOLE_BYTES], len(content.strip())),
        size=len(content),
        modified_ms=None,
        identity=(-1, -1),
        content=Memory(content),
    )


def folder_name(path: Path) -> str:
    """Return the name of the folder that a file lies in; the system is asked only for one in the current folder."""
    return path.parent.name or path.absolute().parent.name


def read_part(path: Path, start: int, count: int) -> bytes:
    """Return `count` bytes of a file from `start` on; fewer when it ends before.

    No file object is made: of ten thousand small files that costs a fifth of what reading them does.

    Raises:
        OSError: It cannot be read.
    """
    handle = os.open(path, os.O_RDONLY | OPEN_FLAGS)
    try:
        if start:
            os.lseek(handle, start, os.SEEK_SET)
        data = os.read(handle, count)
        while len(data) < count and (more := os.read(handle, count - len(data))):
            data += more
        return data
    finally:
        os.close(handle)


def _whole(path: Path) -> bytes:
    with opened(path) as file:
        return file.readall()  # type: ignore[attr-defined, no-any-return]  # an unbuffered file has it


def opened(path: Path) -> BinaryIO:
    """Open a file for reading without waiting for a writer.

    Raises:
        OSError: It cannot be opened.
    """
    return open(os.open(path, os.O_RDONLY | OPEN_FLAGS), "rb", buffering=0)  # noqa: PTH123 - flags that Path.open has not


def unreadable(origin: str, fault: Exception) -> Problem:
    """Return the problem for a file that the system does not let us read."""
    if isinstance(fault, FileNotFoundError):
        return Problem(origin=origin, what="is not there any more", hint="Name another file.")
    if isinstance(fault, PermissionError):
        return Problem(origin=origin, what="may not be read", hint="Give yourself the right to read it, or copy it.")
    reason = fault.strerror if isinstance(fault, OSError) and fault.strerror else "not a name of a file"
    return Problem(origin=origin, what=f"cannot be read: {reason}")


def _looked_at(path: Path, size: int) -> FileKind:
    head = read_part(path, 0, FIRST_BYTES)
    kind = kind_of(path.name, head, size)
    if kind not in UNSURE or size <= len(head):
        return kind
    return kind_of(path.name, read_part(path, 0, min(size, WHOLE_BYTES)), size)
