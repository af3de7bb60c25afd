"""How much of an archive is read at most, and how much has been read so far.

A cap that is hit costs what it cuts and is told; it never costs the archive that lies beside.
"""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from mcplog.errors import InputError

MEGABYTE: Final = 1024 * 1024


class Caps(Struct, frozen=True, kw_only=True):
    """The limits of one archive, archives inside it included.

    Attributes:
        ratio: Unpacked bytes for one packed byte. Real debug logs reach about 30, a refresh loop 100; deflate ends at
            1,032, so anything above this cap was made to be unpacked.
        free_bytes: So much may be unpacked whatever the ratio: short texts of one line repeat themselves.
        member_bytes: Of one member.
        total_bytes: Of all members together.
        members: How many names are looked at.
        depth: Archives in archives.
        held_bytes: Of all members that are held in memory; larger ones are unpacked again when they are read.
        member_held_bytes: Of one member that is held in memory.
        nested_bytes: Of an archive inside an archive, which is held in memory while it is read.
        name_bytes: Of a name or of a tar header that goes with one.
    """

    ratio: int = 250
    free_bytes: int = 64 * MEGABYTE
    member_bytes: int = 2048 * MEGABYTE
    total_bytes: int = 8192 * MEGABYTE
    members: int = 20_000
    depth: int = 2
    held_bytes: int = 128 * MEGABYTE
    member_held_bytes: int = 8 * MEGABYTE
    nested_bytes: int = 64 * MEGABYTE
    name_bytes: int = 64 * 1024


class Spent(Struct, kw_only=True):
    """What has been used up; it grows while an archive is read.

    Attributes:
        caps: The limits.
        total: Unpacked bytes.
        members: Names.
        held: Bytes held in memory.
    """

    caps: Caps
    total: int = 0
    members: int = 0
    held: int = 0

    def may_hold(self, size: int) -> bool:
        """Tell whether a member of `size` bytes may stay in memory, and count it when it may."""
        if size > self.caps.member_held_bytes or self.held + size > self.caps.held_bytes:
            return False
        self.held += size
        return True


class Counted:
    """Packed bytes, counted as they are read."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        """Begin to count the bytes of `blocks`."""
        self._blocks = blocks
        self.count = 0

    def __iter__(self) -> Iterator[bytes]:
        """Yield the blocks."""
        for block in self._blocks:
            self.count += len(block)
            yield block


def metered(pieces: Iterator[bytes], packed: Counted, spent: Spent) -> Iterator[bytes]:
    """Yield unpacked pieces until a cap is hit.

    Args:
        pieces: What is unpacked.
        packed: What it is unpacked from.
        spent: What the whole archive has used up.

    Raises:
        InputError: A cap is hit; everything before it has been yielded.
    """
    caps, unpacked = spent.caps, 0
    for piece in pieces:
        unpacked += len(piece)
        left = caps.total_bytes - spent.total
        spent.total += len(piece)
        if len(piece) > left:
            yield piece[: max(0, left)]
            raise InputError(f"unpacks to more than {_size(caps.total_bytes)} together, the rest is not read")
        if unpacked > caps.free_bytes + caps.ratio * packed.count:
            raise InputError(f"unpacks to more than {caps.ratio} times its size, the rest is not read")
        yield piece


def cut_to(pieces: Iterator[bytes], caps: Caps) -> Iterator[bytes]:
    """Yield pieces of one member up to the cap for members.

    Args:
        pieces: Of the member.
        caps: The limits.

    Raises:
        InputError: The member is longer; everything up to the cap has been yielded.
    """
    left = caps.member_bytes
    for piece in pieces:
        if len(piece) > left:
            yield piece[:left]
            raise InputError(f"is longer than {_size(caps.member_bytes)}, the rest is not read")
        left -= len(piece)
        yield piece


def _size(count: int) -> str:
    if count >= 1024 * MEGABYTE:
        return f"{count // (1024 * MEGABYTE)} GB"
    return f"{count // MEGABYTE} MB" if count >= MEGABYTE else f"{count} bytes"
