"""Climb the ladder: how far the last attempt, sign-in and grant got, and what is missing first.

Which line tells of which rung is data (`knowledge/ladder.toml`). What a rung is worth is decided by the last line that
tells of it. A failure that the goal made up for later no longer stands; of those that stand, the earliest is what the
others follow from.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import polars as pl
from msgspec import Struct

from mcplog.diagnose.fact_rows import FactRow, columns_of, fact_rows, first_line, matches, place_of
from mcplog.diagnose.lines import Lines
from mcplog.knowledge.ladder import LadderTable, Mark, RungRow
from mcplog.knowledge.line_patterns import LinePattern
from mcplog.model.facts import is_kind
from mcplog.model.finding import LadderRung
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
NEWEST: Final = 800  # rows of a busy server; of what is older, the last of each kind is enough
MESSAGE: Final = "message_id"
TELLING: Final = ("kind", "failure", "reason", "http_status", "oauth_error")
Says = tuple[Rung, str, Mark]  # the rung, whether it is proven, failed or begun, and by which mark
Ladder = tuple[tuple[LadderRung, ...], LadderRung | None]


class _Climb(Struct, kw_only=True):
    """What is known of one rung while its lines are read, oldest first; a line is the number of its row."""

    row: RungRow
    start: int
    opened: int | None = None
    proven: int | None = None
    failed: int | None = None
    mark: Mark | None = None

    @property
    def is_open(self) -> bool:
        """Begun, and neither reached nor failed."""
        return self.opened is not None and self.proven is None and self.failed is None

    @property
    def stands_since(self) -> int | None:
        """The line since which it is missing; null when it is not."""
        return self.failed if self.failed is not None else self.opened if self.is_open else None

    def tell(self, role: str, line: int, mark: Mark) -> None:
        """Take in one line that tells of it."""
        if role == "prove" and (self.opened is not None or not self.row.only_after_opening):
            self.proven, self.failed, self.mark, self.opened = line, None, None, None
        elif role == "fail":
            self.failed, self.mark, self.proven = line, mark, None
        elif role == "begin":
            self.opened, self.proven, self.failed, self.mark = line, None, None, None


_Marked = tuple[str, Mark, Sequence[_Climb]]  # the mark proves, fails or begins, unless one of others stands
_Bound = tuple[_Climb, Sequence[_Marked]]  # what a line may say of which climb


class _Told(Struct, frozen=True, kw_only=True):
    """What all lines of a server told.

    Attributes:
        table: The ladder.
        climbs: Every rung.
        reached_at: The last line that proved a rung.
        traits: What kind of server it is.
        was_in_use: A rung of the goal was reached at some time.
    """

    table: LadderTable
    climbs: Mapping[Rung, _Climb]
    reached_at: Mapping[Rung, int]
    traits: frozenset[str]
    was_in_use: bool


class _Rows(Struct, frozen=True, kw_only=True):
    """What is read of one server.

    Attributes:
        lines: The lines that tell something, oldest first: number of the row, and of its sort.
        starts: The line from which on lines count, by scope.
        traits: What kind of server the lines show.
    """

    lines: Sequence[tuple[int, int]] = ()
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
    told = [_read(of_server.get(who, _Rows()), sorts, table) for who in range(len(lines.servers))]
    states = [{rung: _state(one, of) for rung, one in of.climbs.items()} for of in told]
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
    rows = _told_once(lines.told(["attempt_id", "flow_id", *columns], at))
    sorts = rows.select(columns).unique(maintain_order=True).with_row_index("sort")
    says: list[list[Says]] = []
    named: list[list[str]] = []
    for values in sorts.iter_rows(named=True):
        says.append([one for one in marks.get(values["kind"], ()) if matches(values, one[2])])
        named.append([name for name, one in traits.get(values["kind"], ()) if matches(values, one)])
    sorted_out = rows.join(sorts, on=columns, how="left", nulls_equal=True, maintain_order="left")
    return says, _by_server(sorted_out, says, named)


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
        for role, patterns in (("fail", row.failed_by), ("prove", row.proven_by), ("begin", row.opened_by)):
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
    newest = at.group_by("who").tail(NEWEST)["row"]
    if len(newest) == len(at):
        return at
    older = at.filter(~at["row"].is_in(newest.implode()))
    if MESSAGE in lines.facts.rows.columns:  # what equal messages tell need not be read to be known as equal
        said = older.with_columns(lines.facts.rows[MESSAGE][older["row"]])
        # One number for all three, and the last of each found from behind: a sixth of what `unique` takes.
        key = pl.col("who").cast(pl.UInt64) * 2**48 + pl.col("kind").to_physical().cast(pl.UInt64) * 2**33
        last_first = said.reverse().select(key + pl.col(MESSAGE).cast(pl.UInt64).fill_null(2**32)).to_series()
        older = older[(len(older) - 1 - last_first.arg_unique().cast(pl.Int64)).sort()]
    last = lines.told(TELLING, older).unique(["who", *TELLING], keep="last", maintain_order=True)
    return at.filter(at["row"].is_in(pl.concat([newest, last["row"]]).implode()))


def _told_once(rows: pl.DataFrame) -> pl.DataFrame:
    ended = rows.filter((pl.col("kind") == "attempt_ended") & pl.col("reason").ne_missing("open"))["attempt_id"]
    is_told = pl.col("attempt_id").is_in(ended.unique().implode(), nulls_equal=True)
    return rows.filter(~(is_kind(RESULT_LINES) & is_told))


def _read(rows: _Rows, sorts: Sequence[Sequence[Says]], table: LadderTable) -> _Told:
    """Let every line tell, oldest first."""
    climbs = {row.id: _Climb(row=row, start=rows.starts.get(row.scope, NEVER)) for row in table.rung}
    bound = {sort: _bound(sorts[sort], climbs) for sort in {sort for _, sort in rows.lines}}
    reached_at: dict[Rung, int] = {}
    for line, sort in rows.lines:
        for climb, role, mark in _fitting(bound[sort], line):
            climb.tell(role, line, mark)
            if role == "prove":
                reached_at[climb.row.id] = line
    in_use = any(rung in reached_at for rung in table.goal)
    return _Told(table=table, climbs=climbs, reached_at=reached_at, traits=rows.traits, was_in_use=in_use)


def _bound(says: Iterable[Says], climbs: Mapping[Rung, _Climb]) -> list[_Bound]:
    marks: dict[Rung, list[_Marked]] = {}
    for rung, role, mark in says:
        marks.setdefault(rung, []).append((role, mark, [climbs[other] for other in mark.unless_standing]))
    return [(climbs[rung], of_rung) for rung, of_rung in marks.items()]


def _fitting(bound: Iterable[_Bound], line: int) -> list[tuple[_Climb, str, Mark]]:
    """Return what a line tells as things stand before it; of the marks of one rung the first that fits decides."""
    fitting = []
    for climb, marks in bound:
        if line < climb.start:
            continue
        for role, mark, unless in marks:
            if mark.if_open and not climb.is_open:
                continue
            if unless and any(other.stands_since is not None for other in unless):
                continue
            fitting.append((climb, role, mark))
            break
    return fitting


def _state(one: _Climb, told: _Told) -> RungState:
    row, table = one.row, told.table
    if told.was_in_use:
        only_for = (*row.only_for, *(table.oauth_only_for if row.oauth else ()))
        if only_for and told.traits.isdisjoint(only_for):
            return RungState.NOT_APPLICABLE
    if one.failed is not None:
        return RungState.FAILED
    if one.proven is not None:
        return RungState.REACHED
    not_for = (*row.not_for, *(table.oauth_not_for if row.oauth else ()))
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


def _line(one: _Climb, state: RungState) -> int | None:
    """Return the line that a rung is shown with."""
    if state is RungState.NOT_APPLICABLE:
        return None
    return next((line for line in (one.failed, one.proven, one.opened) if line is not None), None)


def _rung(
    one: _Climb, state: RungState, quoted: Mapping[int, FactRow], origins: Mapping[int, str], *, is_missing: bool
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
