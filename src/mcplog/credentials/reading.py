"""Read stores and the files beside them: StoreDump in, SNAPSHOTS and MARKERS out."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Final

import polars as pl
from msgspec.structs import replace

from mcplog.credentials.entry import ENTRY_FIELDS, SAME_CLOCK_MS, Entry, Snapshot, Taken
from mcplog.model.document import Problem, StoreDump
from mcplog.model.frames import MARKERS, SNAPSHOTS, empty
from mcplog.model.veiled import Veiled

SNAPSHOT_COLUMNS: Final = (
    "store_id",
    "case_id",
    "snapshot_id",
    "snapshot_at",
    "time_is_from_name",
    "is_current",
    "held_condition",
    "has_section",
    "origin",
)
END_OF_TIME_MS: Final = 253_402_214_400_000  # 9999-12-31, the last day that Python knows


class StoreReading(Veiled, frozen=True, kw_only=True):
    """What the stores of a run held, snapshot by snapshot.

    Attributes:
        markers: MARKERS of the needs-auth marker files.
        problems: What could not be used; names fields and entries, never values.
        stores: The snapshots of each store as values, for the timeline.
    """

    HIDDEN: ClassVar[tuple[str, ...]] = ("markers", "stores")

    markers: pl.DataFrame
    problems: tuple[Problem, ...]
    stores: tuple[tuple[Taken, ...], ...] = ()

    @property
    def snapshots(self) -> pl.DataFrame:
        """SNAPSHOTS; the condition of every snapshot and whether it had an `mcpOAuth` section stand in it."""
        return _snapshots(self.stores)

    @property
    def servers(self) -> dict[int, frozenset[str]]:
        """The servers that the stores and markers of each case name."""
        named: dict[int, set[str]] = {}
        for taken in (taken for store in self.stores for taken in store):
            told = {entry.server for entry, _ in taken.entries.values() if entry.server is not None}
            named.setdefault(taken.dump.case_id, set()).update(told)
        for case_id, server in zip(self.markers["case_id"], self.markers["server"], strict=True):
            if case_id is not None and server is not None:
                named.setdefault(case_id, set()).add(server)
        return {case_id: frozenset(names) for case_id, names in named.items()}

    @property
    def addresses(self) -> dict[int, dict[str, frozenset[str]]]:
        """The servers that the stores of each case know at an address."""
        found: dict[int, dict[str, frozenset[str]]] = {}
        for taken in (taken for store in self.stores for taken in store):
            at = found.setdefault(taken.dump.case_id, {})
            for entry, _ in taken.entries.values():
                if entry.server is not None and entry.server_url is not None:
                    at[entry.server_url] = at.get(entry.server_url, frozenset()) | {entry.server}
        return found


def read_stores(dumps: Sequence[StoreDump], *, key: bytes) -> StoreReading:
    """Read credential stores and needs-auth markers. Plain tokens end here.

    Args:
        dumps: Snapshots of any number of stores and marker files. Snapshots of one store are in the order in which
            they were taken; where all times are known, the times decide.
        key: The run's key for fingerprints.

    Returns:
        The reading. A dump that cannot be read costs itself alone and is told in `problems`.
    """
    if not dumps:
        return StoreReading(markers=empty(MARKERS), problems=())
    stores = tuple(_taken(store, key) for store in _by_store(dump for dump in dumps if not dump.is_marker))
    markers, marker_problems = _markers([dump for dump in dumps if dump.is_marker])
    problems = [problem for store in stores for taken in store for problem in taken.snapshot.problems]
    return StoreReading(markers=markers, problems=(*problems, *marker_problems), stores=stores)


def _taken(store: Sequence[StoreDump], key: bytes) -> tuple[Taken, ...]:
    from mcplog.credentials.records import snapshots_in_order  # noqa: PLC0415 - a log alone needs none of it

    return tuple(
        Taken(
            dump=replace(dump, content=b"", taken_at_ms=_plausible(dump, snapshot)),
            snapshot=snapshot,
            entries={entry_key: (entry, line) for entry_key, entry, line in snapshot.entries},
        )
        for dump, snapshot in zip(store, snapshots_in_order(store, key), strict=True)
    )


def _by_store(dumps: Iterable[StoreDump]) -> list[list[StoreDump]]:
    stores: dict[int, list[StoreDump]] = {}
    for dump in dumps:
        stores.setdefault(dump.store_id, []).append(dump)
    return [_in_order(store) for _, store in sorted(stores.items())]


def _in_order(store: list[StoreDump]) -> list[StoreDump]:
    if any(dump.taken_at_ms is None for dump in store):
        return store
    return sorted(store, key=lambda dump: dump.taken_at_ms or 0)


def _plausible(dump: StoreDump, snapshot: Snapshot) -> int | None:
    """Return when a store was written last, unless that cannot be.

    A broken file system invents times, and a file that was unpacked in another time zone has one before the client got
    the tokens in it.
    """
    moment_ms = dump.taken_at_ms
    if moment_ms is None or not 0 <= moment_ms < END_OF_TIME_MS:
        return None
    if dump.time_is_from_name:
        return moment_ms
    got = [entry.issued_at or entry.jwt_issued_at for _, entry, _ in snapshot.entries]
    return moment_ms if all(at is None or at <= moment_ms + SAME_CLOCK_MS for at in got) else None


def _snapshots(stores: Sequence[Sequence[Taken]]) -> pl.DataFrame:
    """Return SNAPSHOTS. Snapshots, keys and contents are few beside the rows, which only number them."""
    snapshots: list[tuple[object, ...]] = []
    keys: dict[tuple[int, str], int] = {}
    contents: dict[Entry, int] = {}
    numbers: dict[int, int] = {}  # of one and the same object, so that a content is compared once
    rows: list[tuple[int, int | None, int | None, int | None]] = []
    for store in stores:
        for number, taken in enumerate(store):
            for entry_key, (entry, line) in taken.entries.items():
                key = keys.setdefault((taken.dump.store_id, entry_key), len(keys))
                content = numbers.get(id(entry))
                if content is None:
                    content = numbers[id(entry)] = contents.setdefault(entry, len(contents))
                rows.append((len(snapshots), key, content, line))
            if not taken.entries:
                rows.append((len(snapshots), None, None, None))
            snapshots.append(_of_snapshot(number, taken))
    return _joined(snapshots, [f"{store_id}:{key}" for store_id, key in keys], list(contents), rows)


def _joined(
    snapshots: Sequence[tuple[object, ...]],
    keys: Sequence[str],
    contents: Sequence[Entry],
    rows: Sequence[tuple[int, int | None, int | None, int | None]],
) -> pl.DataFrame:
    names = ("snapshot", "key", "content_id", "line_from")
    at = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.UInt32()), orient="row")
    values = list(zip(*snapshots, strict=True)) or [()] * len(SNAPSHOT_COLUMNS)
    facts = [_column(f"held_{name}", [getattr(entry, name) for entry in contents]) for name in ENTRY_FIELDS]
    servers = _column("server", [entry.server for entry in contents])
    parts = [
        *(_column(*item)[at["snapshot"]] for item in zip(SNAPSHOT_COLUMNS, values, strict=True)),
        _column("credential_key", keys)[at["key"]],
        *(fact[at["content_id"]] for fact in (servers, *facts)),
    ]
    return at.select("content_id", "line_from").hstack(parts).select(SNAPSHOTS.names())


def _of_snapshot(number: int, taken: Taken) -> tuple[object, ...]:
    """Return the values of SNAPSHOT_COLUMNS."""
    dump, snapshot = taken.dump, taken.snapshot
    times = (dump.taken_at_ms, dump.time_is_from_name, dump.is_current)
    return (dump.store_id, dump.case_id, number, *times, snapshot.condition, snapshot.has_section, dump.origin)


def column(name: str, values: Sequence[Any], dtype: pl.DataType) -> pl.Series:
    """Return a column; half of a surrogate pair, which JSON may hold and UTF-8 may not, becomes `?`.

    Args:
        name: Its name.
        values: Instants as epoch milliseconds, lists as tuples, words of a vocabulary as such.
        dtype: Its type.
    """
    if isinstance(dtype, pl.Datetime):
        return pl.Series(name, values, dtype=pl.Int64).cast(dtype)
    if isinstance(dtype, pl.List):  # each one costs a series of its own, and few are different
        numbers: dict[Any, int] = {}
        at = pl.Series([numbers.setdefault(value, len(numbers)) for value in values], dtype=pl.UInt32)
        lists = [None if value is None else list(value) for value in numbers]
        return pl.Series(name, lists, dtype)[at]
    return pl.Series(name, values, dtype)


def _column(name: str, values: Sequence[Any]) -> pl.Series:
    return column(name, values, SNAPSHOTS[name])


def _markers(dumps: Sequence[StoreDump]) -> tuple[pl.DataFrame, list[Problem]]:
    from mcplog.credentials._plain import markers_of  # noqa: PLC0415 - a log alone needs none of it

    rows: list[tuple[int, int, str, int | None, int | None, str]] = []
    problems: list[Problem] = []
    for dump in dumps:
        found, faults = markers_of(dump)
        rows.extend((dump.store_id, dump.case_id, server, at, lifetime, dump.origin) for server, at, lifetime in found)
        problems.extend(faults)
    raw = pl.Schema({**MARKERS, "marked_at": pl.Int64()})
    return pl.DataFrame(rows, schema=raw, orient="row").cast({"marked_at": MARKERS["marked_at"]}), problems
