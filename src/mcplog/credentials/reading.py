"""Read stores and the files beside them: StoreDump in, SNAPSHOTS and MARKERS out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import polars as pl

from mcplog.credentials._plain import marker_of, snapshots_of
from mcplog.credentials.entry import ENTRY_FIELDS, SNAPSHOT_FIELDS, Entry
from mcplog.model.document import Problem, StoreDump
from mcplog.model.frames import MARKERS, SNAPSHOTS


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
            times = (dump.taken_at_ms, dump.time_is_from_name, dump.is_current)
            known = (dump.store_id, dump.case_id, number, *times, snapshot.condition, snapshot.has_section)
            problems.extend(snapshot.problems)
            for entry_key, entry, line in snapshot.entries or (("", None, None),):
                rows.add(known, dump, entry_key, entry, line)
    markers, marker_problems = _markers([dump for dump in dumps if dump.is_marker])
    return StoreReading(snapshots=rows.frame(), markers=markers, problems=(*problems, *marker_problems))


def _by_store(dumps: Iterable[StoreDump]) -> list[list[StoreDump]]:
    stores: dict[int, list[StoreDump]] = {}
    for dump in dumps:
        stores.setdefault(dump.store_id, []).append(dump)
    return [_in_order(store) for _, store in sorted(stores.items())]


def _in_order(store: list[StoreDump]) -> list[StoreDump]:
    times = [dump.taken_at_ms for dump in store]
    if None in times:
        return store
    return sorted(store, key=lambda dump: dump.taken_at_ms or 0)


class _Rows:
    """Columns of SNAPSHOTS under construction: facts of an entry once, a number for each snapshot that has it."""

    __slots__ = ("contents", "keys")

    def __init__(self) -> None:
        self.keys: list[tuple[object, ...]] = []
        self.contents: dict[Entry, int] = {}

    def add(self, known: tuple[object, ...], dump: StoreDump, entry_key: str, entry: Entry | None, line: int | None) -> None:
        content_id = None if entry is None else self.contents.setdefault(entry, len(self.contents))
        name = None if entry is None else f"{dump.store_id}:{entry_key}"
        self.keys.append((*known, name, content_id, dump.origin, line))

    def frame(self) -> pl.DataFrame:
        """Return SNAPSHOTS."""
        names = (*SNAPSHOT_FIELDS, "credential_key", "content_id", "origin", "line_from")
        columns = list(zip(*self.keys, strict=True)) or [()] * len(names)
        keys = pl.DataFrame(
            [_column(name, name, values) for name, values in zip(names, columns, strict=True)],
        )
        entries = list(self.contents)
        contents = pl.DataFrame(
            [
                pl.Series("content_id", range(len(entries)), dtype=pl.UInt32),
                pl.Series("server", [entry.server for entry in entries], dtype=pl.String),
                *(_column(f"held_{name}", f"held_{name}", [getattr(entry, name) for entry in entries]) for name in ENTRY_FIELDS),
            ]
        )
        return keys.join(contents, on="content_id", how="left", maintain_order="left").select(SNAPSHOTS.names())


def _column(name: str, column: str, values: Sequence[object]) -> pl.Series:
    dtype = SNAPSHOTS[column]
    if isinstance(dtype, pl.Datetime):
        return pl.Series(name, values, dtype=pl.Int64).cast(dtype)
    if isinstance(dtype, pl.List):
        return pl.Series(name, [None if value is None else list(value) for value in values], dtype=dtype)
    return pl.Series(name, values, dtype=dtype)


def _markers(dumps: Sequence[StoreDump]) -> tuple[pl.DataFrame, list[Problem]]:
    rows: list[tuple[int, int, str, int | None, int | None, str]] = []
    problems: list[Problem] = []
    for dump in dumps:
        found, faults = marker_of(dump)
        rows.extend((dump.store_id, dump.case_id, server, at, lifetime, dump.origin) for server, at, lifetime in found)
        problems.extend(faults)
    raw = pl.Schema({**MARKERS, "marked_at": pl.Int64()})
    return pl.DataFrame(rows, schema=raw, orient="row").cast({"marked_at": MARKERS["marked_at"]}), problems
