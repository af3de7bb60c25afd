"""A store is looked at while it is written: half a write is no damage, and nothing waits or is changed."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from mcplog.errors import InputError
from mcplog.sources.store_look import Seen, is_whole, look, settled

SECOND = 1_000_000_000
NOW = 1_795_000_000 * SECOND
WHOLE = b'{"mcpOAuth": {}}'


def written(folder: Path, content: bytes, *, ago_s: float) -> Path:
    path = folder / ".credentials.json"
    path.write_bytes(content)
    os.utime(path, ns=(NOW, NOW - int(ago_s * SECOND)))
    return path


def seen(path: Path) -> Seen | None:
    return look(path, "store", now_ns=NOW)


def test_a_whole_store_is_taken_at_once(tmp_path: Path) -> None:
    found = seen(written(tmp_path, WHOLE, ago_s=0))

    assert found is not None
    assert (found.dump.content, found.dump.absent, found.dump.taken_at_ms) == (WHOLE, False, NOW // 1_000_000)
    assert (found.facts.size, found.facts.modified_ns, found.seen_at_ms) == (16, NOW, NOW // 1_000_000)


@pytest.mark.parametrize("content", [b"", WHOLE[:-1], b'{"mcpOAuth": {"a": {}}'])
def test_a_part_that_was_written_just_now_is_a_write_under_way(content: bytes, tmp_path: Path) -> None:
    assert seen(written(tmp_path, content, ago_s=1.9)) is None


@pytest.mark.parametrize("content", [b"", WHOLE[:-1]])
def test_what_stays_so_for_two_seconds_is_what_the_store_holds(content: bytes, tmp_path: Path) -> None:
    found = seen(written(tmp_path, content, ago_s=2.1))

    assert found is not None
    assert found.dump.content == content


def test_a_missing_store_is_absent_once_its_folder_is_quiet(tmp_path: Path) -> None:
    os.utime(tmp_path, ns=(NOW, NOW - SECOND))
    under_way = seen(tmp_path / ".credentials.json")
    os.utime(tmp_path, ns=(NOW, NOW - 3 * SECOND))
    found = seen(tmp_path / ".credentials.json")

    assert under_way is None
    assert found is not None
    assert (found.dump.absent, found.dump.content) == (True, b"")


def test_a_store_that_settles_while_it_is_looked_at_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, b"", ago_s=0)
    monkeypatch.setattr("mcplog.sources.store_look.time.time_ns", lambda: NOW)
    monkeypatch.setattr("mcplog.sources.store_look.time.sleep", lambda _: path.write_bytes(WHOLE))

    assert settled(path, "store").dump.content == WHOLE


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo])
def test_what_is_no_file_is_told_and_never_waited_for(make: Callable[[Path], None], tmp_path: Path) -> None:
    path = tmp_path / ".credentials.json"
    make(path)

    with pytest.raises(InputError, match="no regular file"):
        seen(path)


def test_a_look_changes_nothing(tmp_path: Path) -> None:
    path = written(tmp_path, WHOLE, ago_s=9)
    before = path.stat()
    seen(path)
    after = path.stat()

    assert (before.st_mtime_ns, before.st_ctime_ns, before.st_ino, before.st_size) == (
        after.st_mtime_ns,
        after.st_ctime_ns,
        after.st_ino,
        after.st_size,
    )
    assert [item.name for item in tmp_path.iterdir()] == [".credentials.json"]


def test_only_json_is_whole() -> None:
    assert [is_whole(text) for text in (WHOLE, b"[]", b"", b"{", b"[" * 100_000)] == [True, True, False, False, False]
