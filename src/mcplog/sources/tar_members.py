r"""Read the members of a tar archive from a stream, one after the other.

    header (512 bytes: name, size, kind, …) data padded to 512 … header data … 1,024 zero bytes

Read here and not by `tarfile`, which believes the sizes in headers: a name "of 8 GB" inside 30 kB of gzip is read into
memory by it. Forms: ustar, the long names of GNU tar, and pax.
Sources: POSIX.1-2017 pax; GNU tar manual, "Basic Tar Format".
"""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from mcplog.errors import InputError
from mcplog.sources.member_names import decoded
from mcplog.sources.unpacking import CUT_SHORT, DAMAGED, PIECE_BYTES

BLOCK: Final = 512
MAGIC_AT: Final = 257
MAGIC: Final = b"ustar"
OLD_PLAIN: Final = b"\0"  # also of a folder, when the name ends so
PLAIN: Final = (b"0", OLD_PLAIN, b"7")
LONG_NAME: Final = b"L"
LONG_LINK: Final = b"K"
PAX: Final = b"x"
PAX_OF_ALL: Final = b"g"
FOLDER: Final = b"5"
LINKS: Final = (b"1", b"2")
SPARSE: Final = b"S"
GOES_ON_AT: Final = 482  # of an old sparse header: another block of it follows
MORE_AT: Final = 504  # the same in that block
NO_END: Final = "ends without the mark of its end: what came last may be missing"
ZEROS: Final = bytes(BLOCK)


class TarMember(Struct, frozen=True, kw_only=True):
    """One header.

    Attributes:
        name: As text.
        keeps_word: The name is UTF-8.
        size: Length of its data.
        offset: Where its data begins in the stream.
        modified_ms: Epoch milliseconds of the last change; null when it is not told.
        is_file: It is a plain file.
        is_folder: It is a folder.
        is_link: It is a symbolic or hard link.
        is_sparse: Its data has holes that are described elsewhere.
    """

    name: str
    keeps_word: bool
    size: int
    offset: int
    modified_ms: int | None
    is_file: bool
    is_folder: bool
    is_link: bool
    is_sparse: bool


class Stream:
    """Bytes that are read in order, so many at a time."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        """Begin to read `pieces`."""
        self._pieces = pieces
        self._held = b""
        self._at = 0
        self._fault: InputError | None = None
        self.position = 0

    def read(self, count: int) -> bytes:
        """Return the next `count` bytes; fewer when the stream ends."""
        return b"".join(self.take(count))

    def take(self, count: int) -> Iterator[bytes]:
        """Yield the next `count` bytes in pieces; fewer when the stream ends."""
        left = count
        while left > 0:
            if self._at >= len(self._held):
                self._held, self._at = self._next(), 0
                if not self._held:
                    return
            piece = self._held[self._at : self._at + min(left, PIECE_BYTES)]
            self._at += len(piece)
            self.position += len(piece)
            left -= len(piece)
            yield piece

    def _next(self) -> bytes:
        """Return the next piece. A stream that failed once fails for the same reason ever after."""
        if self._fault is None:
            try:
                return next(self._pieces, b"")
            except InputError as fault:
                self._fault = fault
        raise self._fault

    def skip_to(self, position: int) -> bool:
        """Go on to `position`; tell whether the stream reaches it."""
        for _ in self.take(position - self.position):
            pass
        return self.position >= position


def is_tar(head: bytes) -> bool:
    """Tell whether a file that begins with `head` is a tar archive; the oldest have no mark but a true checksum."""
    header = head[:BLOCK]
    if len(header) < BLOCK or header == ZEROS:
        return False
    return header[MAGIC_AT:].startswith(MAGIC) or (header[0] != 0 and _is_sound(header))


def tar_members(stream: Stream, *, longest_name: int) -> Iterator[TarMember]:
    """Yield the members of a tar archive.

    Args:
        stream: The archive, unpacked. Whoever takes a member may read its data from it before asking for the next.
        longest_name: Bytes of a name, or of what pax says of one member.

    Raises:
        InputError: The archive is damaged or ends too early; what stands before has been yielded.
    """
    told: dict[str, bytes] = {}
    while True:
        header = stream.read(BLOCK)
        if not header:
            raise InputError(NO_END)
        if len(header) < BLOCK:
            raise InputError(CUT_SHORT)
        if header == ZEROS:
            return
        if not _is_sound(header):
            raise InputError(DAMAGED)
        kind, size = header[156:157], _number(header[124:136])
        if kind in (LONG_NAME, LONG_LINK, PAX, PAX_OF_ALL):
            told |= _told(kind, _data(stream, size, longest_name))
            continue
        if kind == SPARSE:
            _skip_map(stream, header)
        member = _member(header, told, stream.position)
        told = {}
        yield member
        padded = member.offset + -(-member.size // BLOCK) * BLOCK
        if not stream.skip_to(padded):
            raise InputError(CUT_SHORT)


def _is_sound(header: bytes) -> bool:
    """Tell whether the header's checksum is that of its bytes, its own field counted as blanks."""
    try:
        wanted = _number(header[148:156])
    except InputError:
        return False
    return wanted == sum(header[:148]) + 8 * 32 + sum(header[156:BLOCK])


