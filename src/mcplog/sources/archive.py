"""Open an archive as a stream, under caps, and give what of it is a log, a store or something that holds such.

    bundle.zip                  bundle.zip!debug/<session>.txt, bundle.zip!.credentials.json, …
    bundle.tar.gz               the same
    debug.txt.gz                one file: debug.txt.gz itself
    all.zip!bundle.tar.zst      an archive in an archive, up to two deep

Nothing is written anywhere. A member that cannot be used costs itself and is told once; faults of one sort in many
members are told together. Short members are held in memory, long ones are unpacked again when they are read.
"""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Final

from msgspec import Struct

from mcplog.errors import InputError
from mcplog.model.document import Content, Memory, Problem
from mcplog.sources.archive_caps import Caps, Counted, Spent, cut_to, metered
from mcplog.sources.client_places import DEBUG_FOLDER, STORE_NAME
from mcplog.sources.folder import FOREIGN_FOLDERS, LATEST, PRIVATE_FOLDERS
from mcplog.sources.found import Found
from mcplog.sources.member_content import EDGE_BYTES, MemberContent
from mcplog.sources.member_names import place_in_archive
from mcplog.sources.printable import printable
from mcplog.sources.recognise import WHOLE_BYTES, FileKind, kind_of
from mcplog.sources.tar_members import Stream, TarMember, is_tar, tar_members
from mcplog.sources.unpacking import PIECE_BYTES, Packing, packing_of, unpacked
from mcplog.sources.zip_members import Directory, ZipMember, checked, packed_bytes, read_directory

HEAD_BYTES: Final = 64 * 1024
UNSURE: Final = (FileKind.TEXT, FileKind.OTHER, FileKind.BINARY)
OF_USE: Final = (
    FileKind.LOG,
    FileKind.SERVER_LOG,
    FileKind.PASTE,
    FileKind.TEXT,
    FileKind.STORE,
    FileKind.ABSENT_STORE,
    FileKind.MARKER,
    FileKind.ISSUES,
    FileKind.PAGE,
)
SYSTEM_FOLDERS: Final = FOREIGN_FOLDERS | {"__MACOSX"}
ENDS_OF_ONE: Final = (".gz", ".zst", ".bz2", ".xz", ".z")
NOT_READ: Final = "is an archive of a sort that is not read"
UNPACK_HINT: Final = "Unpack it and name the folder."
NAMES_SHOWN: Final = 3
TOO_MANY: Final = "holds more than {n} members, the rest is not read"
"""`{n}` is the cap."""


class Unpacked(Struct, frozen=True, kw_only=True):
    """What an archive holds.

    Attributes:
        origin: The archive, as shown.
        items: Its members of use, and what could not be used, in order; of the archives in it nothing.
        inner: The archives in it.
        is_one_file: It is one compressed file and no archive of several.
    """

    origin: str
    items: tuple[Found | Problem, ...] = ()
    inner: tuple["Unpacked", ...] = ()
    is_one_file: bool = False


def unpack(archive: Found, content: Content, *, caps: Caps | None = None) -> Unpacked:
    """Return what an archive holds.

    Args:
        archive: The file, for its name and place.
        content: Its bytes.
        caps: How much is read of it; null: as usual.

    Returns:
        Its members. What is wrong with it as a whole is a problem among its items.
    """
    return _Opening(archive=archive, content=content, spent=Spent(caps=caps or Caps()), depth=0).result()


class _Member(Struct, frozen=True, kw_only=True):
    """A member of either form.

    Attributes:
        name: Where it lies in the archive.
        modified_ms: Of its last change; null when nothing tells.
        unpack: Begins to unpack it, without caps.
        pieces: What it unpacks to, under caps.
    """

    name: str
    modified_ms: int | None
    unpack: Callable[[], Iterator[bytes]]
    pieces: Iterator[bytes]


class _Taken(Struct, kw_only=True):
    """What was read of a member before it was decided what to do with the rest."""

    head: bytes = b""
    fault: InputError | None = None
    is_whole: bool = False


