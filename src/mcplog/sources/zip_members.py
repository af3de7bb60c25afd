r"""Read what a zip archive holds: its directory stands at the end, each member's bytes where the directory says.

    PK\3\4 name packed bytes … PK\3\4 name packed bytes … PK\1\2 entry … PK\1\2 entry … PK\5\6 end

Written for archives from strangers: the directory is read piece by piece, members that share bytes are refused (a
"quoted overlap" bomb makes 4.5 PB out of 46 MB so), and a name that reads differently in its two places is not
believed.
Sources: PKWARE APPNOTE 6.3.10; D. Fifield, "A better zip bomb" (2019).
"""

import struct
from collections.abc import Iterator, Sequence
from typing import Any, Final
from zlib import crc32

from msgspec import Struct

from mcplog.errors import InputError
from mcplog.model.document import Content
from mcplog.sources.archive_caps import Caps
from mcplog.sources.member_names import decoded
from mcplog.sources.unpacking import DAMAGED, PIECE_BYTES, Packing

END: Final = struct.Struct("<4s4H2LH")
END_MARK: Final = b"PK\x05\x06"
LOCATOR: Final = struct.Struct("<4sLQL")
LOCATOR_MARK: Final = b"PK\x06\x07"
END64: Final = struct.Struct("<4sQ2H2L4Q")
END64_MARK: Final = b"PK\x06\x06"
ENTRY: Final = struct.Struct("<4s6H3L5H2L")
ENTRY_MARK: Final = b"PK\x01\x02"
LOCAL: Final = struct.Struct("<4s5H3L2H")
LOCAL_MARK: Final = b"PK\x03\x04"
LONGEST_COMMENT: Final = 0xFFFF
NOT_HERE: Final = 0xFFFFFFFF  # the value stands in the zip64 field

ENCRYPTED: Final = 1
UTF8_NAME: Final = 1 << 11
UNIX: Final = (3, 19)  # who made it: Unix, Darwin
SORT: Final = 0o170000
REGULAR: Final = (0, 0o100000)
LINK: Final = 0o120000
FOLDER: Final = 0o040000
ZIP64_FIELD: Final = 0x0001
UNIX_TIME_FIELD: Final = 0x5455
NTFS_FIELD: Final = 0x000A
WINDOWS_EPOCH_S: Final = 11_644_473_600
PACKINGS: Final = {
    0: Packing.STORED,
    8: Packing.DEFLATE,
    12: Packing.BZIP2,
    93: Packing.ZSTD,
    95: Packing.XZ,
}
NO_DIRECTORY: Final = "is a zip archive without its directory: it is cut or damaged"
HINT: Final = "Get it again, or unpack what can be unpacked and name the folder."


class ZipMember(Struct, frozen=True, kw_only=True):
    """One entry of the directory.

    Attributes:
        name: As text.
        raw_name: As bytes.
        keeps_word: The name is written as the archive says.
        packing: How its bytes are compressed; null: in a way that is not read.
        packed: Length of its compressed bytes.
        size: Length when unpacked, as told.
        offset: Where its own header stands.
        checksum: CRC-32 of its bytes.
        modified_ms: Epoch milliseconds of the last change; null where only a local time is told.
        is_encrypted: Its bytes need a password.
        is_folder: It is a folder.
        is_link: It is a symbolic link.
        is_special: It is a device, a pipe or a socket.
    """

    name: str
    raw_name: bytes
    keeps_word: bool
    packing: Packing | None
    packed: int
    size: int
    offset: int
    checksum: int
    modified_ms: int | None
    is_encrypted: bool
    is_folder: bool
    is_link: bool
    is_special: bool


class Directory(Struct, frozen=True, kw_only=True):
    """What a zip archive says that it holds.

    Attributes:
        members: In the order of the directory.
        overlapping: Positions of members that share bytes with others or with the directory.
        shift: How many bytes stand before the archive.
        is_cut: There are more entries than the caps allow.
    """

    members: tuple[ZipMember, ...]
    overlapping: frozenset[int]
    shift: int
    is_cut: bool


