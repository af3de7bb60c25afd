"""Read stores and the files beside them: StoreDump in, SNAPSHOTS and MARKERS out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from mcplog.credentials._plain import markers_of, snapshots_of
from mcplog.credentials.entry import ENTRY_FIELDS, SNAPSHOT_FIELDS, Entry
from mcplog.model.document import Problem, StoreDump
from mcplog.model.frames import MARKERS, SNAPSHOTS

END_OF_TIME_MS: Final = 253_402_214_400_000  # 9999-12-31, the last day that Python knows


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreReading:
    """What the stores of a run held, snapshot by snapshot.

    Attributes:
        snapshots: SNAPSHOTS; the condition of every snapshot and whether it had an `mcpOAuth` section stand in it.
        markers: MARKERS of the needs-auth marker files.
        problems: What could not be used; names fields and entries, never values.
    """

    snapshots: pl.DataFrame = field(repr=False)
    markers: pl.DataFrame = field(repr=False)
    problems: tuple[Problem, ...]


def read_stores(dumps: Sequence[StoreDump], *, key: bytes) -> StoreReading:
    """Read credential stores and needs-auth markers. Plain tokens end here.

    Args:
        dumps: Snapshots of any number of stores and marker files. Snapshots of one store are in the order in which
            they were taken; where all times are known, the times decide.
        key: The run's key for fingerprints.

    Returns:
        The reading. A dump that cannot be read costs itself alone and is told in `problems`.
    """
    rows = _Rows()
    problems: list[Problem] = []
    for store in _by_store(dump for dump in dumps if not dump.is_marker):
        for number, (dump, snapshot) in enumerate(zip(store, snapshots_of(store, key), strict=True)):
            times = (_plausible(dump.taken_at_ms), dump.time_is_from_name, dump.is_current)
            condition = (snapshot.condition, snapshot.has_section)
            known = (dump.store_id, dump.case_id, number, *times, *condition, dump.origin)
            problems.extend(snapshot.problems)
            for entry_key, entry, line in snapshot.entries:
                rows.add(known, f"{dump.store_id}:{entry_key}", entry, line)
            if not snapshot.entries:
                rows.add_empty(known)
    markers, marker_problems = _markers([dump for dump in dumps if dump.is_marker])
    return StoreReading(snapshots=rows.frame(), markers=markers, problems=(*problems, *marker_problems))


def _by_store(dumps: Iterable[StoreDump]) -> list[list[StoreDump]]:
    stores: dict[int, list[StoreDump]] = {}
    for dump in dumps:
        stores.setdefault(dump.store_id, []).append(dump)
    return [_in_order(store) for _, store in sorted(stores.items())]


def _in_order(store: list[StoreDump]) -> list[StoreDump]:
    if any(dump.taken_at_ms is None for dump in store):
        return store
    return sorted(store, key=lambda dump: dump.taken_at_ms or 0)


def _plausible(moment_ms: int | None) -> int | None:
    """Return a file's time unless a broken file system invented it."""
    return moment_ms if moment_ms is not None and 0 <= moment_ms < END_OF_TIME_MS else None


class _Rows:
    """Columns of SNAPSHOTS under construction: facts of an entry once, a number for each snapshot that has it."""

    __slots__ = ("contents", "rows")

    def __init__(self) -> None:
        self.rows: list[tuple[object, ...]] = []
        self.contents: dict[Entry, int] = {}

    def add(self, known: tuple[object, ...], entry_key: str, entry: Entry, line: int | None) -> None:
        content_id = self.contents.setdefault(entry, len(self.contents))
        self.rows.append((*known, entry_key, content_id, line))

    def add_empty(self, known: tuple[object, ...]) -> None:
        self.rows.append((*known, None, None, None))

    def frame(self) -> pl.DataFrame:
        """Return SNAPSHOTS."""
        names = (*SNAPSHOT_FIELDS, "origin", "credential_key", "content_id", "line_from")
        columns = list(zip(*self.rows, strict=True)) or [()] * len(names)
        rows = pl.DataFrame([_column(name, values) for name, values in zip(names, columns, strict=True)])
        entries = list(self.contents)
        facts = [_column(f"held_{name}", [getattr(entry, name) for entry in entries]) for name in ENTRY_FIELDS]
        ids = _column("content_id", range(len(entries)))
        contents = pl.DataFrame([ids, _column("server", [entry.server for entry in entries]), *facts])
        return rows.join(contents, on="content_id", how="left", maintain_order="left").select(SNAPSHOTS.names())


def _column(name: str, values: Sequence[Any]) -> pl.Series:
    """Return a column of SNAPSHOTS; half of a surrogate pair, which JSON may hold and UTF-8 may not, becomes `?`."""
    dtype = SNAPSHOTS[name]
    if isinstance(dtype, pl.Datetime):
        return pl.Series(name, values, dtype=pl.Int64).cast(dtype)
    if isinstance(dtype, pl.List):
        return pl.Series(name, [None if value is None else [_utf8(item) for item in value] for value in values], dtype)
    if dtype == pl.String:
        return pl.Series(name, [None if value is None else _utf8(value) for value in values], dtype)
    return pl.Series(name, values, dtype)


def _utf8(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _markers(dumps: Sequence[StoreDump]) -> tuple[pl.DataFrame, list[Problem]]:
    rows: list[tuple[int, int, str, int | None, int | None, str]] = []
    problems: list[Problem] = []
    for dump in dumps:
        found, faults = markers_of(dump)
        rows.extend(
            (dump.store_id, dump.case_id, _utf8(server), at, lifetime, _utf8(dump.origin))
            for server, at, lifetime in found
        )
        problems.extend(faults)
    raw = pl.Schema({**MARKERS, "marked_at": pl.Int64()})
    return pl.DataFrame(rows, schema=raw, orient="row").cast({"marked_at": MARKERS["marked_at"]}), problems
