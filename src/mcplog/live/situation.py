"""From stores and logs to what warnings are told from."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from mcplog.credentials import read_stores
from mcplog.live.warnings import Holding, Marker, Situation
from mcplog.model.document import StoreDump
from mcplog.model.finding import Analysis
from mcplog.model.vocabulary import StoreCondition

REFRESHES = ("refresh_observed", "refresh_succeeded")
COLUMNS = (
    "store_id",
    "snapshot_id",
    "snapshot_at",
    "held_condition",
    "server",
    "held_access_token",
    "held_has_access_token",
    "held_refresh_token",
    "held_has_refresh_token",
    "held_client_id",
    "held_expires_at",
)


def situation_of(dumps: Sequence[StoreDump], analysis: Analysis, *, key: bytes) -> Situation:
    """Return what is known of the stores of `dumps`, and of the processes that `analysis` saw.

    Args:
        dumps: Stores and markers of one configuration folder, its history among them.
        analysis: The analysis of the logs with these.
        key: Key of the fingerprints.
    """
    reading = read_stores(dumps, key=key)
    rows = list(reading.snapshots.select(COLUMNS).iter_rows(named=True))
    refreshed = {server for server, kind in _events(analysis) if kind in REFRESHES}
    last = max(rows, key=lambda row: row["snapshot_id"], default=None)
    return Situation(
        condition=None if last is None else StoreCondition(last["held_condition"]),
        holdings=tuple(_holdings(rows, refreshed)),
        markers=tuple(_markers(reading.markers)),
        processes=_processes(analysis),
    )


def _holdings(rows: Sequence[Mapping[str, Any]], refreshed: set[str]) -> Iterator[Holding]:
    newest = max((row["snapshot_id"] for row in rows), default=0)
    by_server: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        if row["server"] is not None:
            by_server.setdefault(row["server"], []).append(row)
    is_damaged = any(row["held_condition"] == StoreCondition.DAMAGED for row in rows if row["snapshot_id"] == newest)
    for server, held in by_server.items():
        now = next((row for row in reversed(held) if row["snapshot_id"] == newest), None)
        if now is None:
            yield Holding(server=server, has_entry=None if is_damaged else False, had_entry=True)
            continue
        yield Holding(
            server=server,
            has_entry=True,
            has_access_token=now["held_has_access_token"],
            has_refresh_token=now["held_has_refresh_token"],
            expires_at=now["held_expires_at"],
            saved_at=_saved_at(held, now),
            rotates=server in refreshed and _tokens_of(held, now) > 1,
            had_entry=True,
        )


def _saved_at(held: Sequence[Mapping[str, Any]], now: Mapping[str, Any]) -> datetime | None:
    """Return when the access token that is held now was first seen in the store."""
    same = [row["snapshot_at"] for row in held if row["held_access_token"] == now["held_access_token"]]
    return min((at for at in same if at is not None), default=None)


def _tokens_of(held: Sequence[Mapping[str, Any]], now: Mapping[str, Any]) -> int:
    """Return how many refresh tokens the same client was seen to hold."""
    same = (row["held_refresh_token"] for row in held if row["held_client_id"] == now["held_client_id"])
    return len({token for token in same if token is not None})


def _markers(markers: pl.DataFrame) -> Iterator[Marker]:
    for server, at, lifetime in markers.select("server", "marked_at", "lifetime_ms").iter_rows():
        if server is not None and at is not None:
            yield Marker(
                server=server,
                marked_at=at,
                lifetime=None if lifetime is None else timedelta(milliseconds=lifetime),
            )


def _processes(analysis: Analysis) -> dict[str, int]:
    """Return how many processes spoke of each server: those that still run cannot be told from those that ended."""
    names = ("server", "process_id")
    seen = analysis.facts.frame(names).drop_nulls().unique()
    return dict(Counter(seen["server"].to_list()))


def _events(analysis: Analysis) -> Iterator[tuple[str, str]]:
    names = ("server", "kind")
    yield from analysis.facts.frame(names).drop_nulls().unique().iter_rows()