def _number(field: bytes) -> int:
    """Return a number in octal digits, or in base 256 where it is too large for them."""
    if field[0] & 0x80:
        value = int.from_bytes(field, "big") & ((1 << (8 * len(field) - 1)) - 1)
    else:
        digits = field.partition(b"\0")[0].strip()
        if digits.strip(b"01234567"):
            raise InputError(DAMAGED)
        value = int(digits or b"0", 8)
    if value >= 1 << 62:  # a negative number of GNU tar, or nonsense
        raise InputError(DAMAGED)
    return value


def _skip_map(stream: Stream, header: bytes) -> None:
    """Skip the further blocks in which an old sparse header says where its data belongs."""
    goes_on = header[GOES_ON_AT]
    while goes_on:
        block = stream.read(BLOCK)
        if len(block) < BLOCK:
            raise InputError(CUT_SHORT)
        goes_on = block[MORE_AT]


def _data(stream: Stream, size: int, longest: int) -> bytes:
    if size > longest:
        raise InputError("has a header that is too long")
    data = stream.read(size)
    if len(data) < size or not stream.skip_to(stream.position + -size % BLOCK):
        raise InputError(CUT_SHORT)
    return data


def _told(kind: bytes, data: bytes) -> dict[str, bytes]:
    """Return what a header says of the member behind it. What pax says of all members is never of use here."""
    if kind == LONG_NAME:
        return {"path": data.partition(b"\0")[0]}
    return dict(_pax(data)) if kind == PAX else {}


def _pax(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the records of a pax header: `<length of all> <key>=<value>⏎`."""
    at = 0
    while at < len(data):
        digits, blank, _ = data[at : at + 20].partition(b" ")
        length = int(digits) if blank and digits.isdigit() else 0
        record = data[at + len(digits) + 1 : at + length]
        if length <= len(digits) + 1 or not record.endswith(b"\n"):
            raise InputError(DAMAGED)
        key, _, value = record[:-1].partition(b"=")
        yield key.decode("utf-8", "replace"), value
        at += length


def _member(header: bytes, told: dict[str, bytes], offset: int) -> TarMember:
    kind = header[156:157]
    raw = told.get("path", _short_name(header))
    name, keeps_word = decoded(raw, is_utf8=True)
    size = _decimal(told["size"]) if "size" in told else _number(header[124:136])
    is_folder = kind == FOLDER or (kind == OLD_PLAIN and name.endswith("/"))
    is_link = kind in LINKS
    return TarMember(
        name=name,
        keeps_word=keeps_word,
        size=0 if is_folder or is_link else size,
        offset=offset,
        modified_ms=_moment_ms(told.get("mtime", b""), header[136:148]),
        is_file=kind in PLAIN and not is_folder,
        is_folder=is_folder,
        is_link=is_link,
        is_sparse=kind == SPARSE or any(key.startswith("GNU.sparse") for key in told),
    )


def _short_name(header: bytes) -> bytes:
    name = header[:100].partition(b"\0")[0]
    prefix = header[345:500].partition(b"\0")[0] if header[MAGIC_AT:].startswith(b"ustar\0") else b""
    return prefix + b"/" + name if prefix else name


def _decimal(digits: bytes) -> int:
    if not digits.isdigit() or len(digits) > 18:  # noqa: PLR2004 - more is no size
        raise InputError(DAMAGED)
    return int(digits)


def _moment_ms(precise: bytes, field: bytes) -> int | None:
    """Return epoch milliseconds of seconds with a fraction, else of the header's field; null for none or nonsense."""
    whole, _, fraction = precise.partition(b".")
    if whole.isdigit() and len(whole) < 12:  # noqa: PLR2004 - more is no moment
        thousandths = (fraction + b"000")[:3]
        return int(whole) * 1000 + (int(thousandths) if thousandths.isdigit() else 0)
    try:
        seconds = _number(field)
    except InputError:
        return None
    return seconds * 1000 if 0 < seconds < 10**11 else None
