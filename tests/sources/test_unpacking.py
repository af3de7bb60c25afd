"""unpacked: whatever the pieces that come in, the same bytes go out, a piece at a time."""

import bz2
import gzip
import lzma
import zlib
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcplog.errors import InputError
from mcplog.sources import unpacking
from mcplog.sources.unpacking import NO_ZSTD, PIECE_BYTES, Packing, packing_of, unpacked
from tests.sources.archives import zstd_compressed

Pack = Callable[[bytes], bytes]
PACKS: dict[Packing, Pack] = {
    Packing.GZIP: gzip.compress,
    Packing.BZIP2: bz2.compress,
    Packing.XZ: lzma.compress,
    Packing.ZSTD: zstd_compressed,
}


def deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


EVERY = PACKS | {Packing.DEFLATE: deflate}


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    yield from (data[start : start + size] for start in range(0, len(data), size))


@pytest.mark.parametrize("packing", EVERY)
@given(data=st.binary(max_size=2000), size=st.integers(1, 600))
def test_the_size_of_the_blocks_does_not_matter(packing: Packing, data: bytes, size: int) -> None:
    assert b"".join(unpacked(pieces(EVERY[packing](data), size), packing)) == data


@pytest.mark.parametrize("packing", EVERY)
def test_no_more_than_a_piece_comes_out_at_once(packing: Packing) -> None:
    data = bytes(5 * PIECE_BYTES + 1)

    made = list(unpacked(iter([EVERY[packing](data)]), packing))

    assert (b"".join(made), max(map(len, made))) == (data, PIECE_BYTES)


@pytest.mark.parametrize("packing", PACKS)
@pytest.mark.parametrize("size", [1, 5, 10_000])
def test_streams_that_follow_one_another_are_one_and_zeros_behind_them_nothing(packing: Packing, size: int) -> None:
    packed = PACKS[packing](b"one") + PACKS[packing](b"two") + bytes(20)

    assert b"".join(unpacked(pieces(packed, size), packing)) == b"onetwo"


@pytest.mark.parametrize("packing", [Packing.GZIP, Packing.ZSTD, Packing.BZIP2])
def test_something_else_behind_a_stream_is_no_part_of_it(packing: Packing) -> None:
    assert b"".join(unpacked(iter([PACKS[packing](b"one") + b"signature"]), packing)) == b"one"


@pytest.mark.parametrize("packing", EVERY)
@given(data=st.binary(min_size=1, max_size=2000), cut=st.integers(1, 2000))
def test_a_stream_that_ends_early_gives_its_beginning_and_then_says_so(packing: Packing, data: bytes, cut: int) -> None:
    packed = EVERY[packing](data)
    made: list[bytes] = []

    with pytest.raises(InputError, match="ends in the middle"):
        made += unpacked(iter([packed[: -min(cut, len(packed))]]), packing)

    assert data.startswith(b"".join(made))


@pytest.mark.parametrize("packing", PACKS)
def test_damage_is_said(packing: Packing) -> None:
    packed = bytearray(PACKS[packing](bytes(range(256)) * 40))
    packed[len(packed) // 2 :] = bytes(len(packed) - len(packed) // 2)

    with pytest.raises(InputError, match=r"is damaged|ends in the middle"):
        list(unpacked(iter([bytes(packed)]), packing))


def test_a_stream_is_known_by_its_first_bytes() -> None:
    assert {packing: packing_of(pack(b"x")) for packing, pack in PACKS.items()} == {name: name for name in PACKS}
    assert packing_of(b"PK\3\4") is None


def test_zstd_without_a_module_for_it_is_told_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(unpacking, "import_module", nothing)

    with pytest.raises(InputError, match=NO_ZSTD) as fault:
        list(unpacked(iter([b"(\xb5/\xfd"]), Packing.ZSTD))
    assert fault.value.hint == "Install the package `zstandard`, or unpack it and name what was in it."
