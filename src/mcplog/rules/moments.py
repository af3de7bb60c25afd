"""Give the entries of a line the moments that bound a sequence: where it may begin, and how far a window reaches."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from mcplog.rules.clock import Clock
from mcplog.rules.ground import Ground
from mcplog.rules.roles import BEHIND, LEADING, Role, Voice

# `spot`: twice the number of the row, one more for a gap's lost rows; `role`: number among the line's roles; `k`:
# number of query, level and key, from 1; `to`, `after`, `blocks`: of the role; `ends`: it can be the anchor; `t`: for a
# first row its moment, for what is in the way at an edge the moment that counts; `floor`: for an anchor the least
# moment of a first row, for a first row the least moment of what may not be before it; `ceil`: for an anchor the
# greatest moment of what may not be behind it.
LINE: Final = pl.Schema(
    {
        "spot": pl.Int64(),
        "role": pl.UInt32(),
        "k": pl.Int64(),
        "to": pl.Int16(),
        "after": pl.Int16(),
        "blocks": pl.Int16(),
        "ends": pl.Boolean(),
        "t": pl.Int64(),
        "floor": pl.Int64(),
        "ceil": pl.Int64(),
    }
)

# What a role says of moments. `span`: what is taken off its moment for `floor`; `no_t`, `no_floor`: where it is not
# known.
_TOLD: Final = {
    "to": pl.Int16(),
    "after": pl.Int16(),
    "blocks": pl.Int16(),
    "ends": pl.Boolean(),
    "dated": pl.Boolean(),
    "no_t": pl.Int64(),
    "span": pl.Int64(),
    "no_floor": pl.Int64(),
    "behind": pl.Boolean(),
}


def with_moments(
    frame: pl.DataFrame, roles: Sequence[tuple[Role, Voice]], clock: Clock, ground: Ground
) -> pl.DataFrame:
    """Return LINE.

    Args:
        frame: `spot`, `role` and `k` of it.
        roles: The roles, by number, with their query and level.
        clock: Counts the moments.
        ground: The facts.
    """
    told = [_told(role, voice, clock) for role, voice in roles]
    table = pl.DataFrame(told, schema=_TOLD, orient="row")
    frame = frame.hstack(table[frame["role"]])
    if not table["dated"].any() and table["span"].null_count() == table.height:
        return frame.select_seq("spot", "role", "k", "to", "after", "blocks", "ends", t="no_t", floor="no_floor")
    frame = frame.hstack([_moments(frame, ground).alias("at")])
    at, span = pl.col("at"), pl.col("span")
    t = pl.coalesce(pl.when("dated").then(clock.moments(at)), "no_t")
    floor = clock.earliest(at, span).fill_null(pl.col("no_floor"))
    more = {}
    if table["behind"].any():
        more = {"ceil": pl.when("behind").then(clock.latest(at, span)).fill_null(-1)}
    return frame.select_seq("spot", "role", "k", "to", "after", "blocks", "ends", t=t, floor=floor, **more)


def _told(role: Role, voice: Voice, clock: Clock) -> tuple[object, ...]:
    plan = voice.own.plan
    timed, last = plan.query.maxspan_ms is not None, len(plan.atoms) - 1
    spanned = timed and last > 0
    is_anchor, leads = role.to == last, role.to >= 0 and role.after < 0
    dated, no_t = _own_moment(role, voice, clock, spanned=spanned)
    anchored = is_anchor and spanned
    bounded = leads and timed and bool(plan.atoms[0].missing)
    no_floor = 0
    if anchored:
        no_floor = 0 if voice.is_open else clock.size
    elif bounded:
        no_floor = clock.size if voice.is_open else 0
    behind = is_anchor and bool(plan.trailing)
    span = plan.query.maxspan_ms if anchored or bounded or behind else None
    return (role.to, role.after, role.blocks, is_anchor, dated, no_t, span, no_floor, behind)


def _own_moment(role: Role, voice: Voice, clock: Clock, *, spanned: bool) -> tuple[bool, int | None]:
    """Return whether the moment of an entry counts, and what counts where it is not known; null: then it is none."""
    plan = voice.own.plan
    if role.to >= 0 and role.after < 0:
        if spanned:
            return True, clock.late if voice.is_open else None
        return (True, None) if plan.trailing and not voice.is_open else (False, 0)
    if role.blocks == LEADING and plan.query.maxspan_ms is not None:
        return True, None if voice.is_open else clock.late
    if role.blocks == BEHIND:
        return True, None if voice.is_open else 0
    return False, 0


def _moments(frame: pl.DataFrame, ground: Ground) -> pl.Series:
    """Return the moment of each entry: of a gap the last at which its rows can have been logged.

    For what is in the way behind an anchor it is the first.
    """
    spots = frame["spot"]
    rows = (spots // 2).cast(pl.UInt32)
    at, is_lost = ground.at[rows], spots % 2 == 1
    if not is_lost.any():
        return at
    lost = is_lost.arg_true()
    place = ground.gaps["row"].search_sorted(rows[lost], side="left")
    first, last = ground.gaps["lost_from"][place], ground.gaps["lost_to"][place]
    return at.scatter(lost, first.zip_with(frame["blocks"][lost] == BEHIND, last))
