"""The credential timeline: what each entry of each store held from when to when, and what changed in between.

Snapshots say what was held, logs say when. A log extends a store backwards (a lone file holds what it holds since the
save that the log shows), fills what no snapshot caught, and stands alone where no store was given. What neither shows
is null.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final, TypeAlias

import polars as pl
from msgspec import Struct
from msgspec.structs import astuple

from mcplog.credentials.changes import entry_changes, store_turns
from mcplog.credentials.entry import Entry, Taken
from mcplog.credentials.log_marks import log_marks
from mcplog.credentials.log_spans import log_spans
from mcplog.credentials.marks import NO_MARKS, Marks
from mcplog.credentials.merge import Merged, in_time, merge
from mcplog.credentials.reading import StoreReading, column
from mcplog.credentials.snapshot_runs import runs_by_entry, settled
from mcplog.credentials.span import Run, Span
from mcplog.model.frames import STATES, STORE_CHANGES
from mcplog.model.veiled import Veiled
from mcplog.model.vocabulary import StoreChange

MarksOfServers: TypeAlias = Mapping[tuple[int, str], Marks]
Key: TypeAlias = tuple[int | None, int, str, str]
StateRow: TypeAlias = tuple[Key, Span, Span | None]
ChangeRow: TypeAlias = tuple[int, int, str | None, str | None, int | None, StoreChange, str | None, int | None]

KEY: Final = ("store_id", "case_id", "credential_key", "server")  # of the values of Key
NO_TOKEN: Final = "none"  # noqa: S105 - a shape, not a password

UNKNOWN: Final = Entry(server=None)
GONE: Final = Entry(
    server=None,
    has_access_token=False,
    has_refresh_token=False,
    has_client_id=False,
    has_client_secret=False,
    has_redirect_uri=False,
    token_shape=NO_TOKEN,
)


class CredentialHistory(Veiled, frozen=True, kw_only=True):
    """What the stores held over time.

    Attributes:
        states: STATES, sorted by `credential_key` and `valid_from`. The intervals of one key do not overlap;
            `valid_from` is null for the first state of a key when nothing tells since when it was held.
        changes: STORE_CHANGES in time. A damaged, empty or missing store is told once for the store and not for each
            entry; an entry is compared with the last readable snapshot before.
    """

    HIDDEN: ClassVar[tuple[str, ...]] = ("states", "changes")

    states: pl.DataFrame
    changes: pl.DataFrame


def credential_history(
    reading: StoreReading, events: pl.DataFrame, documents: pl.DataFrame | None = None
) -> CredentialHistory:
    """Merge the snapshots of the stores with what the logs tell of them.

    Args:
        reading: The stores.
        events: EVENTS of the same run, in any order, with or without `case_id`.
        documents: DOCUMENTS of the same run, for the case of each event. Null: all belong to case 0.

    Returns:
        States and changes.
    """
    marks = log_marks(_with_case(events, documents))
    stores = [settled(store) for store in reading.stores]
    entries = list(_entries(stores, marks))
    return CredentialHistory(
        states=_states([*_rows_of_stores(entries), *_rows_of_logs(entries, marks)]), changes=_changes(stores, entries)
    )


def credential_timeline(
    reading: StoreReading, events: pl.DataFrame, documents: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Return the states alone; `credential_history` gives states and changes for the price of one.

    Args:
        reading: The stores.
        events: EVENTS of the same run, in any order, with or without `case_id`.
        documents: DOCUMENTS of the same run, for the case of each event. Null: all belong to case 0.

    Returns:
        STATES, as in `CredentialHistory`.
    """
    return credential_history(reading, events, documents).states


