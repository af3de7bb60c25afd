"""The credential timeline: what each entry of each store held from when to when, and what changed in between.

Snapshots say what was held, logs say when. A log extends a store backwards (a lone file holds what it holds since the
save that the log shows), fills what no snapshot caught, and stands alone where no store was given. What neither shows
is null.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeAlias

import polars as pl
from msgspec.structs import astuple

from mcplog.credentials.entry import Entry
from mcplog.credentials.log_marks import log_marks
from mcplog.credentials.log_spans import in_time, log_spans
from mcplog.credentials.marks import Marks
from mcplog.credentials.reading import StoreReading, column
from mcplog.credentials.span import Run, Span
from mcplog.model.frames import STATES, STORE_CHANGES, empty
from mcplog.model.veiled import Veiled

if TYPE_CHECKING:
    from mcplog.credentials.entry_histories import EntryHistory

MarksOfServers: TypeAlias = Mapping[tuple[int, str], Marks]
Key: TypeAlias = tuple[int | None, int, str, str]
StateRow: TypeAlias = tuple[Key, Span, Span | None]

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
    if not reading.stores:
        return CredentialHistory(states=_states(list(_rows_of_logs((), marks))), changes=empty(STORE_CHANGES))
    from mcplog.credentials.entry_histories import changes_of, entry_histories  # noqa: PLC0415 - see there
    from mcplog.credentials.snapshot_runs import settled  # noqa: PLC0415 - as above

    stores = [settled(store) for store in reading.stores]
    entries = list(entry_histories(stores, marks))
    states = _states([*_rows_of_stores(entries), *_rows_of_logs(entries, marks)])
    return CredentialHistory(states=states, changes=changes_of(stores, entries))


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


def _with_case(events: pl.DataFrame, documents: pl.DataFrame | None) -> pl.DataFrame:
    if "case_id" in events.columns:
        return events
    if documents is None:
        return events.with_columns(case_id=pl.lit(0, dtype=pl.UInt32))
    return events.join(documents.select("document_id", "case_id"), on="document_id", how="left")


def _rows_of_stores(entries: Sequence["EntryHistory"]) -> Iterator[StateRow]:
    for history in entries:
        key = (history.store_id, history.case_id, history.key, history.server)
        yield from ((key, span, following) for span, following in _with_next(history.merged.spans))


def _rows_of_logs(entries: Sequence["EntryHistory"], marks: MarksOfServers) -> Iterator[StateRow]:
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
