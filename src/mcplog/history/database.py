"""The database of the history: rows are added and never changed, by several processes at once, whatever kills them.

    store      a credential store by its path
    snapshot   what it held at one moment: a record of fingerprints, and what the file system said

A commit is on disk before it is told; a process that is killed before it leaves the last state whole (write-ahead log).
"""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar, Final, Self

from msgspec import Struct

from mcplog.errors import InputError
from mcplog.model.document import FileFacts
from mcplog.model.veiled import Veiled

HISTORY_NAME: Final = "history.db"
FORMAT: Final = 1
WAIT_S: Final = 10.0
TURN_S: Final = 0.01
ROW_LIMIT: Final = 1_000
PRIMARY_CODE: Final = 0xFF  # of SQLite's result codes; the rest says more of the same
SCHEMA: Final = f"""
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS store (
    store_id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE IF NOT EXISTS snapshot (
    snapshot_id INTEGER PRIMARY KEY AUTOINCREMENT,
    store_id INTEGER NOT NULL REFERENCES store,
    taken_at_ms INTEGER NOT NULL,
    observed_at_ms INTEGER NOT NULL,
    absent INTEGER NOT NULL,
    key_check TEXT NOT NULL,
    size INTEGER NOT NULL,
    mode INTEGER NOT NULL,
    modified_ns INTEGER NOT NULL,
    changed_ns INTEGER NOT NULL,
    file_id TEXT NOT NULL,
    record TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS snapshot_by_file ON snapshot (store_id, changed_ns, modified_ns);
CREATE TRIGGER IF NOT EXISTS snapshot_is_final BEFORE UPDATE ON snapshot
    BEGIN SELECT RAISE(ABORT, 'a snapshot is never changed'); END;
CREATE TRIGGER IF NOT EXISTS snapshot_stays BEFORE DELETE ON snapshot
    BEGIN SELECT RAISE(ABORT, 'a snapshot is never removed'); END;
PRAGMA user_version = {FORMAT};
COMMIT;
"""
COLUMNS: Final = (
    "snapshot_id, taken_at_ms, observed_at_ms, absent, key_check, size, mode, modified_ns, changed_ns, file_id, record"
)


class Row(Struct, frozen=True, kw_only=True):
    """What is to be kept of a store at one moment.

    Attributes:
        observed_at_ms: When it was read, epoch milliseconds.
        absent: The file did not exist.
        facts: What the file system said.
        record: What it held, as a record without a secret.
        key_check: Which key its fingerprints were made with.
    """

    observed_at_ms: int
    absent: bool
    facts: FileFacts
    record: bytes
    key_check: str


class Kept(Struct, frozen=True, kw_only=True):
    """One row of the history.

    Attributes:
        snapshot_id: Its number, in the order in which rows were added.
        store: Path of the store.
        taken_at_ms: When the store came to hold this, epoch milliseconds.
        row: The rest.
    """

    snapshot_id: int
    store: str
    taken_at_ms: int
    row: Row


class History(Veiled, frozen=True, kw_only=True):
    """An open history. Close it, or use it in a `with`."""

    HIDDEN: ClassVar[tuple[str, ...]] = ("connection",)

    path: Path
    connection: sqlite3.Connection

    @classmethod
    def opened(cls, path: Path) -> Self:
        """Return the history at `path`, open to be added to; make it, and its folder, where there is none.

        Raises:
            InputError: It cannot be opened, or is no history.
        """
        with _told(path):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            connection = sqlite3.connect(path, timeout=WAIT_S, isolation_level=None)
            connection.execute("PRAGMA trusted_schema = OFF")
            _be_first(connection)
        return cls(path=path, connection=connection)

    def add(self, store: str, row: Row) -> int | None:
        """Add what a store holds, unless the history has it.

        Args:
            store: Path of the store.
            row: What it holds.

        Returns:
            The number of the new row; null when nothing has changed since an earlier one.

        Raises:
            InputError: It cannot be written.
        """
        with _told(self.path), self._transaction() as connection:
            connection.execute("INSERT OR IGNORE INTO store (path) VALUES (?)", (store,))
            (store_id,) = connection.execute("SELECT store_id FROM store WHERE path = ?", (store,)).fetchone()
            last = connection.execute(
                "SELECT absent, taken_at_ms, observed_at_ms FROM snapshot WHERE store_id = ?"
                " ORDER BY snapshot_id DESC LIMIT 1",
                (store_id,),
            ).fetchone()
            if _is_known(connection, store_id, row, last):
                return None
            return _insert(connection, store_id, row, _taken_at_ms(row, last))

    def rows(self, store: str | None = None) -> list[Kept]:
        """Return what was kept of one `store` (null: of all), each store's rows in time; at most the newest 1,000."""
        with _told(self.path):
            return list(_rows(self.connection, store))

    def close(self) -> None:
        """Close it."""
        self.connection.close()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield self.connection
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")


