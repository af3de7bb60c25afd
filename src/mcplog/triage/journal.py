"""The JSON lines of a triage: written batch by batch, so that what is done stays done whatever happens then.

A run that was killed leaves whole batches, each with its mark, and perhaps a torn line behind the last one. Resuming
cuts what stands behind the last mark and goes on from there.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final, Self

from msgspec import DecodeError
from msgspec.json import Decoder, Encoder

from mcplog.errors import UsageError
from mcplog.triage.rows import DoneRow, HeadRow, Row

MARK: Final = b'{"type":"done"'
ROWS: Final = Decoder(Row)
ANOTHER_RUN: Final = "Name the inputs and options of that run, or another file."
SAME_INPUTS: Final = "was made from other inputs or with other options"


class Journal:
    """The file that rows are appended to."""

    def __init__(self, file: IO[bytes], *, units_done: int) -> None:
        """Append to `file`, which holds the rows of the first `units_done` units."""
        self._file = file
        self.units_done = units_done

    @classmethod
    def begun(cls, path: Path | None, head: HeadRow, *, resume: bool = False) -> Self:
        """Open a journal.

        Args:
            path: The file; null makes one that is gone with the process.
            head: What is asked for.
            resume: Go on where a run over the same stopped; without such a file it begins anew.

        Raises:
            UsageError: The file exists and is not to be resumed, is of another run, or cannot be written.
        """
        if path is None:
            return cls._new(tempfile.TemporaryFile(), head)
        if path.exists() and not resume and path.stat().st_size:
            raise UsageError("exists", place=str(path), hint="Add --resume to continue it, or name another file.")
        try:
            if not path.exists() or not path.stat().st_size:
                return cls._new(path.open("w+b"), head)
            return cls._resumed(path.open("r+b"), path, head)
        except OSError as fault:
            raise UsageError(f"cannot be written: {fault.strerror}", place=str(path)) from fault

    @classmethod
    def _new(cls, file: IO[bytes], head: HeadRow) -> Self:
        journal = cls(file, units_done=0)
        journal.append(Encoder().encode_lines([head]))
        return journal

    @classmethod
    def _resumed(cls, file: IO[bytes], path: Path, head: HeadRow) -> Self:
        first = file.readline()
        if not first.endswith(b"\n") and Encoder().encode_lines([head]).startswith(first):
            file.seek(0)  # killed before its first line was whole
            file.truncate()
            return cls._new(file, head)
        if _row(first) != head:
            file.close()
            raise UsageError(SAME_INPUTS, place=str(path), hint=ANOTHER_RUN)
        end, units_done = file.tell(), 0
        while (line := file.readline()).endswith(b"\n"):
            row = _row(line) if line.startswith(MARK) else None
            if isinstance(row, DoneRow):
                end, units_done = file.tell(), row.units
        file.seek(end)
        file.truncate()
        return cls(file, units_done=units_done)

    def append(self, lines: bytes) -> None:
        """Write `lines`, whole JSON lines, and hand them to the system: a process that is killed then loses nothing."""
        self._file.seek(0, 2)
        self._file.write(lines)
        self._file.flush()

    def rows(self) -> Iterator[Row]:
        """Yield every row, one at a time."""
        self._file.seek(0)
        for line in self._file:
            row = _row(line)
            if row is not None:
                yield row

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def rows_of(path: Path) -> Iterator[Row]:
    """Yield the rows of a finished journal.

    Args:
        path: The file; a torn last line is left out.

    Raises:
        UsageError: It cannot be read, or its first line is not that of a triage.
    """
    try:
        with path.open("rb") as file:
            head = _row(file.readline())
            if not isinstance(head, HeadRow):
                hint = "Name the file that `mcplog triage --jsonl` wrote."
                raise UsageError("is not the JSON lines of a triage", place=str(path), hint=hint)
            yield head
            yield from (row for line in file if (row := _row(line)) is not None)
    except OSError as fault:
        raise UsageError(f"cannot be read: {fault.strerror}", place=str(path)) from fault


def _row(line: bytes) -> Row | None:
    """Return the row in a line; null when it is torn or of a kind that is not known yet."""
    try:
        row: Row = ROWS.decode(line)
    except DecodeError:
        return None
    return row
