"""MemberContent: reads like the bytes themselves, in any order, without holding them all."""

import hashlib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcplog.errors import InputError
from mcplog.sources import member_content
from mcplog.sources.member_content import MemberContent

DATA = b"".join(hashlib.sha256(b"%d" % number).digest() for number in range(2000))


def content(size: int = len(DATA), step: int = 777) -> MemberContent:
    def unpack() -> Iterator[bytes]:
        yield from (DATA[start : start + step] for start in range(0, len(DATA), step))

    return MemberContent(unpack, size=size, head=DATA[:100], tail=DATA[max(0, size - 200) : size])


@given(
    st.lists(st.tuples(st.integers(0, len(DATA) + 50), st.integers(0, 5000)), max_size=12),
    st.integers(1, len(DATA)),
    st.integers(1, 3000),
)
def test_any_ranges_in_any_order_are_those_of_the_bytes(ranges: list[tuple[int, int]], size: int, kept: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(member_content, "KEPT_BYTES", kept)
        read = content(size)

        assert [read.slice(start, start + count) for start, count in ranges] == [
            DATA[:size][start : start + count] for start, count in ranges
        ]


@given(st.integers(0, len(DATA)), st.integers(1, 3000))
def test_blocks_are_no_longer_than_asked_and_end_at_the_size(size: int, block: int) -> None:
    blocks = list(content(size).blocks(block))

    assert (b"".join(blocks), all(0 < len(one) <= block for one in blocks)) == (DATA[:size], True)


def test_a_reader_that_goes_on_does_not_begin_anew() -> None:
    begun = []

    def unpack() -> Iterator[bytes]:
        begun.append(1)
        yield from (DATA[start : start + 1000] for start in range(0, len(DATA), 1000))

    read = MemberContent(unpack, size=len(DATA), head=b"", tail=b"")
    for start in range(0, len(DATA), 5000):
        read.slice(max(0, start - 300), start + 5000)

    assert begun == [1]


def test_an_archive_that_has_become_shorter_cannot_be_read_any_more() -> None:
    read = MemberContent(lambda: iter([DATA[:1000]]), size=5000, head=b"", tail=b"")

    with pytest.raises(InputError, match="the archive cannot be read any more"):
        read.slice(2000, 3000)
    with pytest.raises(InputError, match="the archive cannot be read any more"):
        list(read.blocks())


def test_its_bytes_are_not_in_its_repr() -> None:
    assert repr(content(300)) == "MemberContent(size=300)"