def rows_of(path: Path, store: str | None, *, limit: int = ROW_LIMIT) -> list[Kept]:
    """Return what a history keeps, without making or changing it.

    Args:
        path: The history.
        store: Path of a store; null for all.
        limit: Only so many of the newest.

    Raises:
        InputError: It cannot be read, or is no history.
    """
    # A copy without its write-ahead log is read as it stands: SQLite would put files beside it.
    is_alone = not path.with_name(f"{path.name}-wal").exists()
    with _told(path):
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' if is_alone else ''}", uri=True, timeout=WAIT_S
        )
        try:
            connection.execute("PRAGMA trusted_schema = OFF")
            return list(_rows(connection, store, limit))
        finally:
            connection.close()


def _be_first(connection: sqlite3.Connection) -> None:
    """Set a database up unless another process has."""
    _write_ahead(connection)
    connection.execute("PRAGMA synchronous = FULL")
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version == 0:
        connection.executescript(SCHEMA)
    elif version != FORMAT:
        raise sqlite3.DatabaseError(f"it has the format {version}, this mcplog knows {FORMAT}")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Turn the write-ahead log on: while another process does, SQLite may answer that it is busy and not wait."""
    end = time.monotonic() + WAIT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as fault:
            if fault.sqlite_errorcode & PRIMARY_CODE != sqlite3.SQLITE_BUSY or time.monotonic() >= end:
                raise
            time.sleep(TURN_S)
        else:
            return


def _is_known(connection: sqlite3.Connection, store_id: int, row: Row, last: tuple[int, int, int] | None) -> bool:
    if row.absent:
        return last is not None and bool(last[0])
    facts = row.facts
    found = connection.execute(
        "SELECT 1 FROM snapshot WHERE store_id = ? AND changed_ns = ? AND modified_ns = ? AND file_id = ? AND size = ?"
        " AND mode = ? AND key_check = ? AND record = ?",
        (
            store_id,
            facts.changed_ns,
            facts.modified_ns,
            facts.file_id,
            facts.size,
            facts.mode,
            row.key_check,
            row.record.decode(),
        ),
    )
    return found.fetchone() is not None


def _insert(connection: sqlite3.Connection, store_id: int, row: Row, taken_at_ms: int) -> int:
    facts = row.facts
    values = (
        store_id,
        taken_at_ms,
        row.observed_at_ms,
        row.absent,
        row.key_check,
        facts.size,
        facts.mode,
        facts.modified_ns,
        facts.changed_ns,
        facts.file_id,
        row.record.decode(),
    )
    added = connection.execute(
        "INSERT INTO snapshot (store_id, taken_at_ms, observed_at_ms, absent, key_check, size, mode, modified_ns,"
        " changed_ns, file_id, record) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        values,
    )
    return int(added.lastrowid or 0)


def _taken_at_ms(row: Row, last: tuple[int, int, int] | None) -> int:
    """Return when the store came to hold this.

    That is its time of writing. A restored copy has an old one, a broken clock one to come: then its arrival counts.
    A row that another process was faster with keeps its time, so that it is put before the newer one.
    """
    _, last_ms, last_seen_ms = last or (0, 0, 0)
    modified_ms = row.facts.modified_ns // 1_000_000
    if row.absent or modified_ms > row.observed_at_ms:
        return max(last_ms, row.observed_at_ms)
    if modified_ms >= last_ms or row.observed_at_ms < last_seen_ms:
        return modified_ms
    return max(last_ms, min(row.facts.changed_ns // 1_000_000, row.observed_at_ms))


def _rows(connection: sqlite3.Connection, store: str | None, limit: int = ROW_LIMIT) -> Iterator[Kept]:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version != FORMAT:
        raise sqlite3.DatabaseError("it is no history of mcplog, or one of another version")
    rows = connection.execute(
        f"SELECT * FROM (SELECT {COLUMNS}, path FROM snapshot JOIN store USING (store_id) WHERE ?1 IS NULL OR path = ?1"  # noqa: S608 - fixed words
        " ORDER BY snapshot_id DESC LIMIT ?2) ORDER BY path, taken_at_ms, snapshot_id",
        (store, limit),
    )
    for number, taken_at, observed_at, absent, check, size, mode, modified, changed, file_id, record, path in rows:
        facts = FileFacts(size=size, mode=mode, modified_ns=modified, changed_ns=changed, file_id=file_id)
        row = Row(observed_at_ms=observed_at, absent=bool(absent), facts=facts, record=record.encode(), key_check=check)
        yield Kept(snapshot_id=number, store=path, taken_at_ms=taken_at, row=row)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn what a database or a file system raises into one sentence."""
    try:
        yield
    except sqlite3.Error as fault:
        hint = "Is it a history that `mcplog snapshot` made? Move it away to begin a new one."
        raise InputError(f"the history cannot be used: {fault}", place=str(path), hint=hint) from fault
    except (OSError, UnicodeError, ValueError, AttributeError, TypeError) as fault:
        reason = fault.strerror if isinstance(fault, OSError) and fault.strerror else "it is damaged"
        raise InputError(f"the history cannot be used: {reason}", place=str(path)) from fault
