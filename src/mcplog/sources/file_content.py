"""The bytes of one file, opened for each call: no handle is kept and nothing is mapped.

A mapped file that shrinks kills the process, and ten thousand open handles are more than most systems allow.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, ClassVar

from mcplog.errors import InputError
from mcplog.model.document import BLOCK_BYTES, Content
from mcplog.model.veiled import Veiled
from mcplog.sources.found import Found, opened, read_part
from mcplog.sources.printable import printable


class FileContent(Veiled, frozen=True, kw_only=True):
    """The first `size` bytes of a file: what a log that is still written gains later is not read.

    Attributes:
        path: Where it lies.
        size: Its length when it was found.
        identity: Device and inode when it was found; another identity later means that it was rotated.
    """

    HIDDEN: ClassVar[tuple[str, ...]] = ("path",)

    path: Path
    size: int
    identity: tuple[int, ...] = (0, 0)

    def blocks(self, block_bytes: int = BLOCK_BYTES) -> Iterator[bytes]:
        """Yield the bytes in order, in pieces of at most `block_bytes`; fewer when the file has shrunk.

        Raises:
            InputError: The file cannot be read any more.
        """
        with self._opened() as file:
            left = self.size
            while left > 0:
                block = file.read(min(block_bytes, left))
                if not block:
                    return
                left -= len(block)
                yield block

    def slice(self, start: int, stop: int) -> bytes:
        """Return bytes `[start, stop)`; fewer when the file has shrunk.

        Raises:
            InputError: The file cannot be read any more.
        """
        try:
            return read_part(self.path, start, max(0, min(stop, self.size) - start))
        except OSError as fault:
            raise self._lost() from fault

    def _opened(self) -> BinaryIO:
        try:
            return opened(self.path)
        except OSError as fault:
            raise self._lost() from fault

    def _lost(self) -> InputError:
        name = printable(str(self.path))
        return InputError("the file cannot be read any more", place=name, hint="Copy it, then name the copy.")

    def change(self) -> str:
        """Say in one sentence how the file has changed since it was found; empty when what was read still stands."""
        try:
            now = self.path.stat()
        except OSError:
            return "was removed while it was read"
        if (now.st_dev, now.st_ino) != self.identity:
            return "was replaced while it was read"
        return "was cut short while it was read" if now.st_size < self.size else ""


def content_of(file: Found) -> Content:
    """Return the bytes of `file`: its own, or those of the file at its path."""
    if file.content is not None:
        return file.content
    return FileContent(path=file.path, size=file.size, identity=file.identity)
