"""Climb the ladder: how far the last attempt, sign-in and grant got, and what is missing first.

Which line tells of which rung is data (`knowledge/ladder.toml`). What a rung is worth is decided by the last line that
tells of it. A failure that the goal made up for later no longer stands; of those that stand, the earliest is what the
others follow from.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl
from msgspec import Struct

from mcplog.diagnose.fact_rows import FactRow, fact_rows, first_line, matches, place_of
from mcplog.knowledge.ladder import LadderTable, Mark, RungRow
from mcplog.knowledge.line_patterns import LinePattern
from mcplog.model.finding import LadderRung
from mcplog.model.vocabulary import Rung, RungState

# Result lines of an attempt: inside one, `attempt_ended` tells them once.
RESULT_LINES: Final = frozenset(
    (
        "http_connection_failed",
        "connection_failed",
        "connection_error_thrown",
        "authentication_required",
        "static_header_rejected",
    )
)
FLOW_KINDS: Final = ("redirect_port_chosen", "sign_in_started")
GRANT_KINDS: Final = ("sign_in_saved",)
CLIMBED: Final = tuple(Rung)
WAY_UP: Final = CLIMBED[: CLIMBED.index(Rung.LIST)]  # what a server in use has behind it, without the tools' list
NEVER: Final = -1
NEWEST: Final = 800  # rows of a busy server; of what is older, the last of each kind is enough


class _Climb(Struct, kw_only=True):
    """What is known of one rung while its lines are read, oldest first."""

    row: RungRow
    opened: FactRow | None = None
    proven: FactRow | None = None
    failed: FactRow | None = None
    mark: Mark | None = None

    @property
    def is_open(self) -> bool:
        """Begun, and neither reached nor failed."""
        return self.opened is not None and self.proven is None and self.failed is None

    @property
    def stands_since(self) -> int | None:
        """Position of the line since which it is missing; null when it is not."""
        fact = self.failed or (self.opened if self.is_open else None)
        return fact.order if fact else None

    def tell(self, role: str, fact: FactRow, mark: Mark) -> None:
        """Take in one line that tells of it."""
        if role == "prove" and (self.opened is not None or not self.row.only_after_opening):
            self.proven, self.failed, self.mark, self.opened = fact, None, None, None
        elif role == "fail":
            self.failed, self.mark, self.proven = fact, mark, None
        elif role == "begin":
            self.opened, self.proven, self.failed, self.mark = fact, None, None, None


class _Told(Struct, frozen=True, kw_only=True):
    """What all lines told.

    Attributes:
        table: The ladder.
        climbs: Every rung.
        reached_at: Position of the last line that proved a rung.
        traits: What kind of server it is.
    """

    table: LadderTable
    climbs: Mapping[Rung, _Climb]
    reached_at: Mapping[Rung, int]
    traits: frozenset[str]

    @property
    def was_in_use(self) -> bool:
        """A rung of the goal was reached at some time."""
        return any(rung in self.reached_at for rung in self.table.goal)


def climb(
    facts: pl.DataFrame, origins: Mapping[int, str], table: LadderTable
) -> tuple[tuple[LadderRung, ...], LadderRung | None]:
    """Say how far a server's sign-in and use got.

    Args:
        facts: FACTS of one server, in order.
        origins: Document names by id.
        table: The ladder.

    Returns:
        The rungs, lowest first, and the one that is missing first: failed, or begun and not reached, or the lowest that
        was never seen while the server never was in use. Null when nothing is missing.
    """
    told = _read(facts, table)
    states = {rung: _state(one, told) for rung, one in told.climbs.items()}
    missing = _missing(told, states)
    rungs = {rung: _rung(one, states[rung], origins, is_missing=rung is missing) for rung, one in told.climbs.items()}
    return tuple(rungs.values()), rungs[missing] if missing else None


def _read(facts: pl.DataFrame, table: LadderTable) -> _Told:
    """Let every line tell, oldest first; of the marks of one rung the first that fits decides."""
    marks = _marks(table)
    traits = _traits_by_kind(table)
    rows = _told_once(fact_rows(facts, {*marks, *traits, *FLOW_KINDS}, newest=NEWEST))
    climbs = {row.id: _Climb(row=row) for row in table.rung}
    starts = _scopes(rows)
    reached_at: dict[Rung, int] = {}
    shown: set[str] = set()
    for fact in rows:
        shown.update(name for name, pattern in traits.get(fact.kind, ()) if matches(fact, pattern))
        for rung, role, mark in _first_fitting(fact, marks, climbs, starts):
            climbs[rung].tell(role, fact, mark)
            if role == "prove":
                reached_at[rung] = fact.order
    return _Told(table=table, climbs=climbs, reached_at=reached_at, traits=frozenset(shown))


def _marks(table: LadderTable) -> dict[str, list[tuple[Rung, str, Mark]]]:
    """Return, by event kind, what a line may tell of which rung."""
    marks: dict[str, list[tuple[Rung, str, Mark]]] = {}
    for row in table.rung:
        for role, patterns in (("fail", row.failed_by), ("prove", row.proven_by), ("begin", row.opened_by)):
            for mark in patterns:
                for kind in mark.kinds:
                    marks.setdefault(kind, []).append((row.id, role, mark))
    return marks


def _traits_by_kind(table: LadderTable) -> dict[str, list[tuple[str, LinePattern]]]:
    traits: dict[str, list[tuple[str, LinePattern]]] = {}
    for trait in table.trait:
        for pattern in trait.shown_by:
            for kind in pattern.kinds:
                traits.setdefault(kind, []).append((trait.id, pattern))
    return traits


def _told_once(rows: Sequence[FactRow]) -> list[FactRow]:
    ended = {row.attempt_id for row in rows if row.kind == "attempt_ended" and row.reason != "open"}
    return [row for row in rows if row.kind not in RESULT_LINES or row.attempt_id not in ended]


def _scopes(rows: Sequence[FactRow]) -> Mapping[str, int]:
    """Return the position from which on lines count, by scope."""
    flow = max((row.flow_id for row in rows if row.flow_id is not None), default=None)
    in_flow = (row.order for row in rows if row.flow_id is not None and row.flow_id == flow)
    granted = (row.order for row in rows if row.kind in GRANT_KINDS)
    return {"run": NEVER, "flow": min(in_flow, default=NEVER), "grant": max(granted, default=NEVER)}


def _first_fitting(
    fact: FactRow,
    marks: Mapping[str, Sequence[tuple[Rung, str, Mark]]],
    climbs: Mapping[Rung, _Climb],
    starts: Mapping[str, int],
) -> list[tuple[Rung, str, Mark]]:
    fitting: dict[Rung, tuple[Rung, str, Mark]] = {}
    for rung, role, mark in marks.get(fact.kind, ()):
        one = climbs[rung]
        if rung in fitting or fact.order < starts[one.row.scope] or (mark.if_open and not one.is_open):
            continue
        if any(climbs[other].stands_since is not None for other in mark.unless_standing):
            continue
        if matches(fact, mark):
            fitting[rung] = (rung, role, mark)
    return list(fitting.values())


def _state(one: _Climb, told: _Told) -> RungState:
    row, table = one.row, told.table
    only_for = (*row.only_for, *(table.oauth_only_for if row.oauth else ()))
    not_for = (*row.not_for, *(table.oauth_not_for if row.oauth else ()))
    if only_for and told.was_in_use and told.traits.isdisjoint(only_for):
        return RungState.NOT_APPLICABLE
    if one.failed is not None:
        return RungState.FAILED
    if one.proven is not None:
        return RungState.REACHED
    if one.opened is None and not told.traits.isdisjoint(not_for):
        return RungState.NOT_APPLICABLE
    return RungState.NOT_SEEN


def _missing(told: _Told, states: Mapping[Rung, RungState]) -> Rung | None:
    """Return the rung that is missing first."""
    standing = [
        (since, one.failed is None, CLIMBED.index(rung), rung)
        for rung, one in told.climbs.items()
        if (since := one.stands_since) is not None and states[rung] is not RungState.NOT_APPLICABLE
        if not any(told.reached_at.get(other, NEVER) > since for other in (*told.table.goal, *one.row.cleared_by))
    ]
    if standing:
        return min(standing)[-1]
    if told.was_in_use or not told.reached_at:
        return None
    highest = max((WAY_UP.index(rung) for rung in told.reached_at if rung in WAY_UP), default=-1)
    return next((rung for rung in WAY_UP[highest + 1 :] if states[rung] is RungState.NOT_SEEN), None)


def _rung(one: _Climb, state: RungState, origins: Mapping[int, str], *, is_missing: bool) -> LadderRung:
    fact = None if state is RungState.NOT_APPLICABLE else one.failed or one.proven or one.opened
    note = ""
    if state is RungState.FAILED and one.mark is not None and one.failed is not None:
        note = one.mark.note or first_line(one.failed)
    elif state is RungState.NOT_SEEN and (one.opened is not None or is_missing):
        note = f"needs {one.row.needs}"
    return LadderRung(
        rung=one.row.id,
        state=state,
        responsible=(one.mark.responsible if one.mark else None) or one.row.responsible,
        place=place_of(fact, origins) if fact else None,
        note=note,
    )
