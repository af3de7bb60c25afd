"""Cut debug files into chunks that end where a record begins, and join small ones into one.

    large document  ─► about 4 MiB ─► 4 MiB ─► …       a longer line is represented by its beginning
    small documents ─► one chunk, whose pieces keep their own lines and bytes

May import: model. Touches: nothing.
"""

from collections.abc import Sequence
from typing import ClassVar, Final

from msgspec import Struct

from mcplog.model.document import Document
from mcplog.model.veiled import Veiled
from mcplog.parse.formats import Form, starts_record

BLOCK_BYTES: Final = 4 * 1024 * 1024
SMALL_BYTES: Final = BLOCK_BYTES  # so many bytes of small documents are joined, too
MESSAGE_BYTES: Final = 64 * 1024
SEARCH_BYTES: Final = 256 * 1024


class Piece(Struct, frozen=True, kw_only=True):
    """A stretch of one document inside a chunk.

    Attributes:
        document_id: The document.
        chunk_from: Where it begins in the chunk's bytes.
        byte_from: Where it begins in the document.
        line_from: Its first line's number in the document, 1-based.
        byte_to: Where the document's part ends; what was added behind it is not the document's.
        row_from: Its first line among the chunk's lines, 0-based; known when these are.
        line_count: How many lines it has up to the chunk's limit; known when the chunk's lines are.
    """

    document_id: int
    chunk_from: int
    byte_from: int
    line_from: int
    byte_to: int
    row_from: int = 0
    line_count: int = 0


class Chunk(Veiled, frozen=True, kw_only=True):
    """Bytes that end at a record's start or a document's end, with what is needed to place their lines.

    Attributes:
        data: Lines that end in LF.
        limit: How many of its bytes count; the rest belongs to the next chunk.
        pieces: In order.
        form: Shared by all pieces.
        is_beginning: The chunk holds the beginning of one line that is too long to be held.
    """

    HIDDEN: ClassVar[tuple[str, ...]] = ("data",)

    data: bytes
    limit: int
    pieces: tuple[Piece, ...]
    form: Form
    is_beginning: bool = False


def read_block(document: Document, form: Form, position: int, line: int) -> tuple[Chunk, int]:
    """Return the chunk of a large document that begins at `position`, and where the next one begins.

    It is about `BLOCK_BYTES` long and ends where a record begins; a longer line is represented by its beginning.

    Args:
        document: The document.
        form: Its form.
        position: A line begins there.
        line: Its number.
    """
    size = document.content.size
    data = document.content.slice(position, min(position + BLOCK_BYTES, size))
    is_last = not data or position + len(data) >= size
    cut = len(data) if is_last else _cut(data, form)
    stop = position + cut if cut else min(line_end(document, position + len(data)) + 1, size)
    if is_last and not data:
        stop = size
    piece = Piece(
        document_id=document.document_id,
        chunk_from=0,
        byte_from=position,
        line_from=line,
        byte_to=stop,
    )
    if not cut and data:
        beginning = data[:MESSAGE_BYTES] + b"\n"
        return Chunk(data=beginning, limit=len(beginning), pieces=(piece,), form=form, is_beginning=True), stop
    lines = _splittable(data, cut)
    limit = len(lines) if cut == len(data) else cut
    return Chunk(data=lines, limit=limit, pieces=(piece,), form=form), stop


def join_small(parts: Sequence[tuple[Document, bytes]], form: Form) -> Chunk:
    """Return one chunk of whole small documents; each keeps its own lines and places.

    Args:
        parts: Documents and all their bytes.
        form: Of each of them.
    """
    pieces, datas, at = [], [], 0
    for document, whole in parts:
        data = whole[form.skip :] if form.skip else whole
        if not data.endswith(b"\n"):
            data += b"\n"
        pieces.append(
            Piece(
                document_id=document.document_id,
                chunk_from=at,
                byte_from=form.skip,
                line_from=1,
                byte_to=len(whole),
            )
        )
        datas.append(data)
        at += len(data)
    return Chunk(data=b"".join(datas), limit=at, pieces=tuple(pieces), form=form)


def line_end(document: Document, position: int) -> int:
    """Return where the line ends that goes on at byte `position`: at its LF, or where the `document` does."""
    size = document.content.size
    while position < size:
        data = document.content.slice(position, min(position + BLOCK_BYTES, size))
        at = data.find(b"\n")
        if at >= 0 or not data:
            return position + max(at, 0)
        position += len(data)
    return size


def _cut(data: bytes, form: Form) -> int:
    """Return where the last record of `data` begins, else where its last line does; 0 when it has one line only."""
    last = at = data.rfind(b"\n") + 1
    while at > 0 and len(data) - at < SEARCH_BYTES:
        if starts_record(data[at : at + 64], stamped=form.stamped):
            return at
        at = data.rfind(b"\n", 0, at - 1) + 1
    return last


def _splittable(data: bytes, cut: int) -> bytes:
    """Return `data`, its end made safe: polars must find a line end behind the last line and no half character."""
    if cut == len(data):
        return data if data.endswith(b"\n") else data + b"\n"
    return data[:cut] if data[-1] & 0x80 else data
