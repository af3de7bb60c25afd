"""Events and what the store held, on one clock: two lanes, whole or around one moment."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, Final

import polars as pl

from mcplog.model.event_kinds import DERIVED_KINDS
from mcplog.model.finding import Analysis
from mcplog.report.inert import inert
from mcplog.report.layout import Line, Page
from mcplog.report.paint import text
from mcplog.report.sections import lanes
from mcplog.report.v1 import MomentV1, PlaceV1
from mcplog.report.view import instant
from mcplog.report.wording import places

_EVENT: Final = ("event_at", "server", "kind", "excerpt", "reason", "trigger", "origin", "line_from", "line_to")
_TOLD: Final = ("process_started", "process_ended", "coverage_gap", "refresh_observed", "access_token_expired")
_UNTOLD: Final = [kind for kind in DERIVED_KINDS if kind not in _TOLD]  # they repeat an event or a state
_STATE: Final = (
    "valid_from",
    "server",
    "origin",
    "line_from",
    "held_condition",
    "held_entry",
    "held_access_token",
    "held_has_access_token",
    "held_refresh_token",
    "held_has_refresh_token",
    "held_expires_at",
)


def timeline(
    analysis: Analysis, page: Page, *, server: str | None = None, around: datetime | None = None, within_s: int = 60
) -> str:
    """Return every event and every change of the store in the order they happened.

    Args:
        analysis: The result of a run.
        page: What the text is laid out for.
        server: Only this one; null for all, whose names then stand before the texts.
        around: Only what happened near this instant; null for everything.
        within_s: How near, in seconds to either side.

    Returns:
        A head and one row a happening; a row without a clock stands where the log has it.
    """
    names = server is None and _servers(analysis) > 1
    rows = [
        _moment(at, lane, f"{name or '?'}: {said}" if names else said, place)
        for at, lane, name, said, place in _merged(analysis, server)
        if around is None or (at is not None and abs(at - around) <= timedelta(seconds=within_s))
    ]
    say = places(row.place.file for row in rows)
    lines: list[Line] = [line for row in lanes(page, rows, say, page.columns) for line in row]
    return text(lines, page)


_Row = tuple[datetime | None, str, str | None, str, PlaceV1]


def _servers(analysis: Analysis) -> int:
    return analysis.events["server"].drop_nulls().n_unique()


def _moment(at: datetime | None, lane: str, said: str, place: PlaceV1) -> MomentV1:
    return MomentV1(event_at=instant(at), lane=lane, text=inert(said), place=place, decisive=False)


def _merged(analysis: Analysis, server: str | None) -> Iterator[_Row]:
    """Yield events in the order of the stream, each store state before the first event that is later."""
    waiting = _states(analysis, server)
    state = next(waiting, None)
    for event in _events(analysis, server):
        while state is not None and state[0] is not None and event[0] is not None and state[0] <= event[0]:
            yield state
            state = next(waiting, None)
        yield event
    if state is not None:
        yield state
    yield from waiting


def _events(analysis: Analysis, server: str | None) -> Iterator[_Row]:
    origins = analysis.documents.select("document_id", "origin")
    told = _of(analysis.events, server).filter(~pl.col("kind").is_in(_UNTOLD))
    rows = told.join(origins, on="document_id", how="left").sort("case_id", "order").select(_EVENT)
    for row in rows.iter_rows(named=True):
        place = PlaceV1(file=inert(row["origin"] or ""), line=row["line_from"] or 0, line_to=row["line_to"] or 0)
        yield row["event_at"], "log", row["server"], _said(row), place


def _said(row: dict[str, Any]) -> str:
    """Return the text of an event; of a derived one its kind, in words, with why."""
    if row["kind"] not in _TOLD:
        return str(row["excerpt"] or row["kind"])
    why = row["trigger"] if row["kind"] == "refresh_observed" else row["reason"]
    return str(row["kind"]).replace("_", " ") + (f" ({why})" if why else "")


def _states(analysis: Analysis, server: str | None) -> Iterator[_Row]:
    states = _of(analysis.credential_states, server).sort("valid_from", maintain_order=True)
    for row in states.select(_STATE).iter_rows(named=True):
        place = PlaceV1(file=inert(row["origin"] or ""), line=row["line_from"] or 1, line_to=row["line_from"] or 1)
        yield row["valid_from"], "store", row["server"], ", ".join(_held(row)), place


def _of(frame: pl.DataFrame, server: str | None) -> pl.DataFrame:
    return frame if server is None else frame.filter(pl.col("server") == server)


def _held(row: dict[str, object]) -> Iterable[str]:
    """Say what one state of the store holds, known absence apart from what is not known."""
    if row["held_condition"] not in ("ok", None):
        yield f"store {row['held_condition']}"
    elif row["held_entry"] is False:
        yield "no entry"
    else:
        yield _token("access token", row["held_access_token"], row["held_has_access_token"])
        yield _token("refresh token", row["held_refresh_token"], row["held_has_refresh_token"])
        if isinstance(row["held_expires_at"], datetime):
            yield f"expires {instant(row['held_expires_at'])}"


def _token(name: str, fingerprint: object, has: object) -> str:
    if fingerprint:
        return str(fingerprint)
    if has is None:
        return f"{name} not known"
    return f"{name} held" if has else f"no {name}"
