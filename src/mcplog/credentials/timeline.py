"""The credential timeline: what each entry of each store held from when to when.

Snapshots say what was held, logs say when. A log extends a store backwards (a lone file holds what it holds since the
save that the log shows), fills what no snapshot caught, and stands alone where no store was given. What neither shows
is null.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

import polars as pl

from mcplog.credentials.log_marks import log_marks
from mcplog.credentials.log_spans import log_spans
from mcplog.credentials.merge import in_time, merge
from mcplog.credentials.reading import StoreReading
from mcplog.credentials.snapshot_runs import runs
from mcplog.credentials.span import Mark, Run, Span
from mcplog.model.frames import STATES

# The fields of a span, as columns beside the key of its entry.
SPANS: Final = pl.Schema(
    {
        **{name: STATES[name] for name in ("store_id", "case_id", "credential_key", "server")},
        "valid_from": STATES["valid_from"],
        "uncertainty": pl.Duration("ms"),
        "source": STATES["source"],
        "row": pl.UInt32(),
        "entry": pl.Boolean(),
        "has_access": pl.Boolean(),
        "has_refresh": pl.Boolean(),
        "expires_at": STATES["held_expires_at"],
        "clock_ahead": pl.Duration("ms"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _History:
    """One entry of one store, or one server of a log without a store."""

    store_id: int | None
    case_id: int
    credential_key: str
    server: str
    spans: list[Span]
    lost_saves: list[Mark]


def credential_timeline(reading: StoreReading, events: pl.DataFrame, documents: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return what the stores held over time.

    Args:
        reading: The stores.
        events: EVENTS of the same run, in any order.
        documents: DOCUMENTS of the same run, for the case of each event. Null: all belong to case 0.

    Returns:
        STATES, sorted by `credential_key` and `valid_from`. The intervals of one key do not overlap; `valid_from` is
        null for the first state of a key when nothing tells since when it was held.
    """
    held = runs(reading.snapshots).with_row_index("row")
    return _states(_histories(held, _with_case(events, documents)), held)


def lost_saves(reading: StoreReading, events: pl.DataFrame, documents: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return the saves that a log tells of and that left no trace in a store which should show them.

    Args:
        reading: The stores.
        events: EVENTS of the same run, in any order.
        documents: DOCUMENTS of the same run, for the case of each event. Null: all belong to case 0.

    Returns:
        One row a save: `store_id`, `case_id`, `credential_key`, `server`, `changed_at` as in STORE_CHANGES.
    """
    held = runs(reading.snapshots).with_row_index("row")
    rows = [
        (one.store_id, one.case_id, one.credential_key, one.server, mark.at)
        for one in _histories(held, _with_case(events, documents))
        for mark in one.lost_saves
    ]
    names = ("store_id", "case_id", "credential_key", "server")
    return pl.DataFrame(rows, schema={**{name: STATES[name] for name in names}, "changed_at": STATES["valid_from"]}, orient="row")


def _histories(held: pl.DataFrame, events: pl.DataFrame) -> Iterator[_History]:
    marks = _marks_by_server(events)
    entries = list(_entries(held))
    of_server = Counter((case_id, server) for _, case_id, _, server, _ in entries)
    for store_id, case_id, key, server, entry_runs in entries:
        told = marks.get((case_id, server), [])
        spans, lost = merge(entry_runs, told, is_only_entry=of_server[case_id, server] == 1)
        yield _History(store_id=store_id, case_id=case_id, credential_key=key, server=server, spans=spans, lost_saves=lost)
    for case_id, server in sorted(marks.keys() - of_server.keys()):
        spans = in_time(log_spans(marks[case_id, server]))
        key = f"log:{case_id}:{server}"
        yield _History(store_id=None, case_id=case_id, credential_key=key, server=server, spans=spans, lost_saves=[])


def _with_case(events: pl.DataFrame, documents: pl.DataFrame | None) -> pl.DataFrame:
    if documents is None:
        return events.with_columns(case_id=pl.lit(0, dtype=pl.UInt32))
    return events.join(documents.select("document_id", "case_id"), on="document_id", how="left")


def _marks_by_server(events: pl.DataFrame) -> dict[tuple[int, str], list[Mark]]:
    marks: dict[tuple[int, str], list[Mark]] = {}
    for case_id, server, *values in log_marks(events).iter_rows():
        at, word, expires_at, has_refresh_token, keeps_entry = values
        marks.setdefault((case_id, server), []).append(
            Mark(at=at, word=word, expires_at=expires_at, has_refresh_token=has_refresh_token, keeps_entry=keeps_entry)
        )
    return marks


def _entries(held: pl.DataFrame) -> Iterator[tuple[int, int, str, str, list[Run]]]:
    """Yield store, case, key, server and runs of each entry."""
    issued = pl.max_horizontal("held_jwt_issued_at", "held_jwt_not_before_at")
    columns = held.select(
        "store_id",
        "case_id",
        "credential_key",
        "server",
        "row",
        "seen_from",
        "seen_until",
        "before_at",
        "time_is_from_name",
        "is_current",
        "held_has_access_token",
        "held_access_token",
        "held_expires_at",
        issued.alias("not_before"),
    )
    for (store_id, case_id, key, server), rows in groupby(columns.iter_rows(), key=lambda row: row[:4]):
        yield store_id, case_id, key, server, [_run(row) for row in rows]


def _run(row: tuple[Any, ...]) -> Run:
    return Run(
        row=row[4],
        seen_from=row[5],
        seen_until=row[6],
        before_at=row[7],
        time_is_from_name=row[8],
        is_current=row[9],
        has_access=row[10],
        access_token=row[11],
        expires_at=row[12],
        not_before=row[13],
    )


def _states(histories: Iterator[_History], held: pl.DataFrame) -> pl.DataFrame:
    rows = [
        (
            one.store_id,
            one.case_id,
            one.credential_key,
            one.server,
            span.valid_from,
            span.uncertainty,
            list(span.sources),
            span.run,
            span.entry,
            span.has_access,
            span.has_refresh,
            span.expires_at,
            span.clock_ahead,
        )
        for one in histories
        for span in one.spans
    ]
    spans = pl.DataFrame(rows, schema=SPANS, orient="row")
    next_begin = pl.col("valid_from").shift(-1).over("credential_key")
    no_token = (pl.col("has_access") == False) & pl.col("row").is_null()  # noqa: E712 - null stays null
    return (
        spans.with_columns(valid_to=next_begin)
        .join(held.drop("store_id", "case_id", "credential_key", "server"), on="row", how="left", maintain_order="left")
        .with_columns(
            uncertainty_ms=pl.col("uncertainty").dt.total_milliseconds(),
            held_entry=pl.coalesce("entry", "held_entry"),
            held_has_access_token=pl.coalesce("has_access", "held_has_access_token"),
            held_has_refresh_token=pl.coalesce("has_refresh", "held_has_refresh_token"),
            held_expires_at=pl.coalesce("expires_at", "held_expires_at"),
            held_token_shape=pl.when(no_token).then(pl.lit("none")).otherwise("held_token_shape"),
            held_jwt_clock_ahead_ms=pl.col("clock_ahead").dt.total_milliseconds(),
        )
        .select(STATES.names())
        .sort("credential_key", "valid_from", nulls_last=False, maintain_order=True)
    )