def read_directory(content: Content, caps: Caps) -> Directory:
    """Read the directory of a zip archive.

    Args:
        content: The archive.
        caps: How many entries are read at most.

    Raises:
        InputError: There is no directory.
    """
    start, size, shift = _directory_place(content)
    members: list[ZipMember] = []
    at, stop = start, start + size
    while at + ENTRY.size <= stop and len(members) < caps.members:
        window = content.slice(at, min(at + PIECE_BYTES, stop))
        used = _entries(window, members, caps.members, is_last=at + len(window) >= stop)
        if not used:
            break
        at += used
    return Directory(
        members=tuple(members),
        overlapping=_overlapping(members, start - shift),
        shift=shift,
        is_cut=len(members) >= caps.members and at + ENTRY.size <= stop,
    )


def packed_bytes(content: Content, directory: Directory, member: ZipMember) -> Iterator[bytes]:
    """Yield the compressed bytes of a member, in pieces.

    Args:
        content: The archive.
        directory: Of the archive.
        member: Of the directory.

    Raises:
        InputError: The member's own header is not where the directory says, or has another name.
    """
    at = member.offset + directory.shift
    header = content.slice(at, at + LOCAL.size)
    if len(header) < LOCAL.size or header[:4] != LOCAL_MARK:
        raise InputError(DAMAGED)
    *_, name_size, extra_size = LOCAL.unpack(header)
    at += LOCAL.size
    if content.slice(at, at + name_size) != member.raw_name:
        raise InputError("has one name in the directory and another beside its bytes")
    at += name_size + extra_size
    stop = min(at + member.packed, content.size)
    while at < stop:
        piece = content.slice(at, min(at + PIECE_BYTES, stop))
        if not piece:
            return
        yield piece
        at += len(piece)


def checked(pieces: Iterator[bytes], member: ZipMember) -> Iterator[bytes]:
    """Yield the unpacked pieces of a member, and find out whether they are what was packed.

    Args:
        pieces: Unpacked.
        member: Whose they are.

    Raises:
        InputError: The checksum is another, or there is more or less of it than told; all has been yielded.
    """
    checksum, size = 0, 0
    for piece in pieces:
        checksum, size = crc32(piece, checksum), size + len(piece)
        yield piece
    if (checksum, size) != (member.checksum, member.size):
        raise InputError(DAMAGED)


def _directory_place(content: Content) -> tuple[int, int, int]:
    """Return where the directory begins, its length, and how many bytes stand before the archive."""
    tail_at = max(0, content.size - LONGEST_COMMENT - END.size)
    tail = content.slice(tail_at, content.size)
    at = tail.rfind(END_MARK)
    while at >= 0 and len(tail) - at < END.size:
        at = tail.rfind(END_MARK, 0, at)
    if at < 0:
        raise InputError(NO_DIRECTORY, hint=HINT)
    end_at = tail_at + at
    *_, size, told, _ = END.unpack(tail[at : at + END.size])
    if NOT_HERE in (size, told) and (found := _end64(content, end_at)) is not None:
        end_at, size, told = found
    start = end_at - size
    if start < told or start < 0:
        raise InputError(NO_DIRECTORY, hint=HINT)
    return start, size, start - told


def _end64(content: Content, end_at: int) -> tuple[int, int, int] | None:
    """Return where the long form of the end stands, and size and place of the directory; null when there is none."""
    raw = content.slice(max(0, end_at - LOCATOR.size), end_at)
    if len(raw) < LOCATOR.size or not raw.startswith(LOCATOR_MARK):
        return None
    # Where the locator says, or right before it when something was put before the archive.
    for at in (LOCATOR.unpack(raw)[2], end_at - LOCATOR.size - END64.size):
        found = content.slice(max(0, at), max(0, at) + END64.size)
        if len(found) == END64.size and found.startswith(END64_MARK):
            *_, size, told = END64.unpack(found)
            return at, size, told
    return None


