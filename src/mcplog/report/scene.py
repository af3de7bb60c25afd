"""What happened to each server over time, as lanes: client runs, connections, sign-ins, refreshes, calls, tokens held.

    client runs    [==========]          [=====]
    connections     [needs-auth]           [connected----
    sign-ins            [authorized]
    refreshes                    o              x
    access token             [AT#1--------------][AT#2---

Shared by the HTML report and by `mcplog timeline`. Bounded: of very many bars in one lane neighbours become one.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Final

import polars as pl
from msgspec import Struct

from mcplog.model.finding import Analysis, Diagnosis
from mcplog.model.vocabulary import TimeBasis
from mcplog.report import event_lanes
from mcplog.report.durations import duration
from mcplog.report.inert import inert
from mcplog.report.lane import Lane, Mark, Tone, milliseconds
from mcplog.report.pooling import merged, rowed
from mcplog.report.scale import Scale, scale_of
from mcplog.report.token_bars import STATE_COLUMNS, token_bars

_DATED: Final = (TimeBasis.RECORDED, TimeBasis.LENT)
_FEW: Final = 2  # servers
_MOST: Final = 140  # bars, and marks, of a lane of few servers
_MOST_OF_MANY: Final = 50
_JUMP_MS: Final = 1_000  # lines of one file are written some milliseconds out of order


class ServerScene(Struct, frozen=True, kw_only=True):
    """The lanes of one server on the clock of its case.

    Attributes:
        scale: The clock.
        lanes: Those that have something, in a fixed order.
        decisive_at: The instant that the verdict hangs on; null when no clock tells, or nothing does.
        jumps: Where a clock went backwards, and a sentence on it.
    """

    scale: Scale
    lanes: tuple[Lane, ...]
    decisive_at: int | None = None
    jumps: tuple[Mark, ...] = ()


Scenes = Mapping[tuple[int, str], ServerScene]  # by case and server


def scenes_of(
    analysis: Analysis,
    wanted: Collection[tuple[int, str]] | None = None,
    span: tuple[datetime, datetime] | None = None,
) -> Scenes:
    """Return the lanes of servers whose log has a clock.

    Args:
        analysis: The result of a run.
        wanted: The servers, by case and name as in ReportV1; null for all.
        span: Only events from the first instant to the second; null for all.

    Returns:
        By case and server. Those without a dated event are left out.
    """
    chosen = [one for one in analysis.diagnoses if wanted is None or (one.case_id, inert(one.server)) in wanted]
    if not chosen:
        return {}
    events = _dated(analysis, {one.case_id for one in chosen})
    if span is not None:
        events = events.filter(pl.col("event_at").is_between(*span))
    states = analysis.credential_states.select(STATE_COLUMNS)
    scales = {case: scale for case, scale in _scales(events).items() if scale is not None}
    jumps = _jumps(events)
    most = _MOST if len(chosen) <= _FEW else _MOST_OF_MANY
    found = {}
    for one in chosen:
        own = events.filter((pl.col("case_id") == one.case_id) & (pl.col("server") == one.server))
        if own.is_empty():
            continue
        scale = scales[one.case_id]
        held = states.filter((pl.col("case_id") == one.case_id) & (pl.col("server") == one.server))
        found[one.case_id, inert(one.server)] = ServerScene(
            scale=scale,
            lanes=_lanes(own, held, scale, most),
            decisive_at=_decisive(one),
            jumps=tuple(jumps.get(one.case_id, ())),
        )
    return found


def _dated(analysis: Analysis, cases: Iterable[int]) -> pl.DataFrame:
    rows = analysis.facts.frame(event_lanes.EVENT_COLUMNS)
    case_ids = pl.Series(list(cases), dtype=pl.UInt32)
    dated = rows.filter(
        pl.col("case_id").is_in(case_ids.implode())
        & pl.col("event_at").is_not_null()
        & pl.col("time_basis").is_in(_DATED)
    )
    return dated.with_columns(at=pl.col("event_at").dt.epoch("ms"), server=pl.col("server").fill_null(""))


def _scales(events: pl.DataFrame) -> dict[int, Scale | None]:
    instants = events.group_by("case_id").agg(pl.col("at").unique().sort())
    return {case: scale_of(at) for case, at in instants.select("case_id", "at").iter_rows()}


def _jumps(events: pl.DataFrame) -> dict[int, list[Mark]]:
    """Return by case where the clock of a document went back: its next entry is older than the one before."""
    logged = events.filter(
        pl.col("document_id").is_not_null() & ~pl.col("kind").cast(pl.String).str.ends_with("_ended")
    )
    back = (
        logged.sort("document_id", "entry_id", maintain_order=True)
        .with_columns(back=(pl.col("at").shift(1).over("document_id") - pl.col("at")))
        .filter(pl.col("back") >= _JUMP_MS)
    )
    found: dict[int, list[Mark]] = {}
    for case, at, ms in back.select("case_id", "at", "back").iter_rows():
        found.setdefault(case, []).append(Mark(at=at, tone=Tone.OPEN, said=f"the clock goes back by {duration(ms)}"))
    return found


def _decisive(diagnosis: Diagnosis) -> int | None:
    marked = (moment.event_at for moment in diagnosis.moments if moment.decisive)
    primary = diagnosis.primary.evidence[0].event_at if diagnosis.primary else None
    at = next(marked, None) or primary
    return None if at is None else milliseconds(at)


def _lanes(own: pl.DataFrame, held: pl.DataFrame, scale: Scale, most: int) -> tuple[Lane, ...]:
    lanes = (
        Lane(name="client runs", bars=rowed(event_lanes.runs(own), scale, most)),
        Lane(name="connections", bars=rowed(event_lanes.attempts(own), scale, most)),
        Lane(name="sign-ins", bars=rowed(event_lanes.sign_ins(own), scale, most)),
        Lane(name="refreshes", marks=merged(event_lanes.refreshes(own), scale, most)),
        Lane(name="tool calls", marks=merged(event_lanes.calls(own), scale, most)),
        Lane(
            name="access token held",
            bars=rowed(token_bars(held, scale), scale, most),
            marks=merged(event_lanes.cleared(own), scale, most),
        ),
    )
    return tuple(lane for lane in lanes if lane.bars or lane.marks)
