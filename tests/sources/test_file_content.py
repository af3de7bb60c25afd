"""FileContent: the bytes that were there when the file was found, and what has happened to it since."""

import os
from pathlib import Path

import pytest

from mcplog.errors import InputError
from mcplog.model.document import Document, Problem
from mcplog.sources import FileContent, Inputs, changes_while_reading


def content_of(path: Path) -> FileContent:
    status = path.stat()
    return FileContent(path=path, size=status.st_size, identity=(status.st_dev, status.st_ino))


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "a.txt"
    path.write_bytes(b"0123456789")
    return path


def test_blocks_and_ranges_give_the_bytes(log: Path) -> None:
    content = content_of(log)

    assert [list(content.blocks(4)), content.slice(2, 5), content.slice(8, 99), content.slice(5, 2)] == [
        [b"0123", b"4567", b"89"],
        b"234",
        b"89",
        b"",
    ]


def test_what_a_log_gains_later_is_not_read(log: Path) -> None:
    content = content_of(log)
    with log.open("ab") as file:
        file.write(b"abc")

    assert (b"".join(content.blocks()), content.slice(8, 13), content.change()) == (b"0123456789", b"89", "")


def test_a_file_that_shrinks_gives_what_is_left(log: Path) -> None:
    content = content_of(log)
    os.truncate(log, 3)

    assert (b"".join(content.blocks()), content.change()) == (b"012", "was cut short while it was read")


def test_a_file_that_is_rotated_is_told(log: Path) -> None:
    content = content_of(log)
    log.rename(log.with_suffix(".1"))
    log.write_bytes(b"abcdefghijkl")

    assert content.change() == "was replaced while it was read"


def test_a_file_that_is_gone_raises_where_it_is_read(log: Path) -> None:
    content = content_of(log)
    log.unlink()

    assert content.change() == "was removed while it was read"
    with pytest.raises(InputError, match="cannot be read any more"):
        list(content.blocks())
    with pytest.raises(InputError, match="cannot be read any more"):
        content.slice(0, 1)


def lowest_free_handle(path: Path) -> int:
    handle = os.open(path, os.O_RDONLY)
    os.close(handle)
    return handle


def test_no_handle_is_kept(log: Path) -> None:
    before = lowest_free_handle(log)
    content = content_of(log)
    read = [*content.blocks(4), content.slice(0, 1)]

    assert (len(read), lowest_free_handle(log)) == (4, before)


def test_the_path_is_not_printed(log: Path) -> None:
    assert str(log) not in repr(content_of(log))


def test_changes_are_told_with_the_name_that_the_user_knows(log: Path) -> None:
    inputs = Inputs(documents=(Document(document_id=0, origin="./a.txt", content=content_of(log)),))
    os.truncate(log, 3)

    assert changes_while_reading(inputs) == (
        Problem(
            origin="./a.txt",
            what="The file was cut short while it was read",
            hint="Read it again, or copy it first when it is still written.",
        ),
    )
