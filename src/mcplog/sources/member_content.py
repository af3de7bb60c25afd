"""The bytes of an archive's member that is too large to be held: unpacked again for each reading.

A reader goes through a log from its beginning to its end, looks at its head and its tail first, and takes a step back
now and then. Head and tail are kept, and so is the last stretch that was read; only a long way back begins anew.
"""

from collections.abc import Callable, Iterator
from typing import Final

from mcplog.errors import InputError
from mcplog.model.document import BLOCK_BYTES

KEPT_BYTES: Final = 16 * 1024 * 1024  # at least what a reader asks for at once
EDGE_BYTES: Final = 256 * 1024
CHANGED: Final = "the archive cannot be read any more"
HINT: Final = "Copy it, then name the copy."

Unpack = Callable[[], Iterator[bytes]]


class MemberContent:
    """The first `size` bytes that a member unpacks to."""

    def __init__(self, unpack: Unpack, *, size: int, head: bytes, tail: bytes) -> None:
        """Keep what begins to unpack the member, its length, and its first and last bytes."""
        self._unpack, self._size, self._head, self._tail = unpack, size, head, tail
        self._pieces: Iterator[bytes] | None = None
        self._kept = bytearray()
        self._kept_from = 0

    def __repr__(self) -> str:
        """Return the length and none of the bytes."""
        return f"MemberContent(size={self._size})"

    @property
    def size(self) -> int:
        """Number of bytes."""
        return self._size

    def blocks(self, block_bytes: int = BLOCK_BYTES) -> Iterator[bytes]:
        """Yield the bytes in order, in pieces of at most `block_bytes`.

        Raises:
            InputError: The archive has changed since it was looked at.
        """
        left = self._size
        for piece in self._unpack():
            for start in range(0, min(len(piece), left), block_bytes):
                yield piece[start : min(start + block_bytes, left)]
            left -= min(len(piece), left)
            if not left:
                return
        if left:
            raise InputError(CHANGED, hint=HINT)

    def slice(self, start: int, stop: int) -> bytes:
        """Return bytes `[start, stop)`; fewer behind the end.

        Raises:
            InputError: The archive has changed since it was looked at.
        """
        last = min(stop, self._size)
        if start >= last:
            return b""
        if last <= len(self._head):
            return self._head[start:last]
        tail_from = self._size - len(self._tail)
        if start >= tail_from:
            return self._tail[start - tail_from : last - tail_from]
        found = self._read(start, last)
        if last >= self._size:
            self._forget()
        return found

    def _read(self, start: int, stop: int) -> bytes:
        if self._pieces is None or start < self._kept_from:
            self._forget()
            self._pieces = self._unpack()
        while (reached := self._kept_from + len(self._kept)) < stop:
            piece = next(self._pieces, b"")
            if not piece:
                self._forget()
                raise InputError(CHANGED, hint=HINT)
            self._kept += piece
            surplus = min(reached + len(piece) - KEPT_BYTES, start) - self._kept_from
            if surplus > KEPT_BYTES:  # not at every piece: moving what is kept costs
                del self._kept[:surplus]
                self._kept_from += surplus
        at = start - self._kept_from
        return bytes(self._kept[at : at + stop - start])

    def _forget(self) -> None:
        self._pieces, self._kept, self._kept_from = None, bytearray(), 0
