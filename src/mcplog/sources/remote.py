"""Files that are not on this machine, by the URLs that fsspec knows: `s3://bucket/dump`, `memory://dump`.

The extra `remote` brings fsspec; each kind of store needs its own package beside it (`s3fs`, `gcsfs`, …). Nothing is
opened that was not named with its protocol.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from mcplog.errors import InputError, UsageError
from mcplog.model.document import BLOCK_BYTES, Content, Memory, Problem
from mcplog.sources.found import HELD, Found
from mcplog.sources.listing import Listed, Listing
from mcplog.sources.printable import printable
from mcplog.sources.recognise import WHOLE_BYTES, kind_of

HELD_BYTES: Final = 1024 * 1024  # a request costs more than a megabyte does
EXTRA: Final = "Install what reads it: `pip install 'mcplog[remote]'`, and for s3:// also s3fs."


class RemoteContent(Struct, frozen=True):
    """The bytes of one remote file, read by range: `url` with its protocol, `size` when it was listed."""

    url: str
    size: int

    def blocks(self, block_bytes: int = BLOCK_BYTES) -> Iterator[bytes]:
        """Yield the bytes in order, in pieces of at most `block_bytes`.

        Raises:
            InputError: It cannot be read.
        """
        for start in range(0, self.size, block_bytes):
            yield self.slice(start, min(start + block_bytes, self.size))

    def slice(self, start: int, stop: int) -> bytes:
        """Return bytes `[start, stop)`.

        Raises:
            InputError: It cannot be read.
        """
        if stop <= start:
            return b""
        try:
            system, path = _opened(self.url)
            return bytes(system.cat_file(path, start=start, end=min(stop, self.size)))
        except (OSError, ValueError) as fault:
            raise InputError("cannot be read any more", place=printable(self.url)) from fault


def listed_remotely(url: str) -> tuple[str, Listing, bool]:
    """Return where a URL leads, the files below it and whether it is a folder.

    Args:
        url: A URL with its protocol; the last part may be a pattern.

    Raises:
        InputError: It cannot be listed, or nothing is there.
        UsageError: What reads this protocol is not installed.
    """
    try:
        system, root = _opened(url)
        found: dict[str, Any] = system.find(root, detail=True)
    except (OSError, ValueError) as fault:
        raise InputError("cannot be listed", hint="Check the name, and that your credentials reach it.") from fault
    files = [(path, int(info.get("size") or 0)) for path, info in sorted(found.items()) if info.get("type") == "file"]
    if not files:
        raise InputError("holds no file", hint="Check the name.")
    is_folder = [path for path, _ in files] != [root.rstrip("/")]
    base = root.rstrip("/")
    listing = Listing(files=[Listed(path.removeprefix(base).lstrip("/"), size) for path, size in files])
    return url.rstrip("/"), listing, is_folder


def found_remotely(url: str, shown: str, size: int) -> Found | Problem:
    """Look at a remote file and say what it is.

    Args:
        url: Where it lies.
        shown: How the user would name it.
        size: Its length when it was listed.

    Returns:
        The file, short ones with their content; or why it cannot be read.
    """
    content: Content = RemoteContent(url, size)
    try:
        head = content.slice(0, size if size <= HELD_BYTES else min(size, WHOLE_BYTES))
    except InputError as fault:
        return Problem(origin=printable(shown), what=fault.message, hint=fault.hint)
    path = Path(url.partition("://")[2])
    kind = kind_of(path.name, head, size)
    return Found(
        path=path,
        origin=printable(shown),
        kind=kind,
        size=size,
        modified_ms=_modified_ms(url),
        identity=(hash(url), size),
        content=Memory(head) if kind in HELD and len(head) == size else content,
    )


def _modified_ms(url: str) -> int | None:
    try:
        system, path = _opened(url)
        told = system.modified(path)
    except (OSError, ValueError, NotImplementedError):  # the last: a file system that tells no times
        return None
    return int(told.timestamp() * 1000) if isinstance(told, datetime) else None


def _opened(url: str) -> tuple[Any, str]:
    """Return the file system of a URL and the path in it."""
    try:
        from fsspec.core import url_to_fs  # noqa: PLC0415 - an extra

        system, path = url_to_fs(url)
    except ImportError as fault:
        raise UsageError("cannot be read without an extra package", place=printable(url), hint=EXTRA) from fault
    except ValueError as fault:
        raise UsageError("names a protocol that nothing here reads", place=printable(url), hint=EXTRA) from fault
    return system, str(path)