def store_changes(reading: StoreReading, events: pl.DataFrame, documents: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return the changes alone; `credential_history` gives states and changes for the price of one.

    Args:
        reading: The stores.
        events: EVENTS of the same run, in any order, with or without `case_id`.
        documents: DOCUMENTS of the same run, for the case of each event. Null: all belong to case 0.

    Returns:
        STORE_CHANGES, as in `CredentialHistory`.
    """
    return credential_history(reading, events, documents).changes


class _EntryHistory(Struct, frozen=True, kw_only=True):
    """One entry of one store, with all that is known of it."""

    store_id: int
    case_id: int
    key: str
    server: str
    runs: Sequence[Run]
    merged: Merged


def _with_case(events: pl.DataFrame, documents: pl.DataFrame | None) -> pl.DataFrame:
    if "case_id" in events.columns:
        return events
    if documents is None:
        return events.with_columns(case_id=pl.lit(0, dtype=pl.UInt32))
    return events.join(documents.select("document_id", "case_id"), on="document_id", how="left")


def _entries(stores: Sequence[Sequence[Taken]], marks: MarksOfServers) -> Iterator[_EntryHistory]:
    runs = [(store[0].dump, key, runs) for store in stores for key, runs in runs_by_entry(store).items()]
    of_server = Counter((dump.case_id, _server(key_runs)) for dump, _, key_runs in runs)
    for dump, key, key_runs in runs:
        name = (dump.case_id, _server(key_runs))
        yield _EntryHistory(
            store_id=dump.store_id,
            case_id=dump.case_id,
            key=f"{dump.store_id}:{key}",
            server=name[1],
            runs=key_runs,
            merged=merge(key_runs, marks.get(name, NO_MARKS), is_only_entry=of_server[name] == 1),
        )


def _server(runs: Sequence[Run]) -> str:
    return next((run.entry.server for run in runs if run.entry is not None and run.entry.server is not None), "")


def _rows_of_stores(entries: Sequence[_EntryHistory]) -> Iterator[StateRow]:
    for history in entries:
        key = (history.store_id, history.case_id, history.key, history.server)
        yield from ((key, span, following) for span, following in _with_next(history.merged.spans))


def _rows_of_logs(entries: Sequence[_EntryHistory], marks: MarksOfServers) -> Iterator[StateRow]:
    """Yield the states of servers that no store has an entry for."""
    named = {(history.case_id, history.server) for history in entries}
    for case_id, server in marks.keys() - named:
        key = (None, case_id, f"log:{case_id}:{server}", server)
        spans = in_time(log_spans(marks[case_id, server].all()))
        yield from ((key, span, following) for span, following in _with_next(spans))


def _with_next(spans: Sequence[Span]) -> Iterator[tuple[Span, Span | None]]:
    return zip(spans, [*spans[1:], None], strict=True)


def _states(rows: Sequence[StateRow]) -> pl.DataFrame:
    keys, spans, following = zip(*rows, strict=True) if rows else ((), (), ())
    values: dict[str, Sequence[Any]] = {
        **dict(zip(KEY, zip(*keys, strict=True) if keys else [()] * len(KEY), strict=True)),
        "valid_from": [span.valid_from for span in spans],
        "valid_to": [None if after is None else after.valid_from for after in following],
        "uncertainty_ms": [span.uncertainty for span in spans],
        "source": [span.sources for span in spans],
        "held_jwt_clock_ahead_ms": [span.clock_ahead for span in spans],
    }
    held = _held_columns(spans)
    states = pl.DataFrame(
        [held[name] if name in held else column(name, values[name], dtype) for name, dtype in STATES.items()]
    )
    return states.sort("credential_key", "valid_from", nulls_last=False, maintain_order=True)


def _held_columns(spans: Sequence[Span]) -> dict[str, pl.Series]:
    """Return the columns of what the spans hold: what a run shows, which may show in several, else the log alone."""
    runs = {id(span.run): span.run for span in spans if span.run is not None}
    numbers = {run: number for number, run in enumerate(runs)}
    at = pl.Series([numbers.get(id(span.run)) for span in spans], dtype=pl.UInt32)
    held = {one.name: one for one in pl.DataFrame(_columns(_of_runs(list(runs.values()))))[at]}
    if not at.null_count():
        return held
    in_log = at.is_null()
    return held | {told.name: told.zip_with(in_log, held[told.name]) for told in _columns(_of_log(spans))}


def _of_runs(runs: Sequence[Run]) -> dict[str, Sequence[Any]]:
    fields = [f"held_{name}" for name in Entry.__struct_fields__]
    entries = map(astuple, map(_held, runs))
    values = zip(*entries, strict=True) if runs else [()] * len(fields)
    return {
        **dict(zip(fields, values, strict=True)),
        "held_condition": [run.condition for run in runs],
        "held_entry": [run.has_entry for run in runs],
        "origin": [run.first.dump.origin for run in runs],
        "line_from": [run.line for run in runs],
    }


def _of_log(spans: Sequence[Span]) -> dict[str, Sequence[Any]]:
    return {
        "held_entry": [span.entry for span in spans],
        "held_has_access_token": [span.has_access for span in spans],
        "held_has_refresh_token": [span.has_refresh for span in spans],
        "held_expires_at": [span.expires_at for span in spans],
        "held_token_shape": [NO_TOKEN if span.has_access is False else None for span in spans],
    }


def _columns(values: Mapping[str, Sequence[Any]]) -> list[pl.Series]:
    return [column(name, told, STATES[name]) for name, told in values.items() if name in STATES]


def _held(run: Run) -> Entry:
    return run.entry or (GONE if run.has_entry is False else UNKNOWN)


def _changes(stores: Sequence[Sequence[Taken]], entries: Sequence[_EntryHistory]) -> pl.DataFrame:
    first = {store[0].dump.store_id: store[0] for store in stores}
    rows = [row for history in entries for row in _entry_rows(history, first[history.store_id])]
    rows += [row for store in stores for row in _store_rows(store, _begins(entries))]
    columns = list(zip(*rows, strict=True)) or [()] * len(STORE_CHANGES)
    typed = zip(STORE_CHANGES.items(), columns, strict=True)
    frame = pl.DataFrame([column(name, values, dtype) for (name, dtype), values in typed])
    return frame.sort("changed_at", nulls_last=False, maintain_order=True)


def _entry_rows(history: _EntryHistory, first: Taken) -> Iterator[ChangeRow]:
    key = (history.store_id, history.case_id, history.key, history.server)
    for run, at, change in entry_changes(history.runs, history.merged.dated, first):
        yield (*key, at, change, run.first.dump.origin, run.line)
    for mark in history.merged.lost_saves:
        yield (*key, mark.at, StoreChange.SAVE_NOT_STORED, None, None)


def _store_rows(store: Sequence[Taken], begins: Mapping[int, int]) -> Iterator[ChangeRow]:
    for taken, change in store_turns(store):
        at = begins.get(id(taken)) if taken.at is None else taken.at
        yield (taken.dump.store_id, taken.dump.case_id, None, None, at, change, taken.dump.origin, None)


def _begins(entries: Sequence[_EntryHistory]) -> dict[int, int]:
    """Return since when a snapshot without a time is known to hold, as far as the log dates one of its entries."""
    begins: dict[int, int] = {}
    for history in entries:
        for run, span in zip(history.runs, history.merged.dated, strict=True):
            if run.first.at is None and span.valid_from is not None:
                begins[id(run.first)] = min(span.valid_from, begins.get(id(run.first), span.valid_from))
    return begins