def _entries(window: bytes, members: list[ZipMember], most: int, *, is_last: bool) -> int:
    """Add the entries that stand whole in `window`, and return how many bytes they take."""
    at = 0
    while at + ENTRY.size <= len(window) and len(members) < most:
        fields = ENTRY.unpack_from(window, at)
        if fields[0] != ENTRY_MARK:
            raise InputError(NO_DIRECTORY, hint=HINT)
        name_size, extra_size, comment_size = fields[10:13]
        end = at + ENTRY.size + name_size + extra_size + comment_size
        if end > len(window):
            if is_last:
                raise InputError(NO_DIRECTORY, hint=HINT)
            return at
        name_at = at + ENTRY.size
        extra_at = name_at + name_size
        members.append(_member(fields, window[name_at:extra_at], window[extra_at : extra_at + extra_size]))
        at = end
    return at


def _member(fields: tuple[Any, ...], raw_name: bytes, extra: bytes) -> ZipMember:
    made_by, flags, method = fields[1] >> 8, fields[3], fields[4]
    name, keeps_word = decoded(raw_name, is_utf8=bool(flags & UTF8_NAME))
    told = dict(_extra_fields(extra))
    size, packed, offset = _long_form([fields[9], fields[8], fields[16]], told.get(ZIP64_FIELD, b""))
    sort = (fields[15] >> 16) & SORT if made_by in UNIX else 0
    is_folder = name.endswith(("/", "\\")) or sort == FOLDER
    return ZipMember(
        name=name,
        raw_name=raw_name,
        keeps_word=keeps_word,
        packing=PACKINGS.get(method),
        packed=packed,
        size=size,
        offset=offset,
        checksum=fields[7],
        modified_ms=_modified_ms(told),
        is_encrypted=bool(flags & ENCRYPTED),
        is_folder=is_folder,
        is_link=sort == LINK,
        is_special=not is_folder and sort not in (*REGULAR, LINK),
    )


def _extra_fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        yield kind, extra[at + 4 : at + 4 + size]
        at += 4 + size


def _long_form(values: list[int], field: bytes) -> tuple[int, int, int]:
    """Return size, packed size and offset; those that are too large for their place stand in the zip64 field."""
    at = 0
    for number, value in enumerate(values):
        if value == NOT_HERE and at + 8 <= len(field):
            values[number] = int.from_bytes(field[at : at + 8], "little")
            at += 8
    return values[0], values[1], values[2]


def _modified_ms(told: dict[int, bytes]) -> int | None:
    """Return the time of the last change where it is told with a zone; the plain time of zip has none."""
    unix = told.get(UNIX_TIME_FIELD, b"")
    if len(unix) >= 5 and unix[0] & 1:  # noqa: PLR2004 - flags and four bytes
        return int.from_bytes(unix[1:5], "little", signed=True) * 1000
    ntfs = told.get(NTFS_FIELD, b"")
    if len(ntfs) >= 16 and ntfs[4:8] == b"\x01\x00\x18\x00":  # noqa: PLR2004 - reserved, tag, size, first time
        return int.from_bytes(ntfs[8:16], "little") // 10_000 - WINDOWS_EPOCH_S * 1000
    return None


def _overlapping(members: Sequence[ZipMember], directory_at: int) -> frozenset[int]:
    """Return the positions of members that share bytes with another or with the directory."""
    spans = sorted(
        (member.offset, member.offset + LOCAL.size + len(member.raw_name) + member.packed, number)
        for number, member in enumerate(members)
    )
    shared = {number for _, end, number in spans if end > directory_at}
    reached, owner = -1, -1
    for start, end, number in spans:
        if start < reached:
            shared |= {owner, number}
        if end > reached:
            reached, owner = end, number
    return frozenset(shared)
