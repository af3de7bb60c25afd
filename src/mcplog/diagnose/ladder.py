"""Climb the ladder: how far the last attempt, sign-in and grant got, and what is missing first.

Which line tells of which rung is data (`knowledge/ladder.toml`). What a rung is worth is decided by the last line that
tells of it. A failure that the goal made up for later no longer stands; of those that stand, the earliest is what the
others follow from.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import polars as pl
from msgspec import Struct

from mcplog.diagnose.fact_rows import FactRow, columns_of, fact_rows, first_line, matches, place_of
from mcplog.diagnose.lines import Lines
from mcplog.diagnose.rung_steps import BEGIN, FAIL, PROVE, Climb, Line, RungSteps, Says
from mcplog.knowledge.ladder import LadderTable, RungRow
from mcplog.knowledge.line_patterns import LinePattern
from mcplog.model.facts import is_kind
from mcplog.model.finding import LadderRung
from mcplog.model.frames import constant
from mcplog.model.vocabulary import Rung, RungState

# Result lines of an attempt: inside one, `attempt_ended` tells them once.
RESULT_LINES: Final = (
    "http_connection_failed",
    "connection_failed",
    "connection_error_thrown",
    "authentication_required",
    "static_header_rejected",
)
FLOW_KINDS: Final = ("redirect_port_chosen", "sign_in_started")
GRANT_KINDS: Final = ("sign_in_saved",)
CLIMBED: Final = tuple(Rung)
WAY_UP: Final = CLIMBED[: CLIMBED.index(Rung.LIST)]  # what a server in use has behind it, without the tools' list
NEVER: Final = -1
NEWEST: Final = 200  # rows of a busy server; of what is older, the last of each kind is enough
MESSAGE: Final = "message_id"
TELLING: Final = ("kind", "failure", "reason", "http_status", "oauth_error")
Ladder = tuple[tuple[LadderRung, ...], LadderRung | None]


class _Told(Struct, frozen=True, kw_only=True):
    """What all lines of a server told.

    Attributes:
        table: The ladder.
        climbs: Every rung.
        traits: What kind of server it is.
        was_in_use: A rung of the goal was reached at some time.
    """

    table: LadderTable
    climbs: Mapping[Rung, Climb]
    traits: frozenset[str]
    was_in_use: bool


class _Rows(Struct, frozen=True, kw_only=True):
    """What is read of one server.

    Attributes:
        lines: The lines that tell something, oldest first: number of the row, and of its sort.
        starts: The line from which on lines count, by scope.
        traits: What kind of server the lines show.
    """

    lines: Sequence[Line] = ()
    starts: Mapping[str, int] = {}
    traits: frozenset[str] = frozenset()


def climb(lines: Lines, origins: Mapping[int, str], table: LadderTable, *, briefly: bool = False) -> list[Ladder]:
    """Say how far the sign-in and use of each server got.

    Args:
        lines: The rows of the servers.
        origins: Document names by id.
        table: The ladder.
        briefly: Leave out the rungs but for the one that is missing.

    Returns:
        For each server the rungs, lowest first, and the one that is missing first: failed, or begun and not reached, or
        the lowest that was never seen while the server never was in use. Null when nothing is missing.
    """
    sorts, of_server = _rows(lines, table)
    steps = RungSteps(table, sorts)
    told = [_read(of_server.get(who, _Rows()), steps, table) for who in range(len(lines.servers))]
    asked = {row.id: _asked(row, table) for row in table.rung}
    states = [{rung: _state(one, of, asked[rung]) for rung, one in of.climbs.items()} for of in told]
    missing = [_missing(of, own) for of, own in zip(told, states, strict=True)]
    shown = [[row.id for row in table.rung if row.id is first or not briefly] for first in missing]
    cited = (_line(told[who].climbs[rung], states[who][rung]) for who, rungs in enumerate(shown) for rung in rungs)
    quoted = fact_rows(lines.facts, (line for line in cited if line is not None))
    made: list[Ladder] = []
    for of, own, first, rungs in zip(told, states, missing, shown, strict=True):
        ladder = {rung: _rung(of.climbs[rung], own[rung], quoted, origins, is_missing=rung is first) for rung in rungs}
        made.append((() if briefly else tuple(ladder.values()), ladder[first] if first else None))
    return made


def _rows(lines: Lines, table: LadderTable) -> tuple[list[list[Says]], dict[int, _Rows]]:
    """Return what each sort of line tells, and the lines of each server: many lines are of few sorts."""
    marks, traits = _marks(table), _traits(table)
    patterns: list[LinePattern] = [mark for says in marks.values() for _, _, mark in says]
    patterns += [pattern for named in traits.values() for _, pattern in named]
    columns = list(dict.fromkeys(["kind", "reason", *(name for one in patterns for name in columns_of(one))]))
    at = _newest(lines, {*marks, *traits, *FLOW_KINDS})
    rows, sorts = lines.sorts(columns, at, ["attempt_id", "flow_id"])
    says = [[one for one in marks.get(sort["kind"], ()) if matches(sort, one[2])] for sort in sorts]
    named = [[name for name, one in traits.get(sort["kind"], ()) if matches(sort, one)] for sort in sorts]
    return says, _by_server(_told_once(rows), says, named)


def _by_server(rows: pl.DataFrame, says: Sequence[Sequence[Says]], named: Sequence[Sequence[str]]) -> dict[int, _Rows]:
    is_telling = pl.col("sort").is_in([sort for sort, told in enumerate(says) if told])
    of_server = rows.group_by("who").agg(
        pl.col("sort").unique(),
        pl.col("row").filter(is_telling),
        telling=pl.col("sort").filter(is_telling),
        flow=pl.col("row").filter(pl.col("flow_id") == pl.col("flow_id").max()).min(),
        grant=pl.col("row").filter(is_kind(GRANT_KINDS)).max(),
    )
    return {
        who: _Rows(
            lines=list(zip(lines, telling, strict=True)),
            starts={"run": NEVER, "flow": NEVER if flow is None else flow, "grant": NEVER if grant is None else grant},
            traits=frozenset(name for sort in seen for name in named[sort]),
        )
        for who, seen, lines, telling, flow, grant in of_server.rows()
    }


def _marks(table: LadderTable) -> dict[str, list[Says]]:
    """Return, by event kind, what a line may tell of which rung."""
    marks: dict[str, list[Says]] = {}
    for row in table.rung:
        for role, patterns in ((FAIL, row.failed_by), (PROVE, row.proven_by), (BEGIN, row.opened_by)):
            for mark in patterns:
                for kind in mark.kinds:
                    marks.setdefault(kind, []).append((row.id, role, mark))
    return marks


def _traits(table: LadderTable) -> dict[str, list[tuple[str, LinePattern]]]:
    traits: dict[str, list[tuple[str, LinePattern]]] = {}
    for trait in table.trait:
        for pattern in trait.shown_by:
            for kind in pattern.kinds:
                traits.setdefault(kind, []).append((trait.id, pattern))
    return traits


def _newest(lines: Lines, kinds: Iterable[str]) -> pl.DataFrame:
    """Return which rows to read: the newest of each server, and of what is older the last of each kind and words."""
    at = lines.of_kinds(kinds)
    if len(at) <= NEWEST:
        return at
    at = at.with_row_index("at")
    newest = at.select("who", "at").group_by("who").tail(NEWEST)["at"]
    if len(newest) == len(at):
        return at
    is_old = constant(value=True, dtype=pl.Boolean(), height=len(at)).scatter(newest, values=False)
    older = at.filter(is_old)
    if MESSAGE in lines.facts.rows.columns:  # what equal messages tell need not be read to be known as equal
        said = older.with_columns(lines.facts.rows[MESSAGE][older["row"]])
        # One number for all three, and the last of each found from behind: a sixth of what `unique` takes.
        key = pl.col("who").cast(pl.UInt64) * 2**48 + pl.col("kind").to_physical().cast(pl.UInt64) * 2**33
        last_first = said.reverse().select(key + pl.col(MESSAGE).cast(pl.UInt64).fill_null(2**32)).to_series()
        older = older[(len(older) - 1 - last_first.arg_unique().cast(pl.Int64)).sort()]
    words = lines.told(TELLING, older).with_columns(older["at"])
    last = words.unique(["who", *TELLING], keep="last", maintain_order=True)["at"]
    return at[pl.concat([newest, last]).sort()]


def _told_once(rows: pl.DataFrame) -> pl.DataFrame:
    is_ended = (pl.col("kind") == "attempt_ended") & pl.col("reason").ne_missing("open")
    is_told = pl.col("attempt_id").is_in(pl.col("attempt_id").filter(is_ended).unique().implode(), nulls_equal=True)
    return rows.filter(~(is_kind(RESULT_LINES) & is_told))


def _read(rows: _Rows, steps: RungSteps, table: LadderTable) -> _Told:
    """Let every line tell, oldest first."""
    climbs = steps.climbs(rows.lines, rows.starts)
    in_use = any(climbs[rung].reached_at is not None for rung in table.goal)
    return _Told(table=table, climbs=climbs, traits=rows.traits, was_in_use=in_use)


class _Asked(NamedTuple):
    """For what kinds of servers a rung is.

    Attributes:
        only_for: A server in use shows one of these, or the rung is not for it; none: it is for all.
        not_for: Where any of these is shown, a rung that nothing tells of is not for the server.
    """

    only_for: frozenset[str]
    not_for: frozenset[str]


def _asked(row: RungRow, table: LadderTable) -> _Asked:
    return _Asked(
        only_for=frozenset((*row.only_for, *(table.oauth_only_for if row.oauth else ()))),
        not_for=frozenset((*row.not_for, *(table.oauth_not_for if row.oauth else ()))),
    )


def _state(one: Climb, told: _Told, asked: _Asked) -> RungState:
    if told.was_in_use and asked.only_for and told.traits.isdisjoint(asked.only_for):
        return RungState.NOT_APPLICABLE
    if one.failed is not None:
        return RungState.FAILED
    if one.proven is not None:
        return RungState.REACHED
    if one.opened is None and not told.traits.isdisjoint(asked.not_for):
        return RungState.NOT_APPLICABLE
    return RungState.NOT_SEEN


def _missing(told: _Told, states: Mapping[Rung, RungState]) -> Rung | None:
    """Return the rung that is missing first."""
    reached = {rung: one.reached_at for rung, one in told.climbs.items() if one.reached_at is not None}
    standing = [
        (since, one.failed is None, CLIMBED.index(rung), rung)
        for rung, one in told.climbs.items()
        if (since := one.stands_since) is not None and states[rung] is not RungState.NOT_APPLICABLE
        if not any(reached.get(other, NEVER) > since for other in (*told.table.goal, *one.row.cleared_by))
    ]
    if standing:
        return min(standing)[-1]
    if told.was_in_use or not reached:
        return None
    highest = max((WAY_UP.index(rung) for rung in reached if rung in WAY_UP), default=-1)
    return next((rung for rung in WAY_UP[highest + 1 :] if states[rung] is RungState.NOT_SEEN), None)


def _line(one: Climb, state: RungState) -> int | None:
    """Return the line that a rung is shown with."""
    if state is RungState.NOT_APPLICABLE:
        return None
    return next((line for line in (one.failed, one.proven, one.opened) if line is not None), None)


def _rung(
    one: Climb, state: RungState, quoted: Mapping[int, FactRow], origins: Mapping[int, str], *, is_missing: bool
) -> LadderRung:
    line = _line(one, state)
    note = ""
    if state is RungState.FAILED and one.mark is not None and one.failed is not None:
        note = one.mark.note or first_line(quoted[one.failed])
    elif state is RungState.NOT_SEEN and (one.opened is not None or is_missing):
        note = f"needs {one.row.needs}"
    return LadderRung(
        rung=one.row.id,
        state=state,
        responsible=(one.mark.responsible if one.mark else None) or one.row.responsible,
        place=None if line is None else place_of(quoted[line], origins),
        note=note,
    )
