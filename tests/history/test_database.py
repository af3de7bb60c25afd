"""The history: added to and never changed, by several at once, whatever ends them."""

import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from mcplog.errors import InputError
from mcplog.history.database import History, Row, rows_of
from mcplog.model.document import FileFacts

STORE = "/home/user/.claude/.credentials.json"
SECOND = 1_000_000_000


def row(second: int, record: bytes = b"{}", *, seen: int | None = None, changed: int | None = None) -> Row:
    """Return what a store written in a `second` holds."""
    facts = FileFacts(
        size=2, modified_ns=second * SECOND, changed_ns=(second if changed is None else changed) * SECOND, file_id="1:2"
    )
    at_ms = (second if seen is None else seen) * 1000
    return Row(observed_at_ms=at_ms, absent=False, facts=facts, record=record, key_check="k")


def gone(second: int) -> Row:
    return Row(observed_at_ms=second * 1000, absent=True, facts=FileFacts(), record=b"{}", key_check="k")


def kept(path: Path) -> list[tuple[int, bool, bytes]]:
    return [(one.taken_at_ms // 1000, one.row.absent, one.row.record) for one in rows_of(path, STORE)]


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "history.db"


def test_only_the_owner_can_read_it(path: Path) -> None:
    with History.opened(path) as history:
        history.add(STORE, row(1))
        modes = {item.name: stat.S_IMODE(item.stat().st_mode) for item in (path.parent, *path.parent.iterdir())}

    assert modes["state"] == 0o700
    assert {mode for name, mode in modes.items() if name != "state"} == {0o600}


def test_what_has_not_changed_is_kept_once(path: Path) -> None:
    with History.opened(path) as history:
        numbers = [history.add(STORE, item) for item in (row(1), row(1, seen=9), row(2), row(2), gone(3), gone(4))]

    assert numbers == [1, None, 2, None, 3, None]
    assert kept(path) == [(1, False, b"{}"), (2, False, b"{}"), (3, True, b"{}")]


def test_a_restored_copy_counts_from_its_arrival_and_not_from_its_old_time_of_writing(path: Path) -> None:
    with History.opened(path) as history:
        history.add(STORE, row(10, b'"new"'))
        history.add(STORE, row(5, b'"old"', seen=20, changed=19))

    assert kept(path) == [(10, False, b'"new"'), (19, False, b'"old"')]


def test_what_a_slower_process_saw_first_is_put_before_what_a_faster_one_saw_later(path: Path) -> None:
    with History.opened(path) as fast, History.opened(path) as slow:
        fast.add(STORE, row(10, b'"second"', seen=11))
        slow.add(STORE, row(5, b'"first"', seen=6))

    assert kept(path) == [(5, False, b'"first"'), (10, False, b'"second"')]


@pytest.mark.parametrize("change", ["UPDATE snapshot SET record = ''", "DELETE FROM snapshot"])
def test_a_row_is_never_changed_or_removed(change: str, path: Path) -> None:
    with History.opened(path) as history:
        history.add(STORE, row(1))
        with pytest.raises(sqlite3.IntegrityError, match="a snapshot is never"):
            history.connection.execute(change)


def test_the_rows_of_other_stores_are_not_given(path: Path) -> None:
    with History.opened(path) as history:
        history.add(STORE, row(1))
        history.add("/elsewhere", row(2))
        both = [one.store for one in history.rows()]

    assert kept(path) == [(1, False, b"{}")]
    assert both == ["/elsewhere", STORE]


WRITER = """
import sys
from pathlib import Path
from mcplog.history.database import History
from tests.history.test_database import STORE, row
first = int(sys.argv[2])
with History.opened(Path(sys.argv[1])) as history:
    for second in range(first, first + 25):
        number = history.add(STORE, row(second))
        print(second, number, flush=True)
"""


def writer(path: Path, first: int) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(item for item in sys.path if item)}
    words = [sys.executable, "-c", WRITER, str(path), str(first)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environment)  # noqa: S603 - fixed words


def test_several_processes_make_and_fill_it_at_once(path: Path) -> None:
    path.parent.mkdir()
    writers = [writer(path, first) for first in (0, 100, 200)]
    codes = [one.wait(timeout=120) for one in writers]
    for one in writers:
        one.communicate()

    assert codes == [0, 0, 0]
    assert [second for second, _, _ in kept(path)] == [first + at for first in (0, 100, 200) for at in range(25)]


def test_a_history_that_stays_locked_is_told_as_such(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.parent.mkdir()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("CREATE TABLE begun (x)")
    other.execute("BEGIN")
    other.execute("SELECT * FROM begun").fetchall()
    monkeypatch.setattr("mcplog.history.database.WAIT_S", 0.0)

    with pytest.raises(InputError, match="database is locked"):
        History.opened(path)


def test_what_was_told_to_be_kept_is_there_after_a_kill(path: Path) -> None:
    one = writer(path, 0)
    assert one.stdout is not None
    told = [one.stdout.readline().split()[0] for _ in range(5)]
    one.kill()
    rest, _ = one.communicate()
    told += [line.split()[0] for line in rest.splitlines()]

    assert {int(second) for second in told} <= {second for second, _, _ in kept(path)}
    with History.opened(path) as history:
        assert history.add(STORE, row(500)) is not None


@pytest.mark.parametrize("content", [b"", b"no database at all, but long enough for a header of one" * 40])
def test_a_file_that_is_no_history_is_told_as_such(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    path.write_bytes(content)

    with pytest.raises(InputError, match="the history cannot be used"):
        rows_of(path, None)


def test_reading_a_copy_puts_no_file_beside_it(path: Path, tmp_path: Path) -> None:
    with History.opened(path) as history:
        history.add(STORE, row(1))
    copy = tmp_path / "copy" / "history.db"
    copy.parent.mkdir()
    copy.write_bytes(path.read_bytes())

    assert kept(copy) == [(1, False, b"{}")]
    assert [item.name for item in copy.parent.iterdir()] == ["history.db"]
