r"""Unpack compressed bytes piece by piece: however much a block unpacks to, a piece of it is all that is held.

    gz  \x1f\x8b        zst  (\xb5/\xfd        bz2  BZh        xz  \xfd7zXZ\0        deflate  inside zip

Nothing else here unpacks anything.
"""

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from enum import StrEnum
from importlib import import_module
from typing import Any, Final, Protocol

from mcplog.errors import InputError

PIECE_BYTES: Final = 256 * 1024
MEMORY_BYTES: Final = 160 * 1024 * 1024  # what a stream may ask for to be unpacked; `xz -9` needs 65 MB
WINDOW_LOG: Final = 27  # of zstd: 128 MB, as its own command allows without a word
# `zstandard` gives all that its input unpacks to at once: at most 16 MB for so little of it.
FED_BYTES: Final = 512
CUT_SHORT: Final = "ends in the middle"
DAMAGED: Final = "is damaged"
NO_ZSTD: Final = "is compressed with zstd, which this Python cannot read"
ZSTD_HINT: Final = "Install the package `zstandard`, or unpack it and name what was in it."


class Packing(StrEnum):
    """How bytes are compressed."""

    STORED = "stored"
    DEFLATE = "deflate"
    GZIP = "gzip"
    BZIP2 = "bzip2"
    XZ = "xz"
    ZSTD = "zstd"


MARKS: Final = {
    b"\x1f\x8b": Packing.GZIP,
    b"(\xb5/\xfd": Packing.ZSTD,
    b"BZh": Packing.BZIP2,
    b"\xfd7zXZ\x00": Packing.XZ,
}


class Decoder(Protocol):
    """What `bz2`, `lzma` and `compression.zstd` give, and what zlib and `zstandard` are made to give."""

    @property
    def eof(self) -> bool:
        """The stream has ended."""
        ...

    @property
    def needs_input(self) -> bool:
        """Nothing is left to be given without more input."""
        ...

    @property
    def unused_data(self) -> bytes:
        """What came behind the end of the stream."""
        ...

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Return what more of the stream, `data`, unpacks to: at most `max_length` bytes."""
        ...


def packing_of(head: bytes) -> Packing | None:
    """Return how a stream that begins with `head` is compressed; null when it is no compressed stream."""
    return next((packing for mark, packing in MARKS.items() if head.startswith(mark)), None)


def unpacked(blocks: Iterator[bytes], packing: Packing) -> Iterator[bytes]:
    """Yield what compressed bytes unpack to, in pieces.

    Args:
        blocks: The compressed bytes.
        packing: How they are compressed. Streams that follow one another are one, apart from `deflate`.

    Raises:
        InputError: The bytes are damaged or end too early, or zstd cannot be read here; everything before the damage
            has been yielded.
    """
    if packing is Packing.STORED:
        yield from blocks
        return
    make, faults = _decoders(packing)
    decoder = make()
    try:
        for block in blocks:
            data = block
            while data or not (decoder.eof or decoder.needs_input):
                if decoder.eof:
                    data = data.lstrip(b"\0")  # padding of tapes and of `gzip`
                    if packing is Packing.DEFLATE or not _may_begin(data, packing):
                        return  # what follows is something else
                    if not data:
                        break
                    decoder = make()
                piece = decoder.decompress(data, PIECE_BYTES)
                data = decoder.unused_data if decoder.eof else b""
                if piece:
                    yield piece
    except faults as fault:
        raise InputError(DAMAGED) from fault
    if not decoder.eof:
        raise InputError(CUT_SHORT)


def _may_begin(data: bytes, packing: Packing) -> bool:
    mark = next(mark for mark, of in MARKS.items() if of is packing)
    return data[: len(mark)] == mark[: len(data)]


def _decoders(packing: Packing) -> tuple[Callable[[], Decoder], tuple[type[Exception], ...]]:
    """Return what makes a decoder, and the exceptions that say that its input is damaged."""
    match packing:
        case Packing.BZIP2:
            return bz2.BZ2Decompressor, (OSError, ValueError)
        case Packing.XZ:
            return _xz, (lzma.LZMAError,)
        case Packing.ZSTD:
            return _zstd()
        case Packing.GZIP:
            return lambda: _Deflated(zlib.MAX_WBITS + 16), (zlib.error,)
        case _:
            return lambda: _Deflated(-zlib.MAX_WBITS), (zlib.error,)


def _xz() -> Decoder:
    return lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=MEMORY_BYTES)


def _zstd() -> tuple[Callable[[], Decoder], tuple[type[Exception], ...]]:
    # Not `import`: the one is there from Python 3.14 on, the other when somebody installed it.
    try:
        module: Any = import_module("compression.zstd")
    except ImportError:
        try:
            module = import_module("zstandard")
        except ImportError:
            raise InputError(NO_ZSTD, hint=ZSTD_HINT) from None
        return lambda: _Fed(module.ZstdDecompressor(max_window_size=1 << WINDOW_LOG)), (module.ZstdError,)
    options = {module.DecompressionParameter.window_log_max: WINDOW_LOG}
    return lambda: module.ZstdDecompressor(options=options), (module.ZstdError,)


class _Deflated:
    """A zlib decoder that keeps what it could not take yet, as the others do."""

    def __init__(self, window: int) -> None:
        self._decoder = zlib.decompressobj(window)
        self.needs_input = True

    @property
    def eof(self) -> bool:
        return self._decoder.eof

    @property
    def unused_data(self) -> bytes:
        return self._decoder.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        piece = self._decoder.decompress(self._decoder.unconsumed_tail + data, max_length)
        self.needs_input = len(piece) < max_length and not self._decoder.unconsumed_tail
        return piece


class _Fed:
    """A decoder of `zstandard` that is fed little by little, so that little comes out at once."""

    def __init__(self, maker: Any) -> None:  # noqa: ANN401 - the package is optional, so its types are not known
        self._decoder = maker.decompressobj()
        self._left = b""
        self._made = b""
        self._unused = b""

    @property
    def eof(self) -> bool:
        return bool(self._decoder.eof) and not self._made

    @property
    def needs_input(self) -> bool:
        return not self._left and not self._made

    @property
    def unused_data(self) -> bytes:
        return self._unused

    def decompress(self, data: bytes, max_length: int) -> bytes:
        self._left += data
        at, decoder = 0, self._decoder
        while len(self._made) < max_length and at < len(self._left) and not decoder.eof:
            self._made += decoder.decompress(self._left[at : at + FED_BYTES])
            at += FED_BYTES
        self._left = self._left[at:]
        if at and decoder.eof:
            self._unused, self._left = decoder.unused_data + self._left, b""
        piece, self._made = self._made[:max_length], self._made[max_length:]
        return piece
