"""The history of each entry of each store, and what changed in a store from snapshot to snapshot.

A run without a store needs none of it, and so does not load it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

import polars as pl
from msgspec import Struct

from mcplog.credentials.changes import entry_changes, store_turns
from mcplog.credentials.entry import Taken
from mcplog.credentials.marks import NO_MARKS, Marks
from mcplog.credentials.merge import Merged, merge
from mcplog.credentials.reading import column
from mcplog.credentials.snapshot_runs import runs_by_entry
from mcplog.credentials.span import Run
from mcplog.model.frames import STORE_CHANGES
from mcplog.model.vocabulary import StoreChange

ChangeRow: TypeAlias = tuple[int, int, str | None, str | None, int | None, StoreChange, str | None, int | None]


class EntryHistory(Struct, frozen=True, kw_only=True):
    """One entry of one store, with all that is known of it."""

    store_id: int
    case_id: int
    key: str
    server: str
    runs: Sequence[Run]
    merged: Merged


def entry_histories(
    stores: Sequence[Sequence[Taken]], marks: Mapping[tuple[int, str], Marks]
) -> Iterator[EntryHistory]:
    """Yield the history of each entry.

    Args:
        stores: The settled snapshots of each store.
        marks: What the logs tell, by case and server.
    """
    runs = [(store[0].dump, key, runs) for store in stores for key, runs in runs_by_entry(store).items()]
    of_server = Counter((dump.case_id, _server(key_runs)) for dump, _, key_runs in runs)
    for dump, key, key_runs in runs:
        name = (dump.case_id, _server(key_runs))
        yield EntryHistory(
            store_id=dump.store_id,
            case_id=dump.case_id,
            key=f"{dump.store_id}:{key}",
            server=name[1],
            runs=key_runs,
            merged=merge(key_runs, marks.get(name, NO_MARKS), is_only_entry=of_server[name] == 1),
        )


def _server(runs: Sequence[Run]) -> str:
    return next((run.entry.server for run in runs if run.entry is not None and run.entry.server is not None), "")


def changes_of(stores: Sequence[Sequence[Taken]], entries: Sequence[EntryHistory]) -> pl.DataFrame:
    """Return STORE_CHANGES in time.

    Args:
        stores: The settled snapshots of each store.
        entries: The histories of their entries.
    """
    first = {store[0].dump.store_id: store[0] for store in stores}
    rows = [row for history in entries for row in _entry_rows(history, first[history.store_id])]
    rows += [row for store in stores for row in _store_rows(store, _begins(entries))]
    columns = list(zip(*rows, strict=True)) or [()] * len(STORE_CHANGES)
    typed = zip(STORE_CHANGES.items(), columns, strict=True)
    frame = pl.DataFrame([column(name, values, dtype) for (name, dtype), values in typed])
    return frame.sort("changed_at", nulls_last=False, maintain_order=True)


def _entry_rows(history: EntryHistory, first: Taken) -> Iterator[ChangeRow]:
    key = (history.store_id, history.case_id, history.key, history.server)
    for run, at, change in entry_changes(history.runs, history.merged.dated, first):
        yield (*key, at, change, run.first.dump.origin, run.line)
    for mark in history.merged.lost_saves:
        yield (*key, mark.at, StoreChange.SAVE_NOT_STORED, None, None)


def _store_rows(store: Sequence[Taken], begins: Mapping[int, int]) -> Iterator[ChangeRow]:
    for taken, change in store_turns(store):
        at = begins.get(id(taken)) if taken.at is None else taken.at
        yield (taken.dump.store_id, taken.dump.case_id, None, None, at, change, taken.dump.origin, None)


def _begins(entries: Sequence[EntryHistory]) -> dict[int, int]:
    """Return since when a snapshot without a time is known to hold, as far as the log dates one of its entries."""
    begins: dict[int, int] = {}
    for history in entries:
        for run, span in zip(history.runs, history.merged.dated, strict=True):
            if run.first.at is None and span.valid_from is not None:
                begins[id(run.first)] = min(span.valid_from, begins.get(id(run.first), span.valid_from))
    return begins
