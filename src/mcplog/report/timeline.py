"""What happened on one clock: lanes of each server, then events and what the store held, grouped by attempt."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import polars as pl
from msgspec import Struct
from msgspec.structs import replace

from mcplog.model.event_kinds import DERIVED_KINDS
from mcplog.model.finding import Analysis
from mcplog.report.durations import duration
from mcplog.report.inert import inert
from mcplog.report.lane_text import lane_lines
from mcplog.report.layout import BLANK, Ink, Line, Page, wrapped
from mcplog.report.paint import text
from mcplog.report.scene import scenes_of
from mcplog.report.sections import lanes
from mcplog.report.v1 import MomentV1, PlaceV1
from mcplog.report.view import instant
from mcplog.report.wording import UNNAMED, counted, places

MOST_DRAWN: Final = 4  # servers with lanes
IDLE_MS: Final = 10_000  # so long without an event is told
JUMP_MS: Final = 1_000  # so far back goes no clock by itself; lines may be some milliseconds out of order
_EVENT: Final = (
    *("event_at", "server", "kind", "excerpt", "reason", "trigger", "origin", "line_from", "line_to"),
    *("document_id", "process_id", "attempt_id"),
)
_TOLD: Final = ("process_started", "process_ended", "coverage_gap", "refresh_observed", "access_token_expired")
_END: Final = "process_ended"
_UNTOLD: Final = [kind for kind in DERIVED_KINDS if kind not in _TOLD]  # they repeat an event or a state
_Told = dict[str, Any]
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


class _Row(Struct, frozen=True, kw_only=True):
    """An event or a state, with what groups it; `attempt` is null where it belongs to none."""

    at: datetime | None
    lane: str
    server: str | None
    said: str
    place: PlaceV1
    attempt: int | None = None
    document: int | None = None
    count: int = 1


def timeline(
    analysis: Analysis, page: Page, *, server: str | None = None, around: datetime | None = None, within_s: int = 60
) -> str:
    """Return every event and every change of the store in the order they happened, below the lanes of each server.

    Args:
        analysis: The result of a run.
        page: What the text is laid out for.
        server: Only this one; null for all, whose names then stand before the texts.
        around: Only what happened near this instant; null for everything.
        within_s: How near, in seconds to either side.

    Returns:
        Lanes, a head, and one row a happening: under the connection attempt it belongs to, with what stretches have no
        event and where a clock goes back. Rows that repeat the one before are counted. A row without a clock stands
        where the log has it.
    """
    reach = timedelta(seconds=within_s)
    span = None if around is None else (around - reach, around + reach)
    rows = [
        row
        for row in _merged(analysis, server)
        if span is None or (row.at is not None and span[0] <= row.at <= span[1])
    ]
    drawn = _drawn(analysis, page, server, span)
    return text([*drawn, *_listed(analysis, page, _counted(rows), names=server is None)], page)


def _drawn(
    analysis: Analysis, page: Page, server: str | None, span: tuple[datetime, datetime] | None
) -> Iterator[Line]:
    """Yield the lanes of the worst servers."""
    wanted = [(one.case_id, inert(one.server)) for one in analysis.diagnoses if server is None or one.server == server]
    scenes = scenes_of(analysis, wanted[:MOST_DRAWN], span)
    for (_, name), scene in scenes.items():
        yield from wrapped([page.span(name or UNNAMED, Ink.STRONG)], page.columns)
        yield from lane_lines(scene, page)
        yield BLANK
    left = len(wanted) - MOST_DRAWN
    if left > 0:
        said = f"{counted(left, 'more server', 'more servers')} without lanes here: --server NAME shows those of one."
        yield from (*wrapped([page.span(said, Ink.FAINT)], page.columns), BLANK)


def _listed(analysis: Analysis, page: Page, rows: Sequence[_Row], *, names: bool) -> Iterator[Line]:
    named = names and analysis.facts.frame(["server"])["server"].drop_nulls().n_unique() > 1
    moments = [_moment(row, named=named) for row in rows]
    say = places(moment.place.file for moment in moments)
    head, *blocks = lanes(page, moments, say, page.columns)
    yield from head
    results = _attempt_results(analysis)
    before: _Row | None = None
    latest: dict[int, datetime] = {}
    attempt: int | None = None
    seen: set[int] = set()
    for row, block in zip(rows, blocks, strict=True):
        yield from _between(page, before, row, latest)
        if row.attempt is not None and row.attempt != attempt:
            attempt = row.attempt
            again = attempt in seen
            yield from _heading(
                page, f"attempt {attempt}" if again else f"connection attempt {attempt}{results.get(attempt, '')}"
            )
            seen.add(attempt)
        yield from block
        before = row
        if row.at is not None and row.document is not None:
            latest[row.document] = row.at


def _heading(page: Page, said: str) -> list[Line]:
    return wrapped([page.span(said, Ink.NAME)], page.columns, first=(page.span("  "),), rest=(page.span("  "),))


def _between(page: Page, before: _Row | None, row: _Row, latest: dict[int, datetime]) -> Iterator[Line]:
    """Yield what is to be said before a row: so long nothing was logged, or its clock went back."""
    if row.at is None or before is None or before.at is None:
        return
    last = latest.get(row.document) if row.document is not None else None
    back = 0 if last is None else _ms(last - row.at)
    idle = _ms(row.at - before.at)
    if back >= JUMP_MS:
        yield (page.span(f"  the clock of this log goes back by {duration(back)}", Ink.OPEN),)
    elif idle >= IDLE_MS:
        yield (page.span(f"  {page.glyphs.more} {duration(idle)} without an event", Ink.FAINT),)


def _ms(span: timedelta) -> int:
    return span // timedelta(milliseconds=1)


def _attempt_results(analysis: Analysis) -> dict[int, str]:
    """Return how each attempt came out, in words, by its number."""
    rows = analysis.facts.frame(("kind", "attempt_id", "reason", "failure", "http_status"))
    ended = rows.filter((pl.col("kind") == "attempt_ended") & pl.col("attempt_id").is_not_null())
    return {
        attempt: ": " + (reason or "open").replace("-", " ").replace("open", "no result seen") + _why(failure, status)
        for attempt, reason, failure, status in ended.select(
            "attempt_id", "reason", "failure", "http_status"
        ).iter_rows()
    }


def _why(failure: str | None, status: int | None) -> str:
    told = [word for word in (failure if failure != "none" else "", f"HTTP {status}" if status else "") if word]
    return f" ({', '.join(told)})" if told else ""


def _counted(rows: Iterable[_Row]) -> list[_Row]:
    """Return the rows, those that repeat the one before as one."""
    found: list[_Row] = []
    for row in rows:
        last = found[-1] if found else None
        if last and (last.lane, last.server, last.said, last.attempt) == (row.lane, row.server, row.said, row.attempt):
            found[-1] = replace(last, count=last.count + 1)
        else:
            found.append(row)
    return found


def _moment(row: _Row, *, named: bool) -> MomentV1:
    times = f" ({row.count} times)" if row.count > 1 else ""
    said = f"{row.server or '?'}: {row.said}" if named else row.said
    return MomentV1(event_at=instant(row.at), lane=row.lane, text=inert(said) + times, place=row.place, decisive=False)


def _merged(analysis: Analysis, server: str | None) -> Iterator[_Row]:
    """Yield events in the order of the stream, each store state before the first event that is later."""
    waiting = _states(analysis, server)
    state = next(waiting, None)
    for event in _events(analysis, server):
        while state is not None and state.at is not None and event.at is not None and state.at <= event.at:
            yield state
            state = next(waiting, None)
        yield event
    if state is not None:
        yield state
    yield from waiting


def _events(analysis: Analysis, server: str | None) -> Iterator[_Row]:
    origins = analysis.documents.select("document_id", "origin")
    facts = analysis.facts.frame([*(name for name in _EVENT if name != "origin"), "case_id", "order"])
    told = _of(facts, server).filter(~pl.col("kind").is_in(_UNTOLD))
    if server is None:  # the end of a process is told once, and not once more for each of its servers
        told = told.filter((pl.col("kind") != _END) | pl.col("server").is_null())
    rows = told.join(origins, on="document_id", how="left").sort("case_id", "order").select(*_EVENT, "case_id")
    for row in _ends_in_time(rows.iter_rows(named=True)):
        place = PlaceV1(file=inert(row["origin"] or ""), line=row["line_from"] or 0, line_to=row["line_to"] or 0)
        is_line = row["kind"] not in _TOLD
        yield _Row(
            at=row["event_at"],
            lane="log",
            server=row["server"],
            said=_said(row),
            place=place,
            attempt=row["attempt_id"],
            document=row["document_id"] if is_line else None,
        )


def _ends_in_time(rows: Iterable[_Told]) -> list[_Told]:
    """Return the rows with the end of each process at its time: in the stream it stands where the end became known."""
    found: list[_Told] = []
    for row in rows:
        at = len(found)
        if row["kind"] == _END and row["event_at"] is not None:
            while at and _is_later(found[at - 1], row):
                at -= 1
        found.insert(at, row)
    return found


def _is_later(row: _Told, end: _Told) -> bool:
    same_case = row["case_id"] == end["case_id"]
    return same_case and row["event_at"] is not None and bool(row["event_at"] > end["event_at"])


def _said(row: _Told) -> str:
    """Return the text of an event; of a derived one its kind, in words, with why."""
    if row["kind"] not in _TOLD:
        return str(row["excerpt"] or row["kind"])
    why = row["trigger"] if row["kind"] == "refresh_observed" else row["reason"]
    return str(row["kind"]).replace("_", " ") + (f" ({why})" if why else "")


def _states(analysis: Analysis, server: str | None) -> Iterator[_Row]:
    states = _of(analysis.credential_states, server).sort("valid_from", maintain_order=True)
    for row in states.select(_STATE).iter_rows(named=True):
        place = PlaceV1(file=inert(row["origin"] or ""), line=row["line_from"] or 1, line_to=row["line_from"] or 1)
        yield _Row(at=row["valid_from"], lane="store", server=row["server"], said=", ".join(_held(row)), place=place)


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