class _Opening(Struct, kw_only=True):
    """One archive while it is opened; it grows member by member."""

    archive: Found
    content: Content
    spent: Spent
    depth: int
    items: list[Found | Problem] = []
    inner: list[Unpacked] = []
    faults: dict[tuple[str, str], list[str]] = {}
    names: set[str] = set()
    is_one_file: bool = False

    def result(self) -> Unpacked:
        try:
            self._open()
        except InputError as fault:
            self._tell(self.archive.origin, fault)
        items = _without_private(self.items)
        return Unpacked(
            origin=self.archive.origin,
            items=(*items, *self._told()),
            inner=tuple(self.inner),
            is_one_file=self.is_one_file,
        )

    def _open(self) -> None:
        head = self.content.slice(0, HEAD_BYTES)
        packing = packing_of(head)
        if head.startswith(b"PK"):
            self._read_zip()
        elif packing is not None:
            self._read_packed(packing)
        elif is_tar(head):
            self._read_tar(self._blocks, Packing.STORED)
        else:
            raise InputError(NOT_READ, hint=UNPACK_HINT)

    def _blocks(self) -> Iterator[bytes]:
        return self.content.blocks(PIECE_BYTES)

    # --- zip ---

    def _read_zip(self) -> None:
        caps = self.spent.caps
        directory = read_directory(self.content, caps)
        for number, member in enumerate(directory.members):
            if not self._counts():
                return
            if member.is_folder:
                continue
            try:
                name = self._name(member.name, keeps_word=member.keeps_word, is_link=member.is_link)
                if name is not None:
                    _refuse(member, is_shared=number in directory.overlapping)
                    self._take(self._zip_member(name, directory, member))
            except InputError as fault:
                self._tell(self._shown(member.name), fault)
        if directory.is_cut:
            self._tell(self.archive.origin, InputError(TOO_MANY.format(n=caps.members)))

    def _zip_member(self, name: str, directory: Directory, member: ZipMember) -> _Member:
        packing = member.packing or Packing.STORED

        def plain() -> Iterator[bytes]:
            return unpacked(packed_bytes(self.content, directory, member), packing)

        packed = Counted(packed_bytes(self.content, directory, member))
        metered_pieces = metered(checked(unpacked(iter(packed), packing), member), packed, self.spent)
        pieces = cut_to(metered_pieces, self.spent.caps)
        return _Member(name=name, modified_ms=member.modified_ms, unpack=plain, pieces=pieces)

    # --- tar, and one compressed file ---

    def _read_packed(self, packing: Packing) -> None:
        if is_tar(_beginning(unpacked(self._blocks(), packing))):
            self._read_tar(self._blocks, packing)
            return
        self.is_one_file = True
        self._counts()
        packed = Counted(self._blocks())
        member = _Member(
            name="",
            modified_ms=self.archive.modified_ms,
            unpack=lambda: unpacked(self._blocks(), packing),
            pieces=cut_to(metered(unpacked(iter(packed), packing), packed, self.spent), self.spent.caps),
        )
        self._take(member)

    def _read_tar(self, blocks: Callable[[], Iterator[bytes]], packing: Packing) -> None:
        packed = Counted(blocks())
        stream = Stream(metered(unpacked(iter(packed), packing), packed, self.spent))
        for member in tar_members(stream, longest_name=self.spent.caps.name_bytes):
            if not self._counts():
                return
            if member.is_folder:
                continue
            try:
                name = self._name(member.name, keeps_word=member.keeps_word, is_link=member.is_link)
                _refuse_in_tar(member)
            except InputError as fault:
                self._tell(self._shown(member.name), fault)
                continue
            if name is not None:
                again = partial(_data_again, blocks, packing, member)
                pieces = cut_to(_all_of(stream, member.size), self.spent.caps)
                self._take(_Member(name=name, modified_ms=member.modified_ms, unpack=again, pieces=pieces))

    # --- any member ---

    def _counts(self) -> bool:
        """Count a member; tell and say no when there are too many."""
        self.spent.members += 1
        if self.spent.members <= self.spent.caps.members:
            return True
        self._tell(self.archive.origin, InputError(TOO_MANY.format(n=self.spent.caps.members)))
        return False

    def _name(self, told: str, *, keeps_word: bool, is_link: bool) -> str | None:
        """Return where a member lies; null for what is of no use and need not be told."""
        name = place_in_archive(told)
        folder, _, last = name.rpartition("/")
        if SYSTEM_FOLDERS & set(folder.split("/")) or (is_link and last == LATEST):
            return None
        if is_link:
            raise InputError("is a link, which is not followed")
        if name in self.names:
            raise InputError("has the name of another member, the first one is read")
        self.names.add(name)
        if not keeps_word:
            self._tell(self._shown(told), InputError("has a name that is not UTF-8, it is read under this one"))
        return name

    def _take(self, member: _Member) -> None:
        """Look at a member, and keep it when it is of use."""
        taken = _Taken()
        kind = self._look(member, taken)
        path = self.archive.path / member.name if member.name else self._own_path()
        origin = self._shown(member.name) if member.name else self.archive.origin
        if kind is FileKind.ARCHIVE:
            self._open_inner(member, taken, path, origin)
        elif kind in OF_USE:
            content, size = self._rest(member, taken)
            cut = taken.fault.message if taken.fault else ""
            self.items.append(
                Found(
                    path=path,
                    origin=origin,
                    kind=kind,
                    size=size,
                    modified_ms=member.modified_ms,
                    identity=(*self.archive.identity, self.spent.members),
                    content=content,
                    truncated_by=cut,
                )
            )
        if taken.fault is not None:
            self._tell(origin, taken.fault)

    def _own_path(self) -> Path:
        """Return the path of one compressed file without the mark of its compression."""
        path = self.archive.path
        return path.with_suffix("") if path.suffix.lower() in ENDS_OF_ONE else path

    def _look(self, member: _Member, taken: _Taken) -> FileKind:
        """Read a member's beginning, and more of it when that does not say what it is."""
        name = (member.name or self._own_path().name).rpartition("/")[2]
        self._read_up_to(member, taken, HEAD_BYTES)
        kind = kind_of(name, taken.head, _at_least(taken))
        if kind in UNSURE and not taken.is_whole:
            self._read_up_to(member, taken, WHOLE_BYTES)
            kind = kind_of(name, taken.head, _at_least(taken))
        return kind

    def _read_up_to(self, member: _Member, taken: _Taken, count: int) -> None:
        parts, size = [taken.head], len(taken.head)
        try:
            while size < count and not taken.is_whole:
                piece = next(member.pieces, None)
                taken.is_whole = piece is None
                parts.append(piece or b"")
                size += len(piece or b"")
        except InputError as fault:
            taken.fault, taken.is_whole = fault, True
        taken.head = b"".join(parts)

    def _rest(self, member: _Member, taken: _Taken) -> tuple[Content, int]:
        """Return the content of a member and its length: held when it is short, else to be unpacked again."""
        caps = self.spent.caps
        self._read_up_to(member, taken, caps.member_held_bytes + 1)
        if taken.is_whole and self.spent.may_hold(len(taken.head)):
            return Memory(taken.head), len(taken.head)
        head, size, tail = taken.head[:HEAD_BYTES], len(taken.head), taken.head[-EDGE_BYTES:]
        if not taken.is_whole:
            size, tail = self._drained(member, taken, tail)
        return MemberContent(member.unpack, size=size, head=head, tail=tail), size

    def _drained(self, member: _Member, taken: _Taken, tail: bytes) -> tuple[int, bytes]:
        """Read a member to its end for its length and its last bytes."""
        size = len(taken.head)
        taken.head = taken.head[:HEAD_BYTES]
        try:
            for piece in member.pieces:
                size += len(piece)
                tail = (tail + piece)[-EDGE_BYTES:]
        except InputError as fault:
            taken.fault = fault
        return size, tail

    def _open_inner(self, member: _Member, taken: _Taken, path: Path, origin: str) -> None:
        """Open an archive that is a member; it is held in memory while it is read."""
        caps = self.spent.caps
        if self.depth >= caps.depth:
            taken.fault = InputError(f"lies more than {caps.depth} archives deep, it is not opened", hint=UNPACK_HINT)
            return
        self._read_up_to(member, taken, caps.nested_bytes + 1)
        if len(taken.head) > caps.nested_bytes:
            size = caps.nested_bytes // 1024**2
            taken.fault = InputError(f"is an archive of more than {size} MB in an archive", hint=UNPACK_HINT)
            return
        found = Found(
            path=path,
            origin=origin,
            kind=FileKind.ARCHIVE,
            size=len(taken.head),
            modified_ms=member.modified_ms,
            identity=(*self.archive.identity, self.spent.members),
        )
        opening = _Opening(archive=found, content=Memory(taken.head), spent=self.spent, depth=self.depth + 1)
        inside = opening.result()
        if inside.is_one_file:
            self.items += inside.items
        else:
            self.inner.append(inside)

    # --- what is told ---

    def _shown(self, name: str) -> str:
        return printable(f"{self.archive.origin}!{name}")

    def _tell(self, origin: str, fault: InputError) -> None:
        self.faults.setdefault((fault.message, fault.hint), []).append(origin)

    def _told(self) -> Iterator[Problem]:
        """Yield one problem for each sort of fault; many members with one fault are told together."""
        for (what, hint), told in self.faults.items():
            # An archive that ends in the middle of a member is told of there.
            origins = [origin for origin in told if origin != self.archive.origin] or told
            if len(origins) == 1:
                yield Problem(origin=origins[0], what=what, hint=hint)
                continue
            names = [origin.removeprefix(f"{self.archive.origin}!") for origin in origins[:NAMES_SHOWN]]
            rest = len(origins) - len(names)
            more = f" and {rest} more" if rest else ""
            yield Problem(origin=self.archive.origin, what=f"{', '.join(names)}{more}: each {what}", hint=hint)


