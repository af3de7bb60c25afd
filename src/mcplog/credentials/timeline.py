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

KEY: Final = ("store_id", "case_id", "credential_key", "server")
# The fields of a span, as columns beside the key of its entry.
SPANS: Final = pl.Schema(
    {
        **{name: STATES[name] for name in KEY},
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


LOST_SAVES: Final = pl.Schema({**{name: SPANS[name] for name in KEY}, "changed_at": SPANS["valid_from"]})


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Snapshots and logs, merged.

    Attributes:
        runs: What `runs` returns, with its row number `row`.
        spans: SPANS in time for each entry; `row` is the run whose content a span has, null where a log alone tells.
        lost_saves: LOST_SAVES, the saves that left no trace in a store that should show them.
    """

    runs: pl.DataFrame
    spans: pl.DataFrame
    lost_saves: pl.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class _History:
    """One entry of one store, or one server of a log without a store; `key` has the values of KEY."""

    key: tuple[int | None, int, str, str]
    spans: list[Span]
    lost_saves: list[Mark]


def credential_timeline(
    reading: StoreReading, events: pl.DataFrame, documents: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Return what the stores held over time.

    Args:
        reading: The stores.
        events: EVENTS of the same run, in any order.
        documents: DOCUMENTS of the same run, for the case of each event. Null: all belong to case 0.

    Returns:
        STATES, sorted by `credential_key` and `valid_from`. The intervals of one key do not overlap; `valid_from` is
        null for the first state of a key when nothing tells since when it was held.
    """
    timeline = merged_timeline(reading, events, documents)
    return _states(timeline.spans, timeline.runs)


def merged_timeline(reading: StoreReading, events: pl.DataFrame, documents: pl.DataFrame | None) -> Timeline:
    """Merge snapshots and logs; the arguments are those of `credential_timeline`."""
    held = runs(reading.snapshots).with_row_index("row")
    histories = list(_histories(held, _with_case(events, documents)))
    lost = [(*one.key, mark.at) for one in histories for mark in one.lost_saves]
    return Timeline(
        runs=held,
        spans=pl.DataFrame([row for one in histories for row in _rows(one)], schema=SPANS, orient="row"),
        lost_saves=pl.DataFrame(lost, schema=LOST_SAVES, orient="row"),
    )


def _histories(held: pl.DataFrame, events: pl.DataFrame) -> Iterator[_History]:
    marks = _marks_by_server(events)
    entries = list(_entries(held))
    of_server = Counter((case_id, server) for _, case_id, _, server, _ in entries)
    for store_id, case_id, key, server, entry_runs in entries:
        told = marks.get((case_id, server), [])
        spans, lost = merge(entry_runs, told, is_only_entry=of_server[case_id, server] == 1)
        yield _History(key=(store_id, case_id, key, server), spans=spans, lost_saves=lost)
    for case_id, server in sorted(marks.keys() - of_server.keys()):
        spans = in_time(log_spans(marks[case_id, server]))
        yield _History(key=(None, case_id, f"log:{case_id}:{server}", server), spans=spans, lost_saves=[])


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


def _rows(history: _History) -> Iterator[tuple[object, ...]]:
    """Yield the rows of SPANS."""
    for span in history.spans:
        yield (
            *history.key,
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


def _states(spans: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    next_begin = pl.col("valid_from").shift(-1).over("credential_key")
    no_token = ~pl.col("has_access") & pl.col("row").is_null()
    return (
        spans.with_columns(valid_to=next_begin)
        .join(held.drop(KEY), on="row", how="left", maintain_order="left")
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
