"""Archives as people, other programs and attackers make them."""

import io
import struct
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from mcplog.model.document import Memory, Problem
from mcplog.sources.archive import Unpacked, unpack
from mcplog.sources.archive_caps import Caps
from mcplog.sources.found import Found
from mcplog.sources.recognise import FileKind
from tests.sources.trees import LOG

PLACE = Path("/x/bundle")


def zstd_compressed(data: bytes) -> bytes:
    """What zstd makes of it, by whichever module this Python has."""
    name = "compression.zstd" if sys.version_info >= (3, 14) else "zstandard"
    packed: bytes = import_module(name).compress(data)
    return packed


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return out.getvalue()


def tarred(files: Mapping[str, bytes], form: int = tarfile.PAX_FORMAT, mode: str = "w") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode, format=form) as archive:  # type: ignore[call-overload]  # a mode of many
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime = len(content), 1_795_566_960
            archive.addfile(entry, io.BytesIO(content))
    return out.getvalue()


def tar_entry(name: str, kind: bytes, link: str = "") -> bytes:
    """A tar archive of one entry that is no plain file."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        entry = tarfile.TarInfo(name)
        entry.type, entry.linkname = kind, link
        archive.addfile(entry)
    return out.getvalue()


def raw_zip(*entries: tuple[bytes, bytes], flags: int = 0, method: int = 8, shared: bool = False) -> bytes:
    """A zip archive byte by byte: names need not be text, and `shared` gives all entries the bytes of the first."""
    out, directory = bytearray(), bytearray()
    first: tuple[int, bytes, bytes] | None = None
    for name, content in entries:
        packed = content if method != 8 else zlib.compress(content, 9, -15)
        offset = len(out)
        if first is None or not shared:
            head = (b"PK\3\4", 20, flags, method, 0, 0, zlib.crc32(content), len(packed), len(content), len(name), 0)
            out += struct.pack("<4s5H3L2H", *head) + name + packed
            first = first or (offset, content, packed)
        else:
            offset, content, packed = first  # noqa: PLW2901 - the bytes of the first one
        entry = (b"PK\1\2", 0x314, 20, flags, method, 0, 0, zlib.crc32(content), len(packed), len(content))
        directory += struct.pack("<4s6H3L5H2L", *entry, len(name), 0, 0, 0, 0, 0, offset) + name
    count = len(entries)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(directory), len(out), 0)
    return bytes(out + directory + end)


def opened(content: bytes, caps: Caps | None = None, name: str = "bundle.zip") -> Unpacked:
    archive = Found(
        path=PLACE.with_name(name),
        origin=name,
        kind=FileKind.ARCHIVE,
        size=len(content),
        modified_ms=None,
        identity=(7, 8),
    )
    return unpack(archive, Memory(content), caps=caps)


def members(inside: Unpacked) -> dict[str, bytes]:
    """What was taken, archives in it included: by name, all bytes."""
    found = {item.origin: item for item in inside.items if isinstance(item, Found)}
    taken = {origin: item.content.slice(0, item.size) if item.content else b"" for origin, item in found.items()}
    return taken | {name: data for inner in inside.inner for name, data in members(inner).items()}


def told(inside: Unpacked) -> list[str]:
    """What was told, archives in it included."""
    own = [f"{item.origin}: {item.what}" for item in inside.items if isinstance(item, Problem)]
    return own + [text for inner in inside.inner for text in told(inner)]


BUNDLE = {"debug/a.txt": LOG, "notes/readme.bin": b"\x89PNG\x00\x00\x00", "debug/b.txt": LOG * 2}
