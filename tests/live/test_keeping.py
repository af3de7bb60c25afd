"""What a store held while it was looked at is in the history, whatever the history does meanwhile."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mcplog.history import History
from mcplog.history.database import rows_of
from mcplog.live.keeping import Keeper
from mcplog.sources.client_places import STORE_NAME
from mcplog.sources.store_look import facts_of

STORE = '{{"mcpOAuth":{{"notes|0123456789abcdef":{{"serverName":"notes","accessToken":"token-{}"}}}}}}'
BEGUN_NS = 1_795_566_960 * 1_000_000_000
HEAVY = ("polars", "lark", "mcplog.pipeline", "mcplog.history")


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    (tmp_path / "configuration").mkdir()
    return tmp_path / "configuration"


@pytest.fixture(name="history")
def _history(tmp_path: Path) -> Path:
    with History.opened(tmp_path / "history.db"):
        return tmp_path / "history.db"


@pytest.fixture(name="locked")
def _locked(history: Path) -> Iterator[sqlite3.Connection]:
    """Another writer, who has the history."""
    connection = sqlite3.connect(history, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    yield connection
    connection.close()


def write_and_see(keeper: Keeper, folder: Path, count: int) -> None:
    """Write so many stores, each when the one before was seen; it hangs, and times out, when one never is."""
    for number in range(count):
        (folder / "new").write_text(STORE.format(number))
        (folder / "new").replace(folder / STORE_NAME)
        while keeper.seen != facts_of(folder / STORE_NAME):
            keeper.wake()


def test_states_that_are_seen_while_another_writer_has_the_history_are_kept_afterwards(
    folder: Path, history: Path, locked: sqlite3.Connection
) -> None:
    (folder / STORE_NAME).write_text(STORE.format(0))
    with Keeper(folder, history) as keeper:
        write_and_see(keeper, folder, 5)
        kept_before = keeper.kept
        locked.rollback()

    assert (kept_before, keeper.kept, keeper.fault) == (0, len(rows_of(history, None)), "")
    assert len({row.row.record for row in rows_of(history, None)}) == 5


def test_a_state_whose_file_looks_like_the_one_before_is_kept(folder: Path, history: Path) -> None:
    store = folder / STORE_NAME
    store.write_text(STORE.format(0))
    os.utime(store, ns=(BEGUN_NS, BEGUN_NS))
    with Keeper(folder, history) as keeper:
        while not keeper.kept:
            keeper.wake()
        with store.open("r+") as same_file:  # never empty between the two states, which would be a third
            same_file.write(STORE.format(1))
        os.utime(store, ns=(BEGUN_NS, BEGUN_NS))
        while keeper.kept < 2:
            keeper.wake()

    assert len({row.row.record for row in rows_of(history, None) if not row.row.absent}) == 2


def test_a_store_that_cannot_be_read_is_told(folder: Path, history: Path) -> None:
    (folder / STORE_NAME).mkdir()
    with Keeper(folder, history) as keeper:
        while not keeper.fault:
            keeper.changed.wait()

    assert f"{folder / STORE_NAME}: cannot be read" in keeper.fault


def test_a_history_that_is_none_is_told(folder: Path, history: Path) -> None:
    history.write_bytes(b"no database" * 100)
    (folder / STORE_NAME).write_text(STORE.format(0))
    with Keeper(folder, history) as keeper:
        while not keeper.fault:
            keeper.changed.wait()

    assert str(history) in keeper.fault


def test_a_watch_looks_at_the_store_before_it_loads_what_takes_long() -> None:
    words = f"import sys, mcplog.cli.watching; print(sorted(set(sys.modules) & {{*{HEAVY!r}}}))"
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)  # noqa: S603 - fixed

    assert done.stdout == "[]\n"
