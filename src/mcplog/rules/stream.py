"""Lay the rows that matter to one query in a line: by key, within a key by order, gaps at their places.

    key at    lost from  s0    m1    s2     k
    3   1000  no   1000  true  false false  1
    3   1500  yes  1200  null  null  null   1  rows were lost here
    3   2000  no   2000  false false true   1
    4   …                                   2  the next key

`s`: whether a row can be the step of that number. `m`: the same for a missing step, `u` for `until`, `c` for a
credential test; each as far as the row alone decides. Rows of a key are contiguous, so a running maximum or sum that
carries the number of the key (`k`) or of the stretch it is in replaces every look from row to row.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import polars as pl

from mcplog.rules.clock import with_clock
from mcplog.rules.conditions import condition, step_truth
from mcplog.rules.ground import Ground
from mcplog.rules.lost_rows import lost_rows
from mcplog.rules.outline import Outline
from mcplog.rules.windows import with_cover

# What every stream has, beside the truth columns of its query. `row`: number in the Ground; `at`: epoch milliseconds,
# of a lost row the last moment it can have been logged at, `from` the first; `k`: number of the key, from 1.
STREAM: Final = pl.Schema(
    {
        "row": pl.UInt32(),
        "key": pl.Int64(),
        "at": pl.Int64(),
        "lost": pl.Boolean(),
        "from": pl.Int64(),
        "k": pl.Int64(),
    }
)
FEW: Final = 8  # one anchor in so many rows: then the keys without an anchor are worth leaving out


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """The rows that matter to one query.

    Attributes:
        outline: The query.
        frame: STREAM and CLOCK with the truth columns, sorted.
        late: The number of the clock that stands for an unknown late moment.
        exact: Nothing in it is unknown: what is not false is true.
    """

    outline: Outline
    frame: pl.DataFrame
    late: int
    exact: bool


def build_stream(plan: Outline, ground: Ground, anchors: pl.Series) -> Stream | None:
    """Return the stream of a query; null when no anchor has the query's keys.

    Args:
        plan: The query.
        ground: The facts.
        anchors: Rows that can be the anchor as far as they decide it alone.

    Returns:
        STREAM rows of the keys in which an anchor occurs, with the truth columns of the query.
    """
    keyed = _keyed_rows(plan, ground, anchors)
    if keyed.is_empty():
        return None
    query, keys = plan.query, ("case_id", *plan.query.keys)
    lost = lost_rows(ground, keyed, keys) if plan.minds_gaps and not ground.gaps.is_empty() else None
    if lost is not None and lost.is_empty():
        lost = None
    frame = _with_truths(plan, ground, _in_line(keyed, lost, ground.facts.height), gaps=lost is not None)
    frame, late = with_clock(frame, query.maxspan_ms, behind=bool(plan.trailing))
    if plan.trailing and query.maxspan_ms is not None:
        frame = with_cover(frame, ground, keys, query.maxspan_ms)
    open_ = [name for name, _ in truths(plan)] + (["at"] if query.maxspan_ms is not None else [])
    exact = lost is None and not plan.trailing and not any(frame[name].null_count() for name in open_)
    return Stream(outline=plan, frame=frame, late=late, exact=exact)


def _keyed_rows(plan: Outline, ground: Ground, anchors: pl.Series) -> pl.DataFrame:
    """Return `row` and `key` of the query's rows in the keys that have an anchor, in no order."""
    codes = ground.codes(("case_id", *plan.query.keys))
    of_anchors = codes[anchors]
    if not plan.looks_between:
        return _with_key(anchors, of_anchors)
    kinds = [kind for step in plan.query.steps for kind in step.kinds]
    rows = ground.rows_of([*kinds, *(plan.query.until.kinds if plan.query.until else ())])
    if len(anchors) * FEW > len(rows):
        return _with_key(rows, codes[rows])
    keyed = pl.DataFrame({"row": rows, "key": codes[rows]})
    return keyed.filter(pl.col("key").is_in(of_anchors.unique().to_list()))


def _with_key(rows: pl.Series, keys: pl.Series) -> pl.DataFrame:
    keyed = pl.DataFrame({"row": rows, "key": keys})
    return keyed.drop_nulls("key") if keys.null_count() else keyed


def _in_line(keyed: pl.DataFrame, lost: pl.DataFrame | None, height: int) -> pl.DataFrame:
    """Return the rows by key, row and gap. One integer holds all three, and integers alone sort fastest."""
    size = 2 * (height + 1)
    places = _places(keyed, size)
    bounds: list[pl.Expr] = []
    if lost is None:
        frame = places.sort().to_frame("place")
    else:
        marked = lost.select("lost_from", "lost_to", place=_places(lost, size) + 1)
        frame = pl.concat([pl.DataFrame({"place": places}), marked], how="diagonal").sort("place")
        bounds = [pl.col("lost_from"), pl.col("lost_to")]
    key, rest = pl.col("place") // size, pl.col("place") % size
    return frame.select(
        *bounds,
        row=(rest // 2).cast(pl.UInt32),
        key=key,
        lost=rest % 2 == 1,
        k=(key != key.shift()).fill_null(value=True).cum_sum().cast(pl.Int64),
    )


def _places(keyed: pl.DataFrame, size: int) -> pl.Series:
    return keyed["key"] * size + keyed["row"].cast(pl.Int64) * 2


def _with_truths(plan: Outline, ground: Ground, line: pl.DataFrame, *, gaps: bool) -> pl.DataFrame:
    """Return the line with what its rows say; what a gap lost says nothing."""
    names = list(dict.fromkeys([*plan.query.columns, *plan.carried, "kind", "event_at"]))
    there = ground.facts.select(names)[line["row"]].hstack(line)
    at = pl.col("event_at").cast(pl.Int64)
    told = {**dict(truths(plan)), **{name: pl.col(name) for name in plan.carried}}
    if not gaps:
        frame = there.select("row", "key", "lost", "k", at=at, **told)
        return frame.hstack([frame["at"].alias("from")])
    logged = {name: pl.when(~pl.col("lost")).then(expr) for name, expr in told.items()}
    at, since = (pl.when("lost").then(name).otherwise(at) for name in ("lost_to", "lost_from"))
    return there.select("row", "key", "lost", "k", at=at, **{"from": since}, **logged)


def truths(plan: Outline) -> Iterator[tuple[str, pl.Expr]]:
    """Yield name and expression of each truth column of a query, as far as a row alone decides; `plan` says how."""
    for index, step in enumerate(plan.query.steps):
        yield f"{'m' if step.missing else 's'}{index}", step_truth(step, plan.alone[index])
    if plan.query.until:
        yield "u", step_truth(plan.query.until, plan.until_alone)
    for index, term in enumerate(plan.credentials_alone):
        if term:
            yield f"c{index}", pl.lit(value=True) & condition(term)