def _beginning(pieces: Iterator[bytes]) -> bytes:
    """Return the first bytes of a stream; damage is met again, and told, when it is read."""
    first = b""
    try:
        for piece in pieces:
            first += piece
            if len(first) >= HEAD_BYTES:
                break
    except InputError:
        return first
    return first


def _refuse(member: ZipMember, *, is_shared: bool) -> None:
    """Refuse what must not or cannot be unpacked."""
    if is_shared:
        raise InputError("shares its bytes with another member: made to unpack to more than there is")
    if member.is_special:
        raise InputError("is a device or a pipe")
    if member.is_encrypted:
        raise InputError("is encrypted", hint="Unpack it with its password and name the folder.")
    if member.packing is None:
        raise InputError("is compressed in a way that is not read", hint=UNPACK_HINT)


def _refuse_in_tar(member: TarMember) -> None:
    if member.is_sparse:
        raise InputError("is stored with holes, which is not read", hint=UNPACK_HINT)
    if not member.is_file and not member.is_link:
        raise InputError("is a device or a pipe")


def _data_again(blocks: Callable[[], Iterator[bytes]], packing: Packing, member: TarMember) -> Iterator[bytes]:
    """Begin to unpack a tar archive anew, and yield the data of one member."""
    stream = Stream(unpacked(blocks(), packing))
    if stream.skip_to(member.offset):
        yield from stream.take(member.size)


def _all_of(stream: Stream, size: int) -> Iterator[bytes]:
    """Yield the next `size` bytes of a tar archive, which is cut when there are fewer."""
    end = stream.position + size
    yield from stream.take(size)
    if stream.position < end:
        raise InputError("ends in the middle")


def _at_least(taken: _Taken) -> int:
    """Return the length of a member as far as it is known: one more than what was read when there is more."""
    return len(taken.head) + (not taken.is_whole)


def _without_private(items: list[Found | Problem]) -> Iterator[Found | Problem]:
    """Leave out what lies in folders of a configuration folder that hold neither logs nor stores."""
    files = [item for item in items if isinstance(item, Found)]
    homes = {file.path.parent for file in files if file.path.name == STORE_NAME}
    homes |= {file.path.parent.parent for file in files if file.path.parent.name == DEBUG_FOLDER}
    for item in items:
        if not isinstance(item, Found) or not _is_private(item.path, homes):
            yield item


def _is_private(path: Path, homes: set[Path]) -> bool:
    return any(folder.name in PRIVATE_FOLDERS and home in homes for folder, home in pairwise(path.parents))
