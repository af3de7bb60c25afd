"""Run one query on the facts: for each case and server the best anchor, its binding and the truth of every clause."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from mcplog.model.rule import Query
from mcplog.rules.chains import OPEN, TRUE, Climb, climb
from mcplog.rules.clauses import clause_truths, clauses_of
from mcplog.rules.ground import Ground
from mcplog.rules.joins import join_bindings
from mcplog.rules.outline import Outline
from mcplog.rules.picks import pick_bindings
from mcplog.rules.stream import Stream, build_stream

# One row a case and server. `n{j}`: the binding; `t{c}`: truth of each clause; `sure`: confirmed, else possible; `cut`:
# candidates were left out; `occurrences`: anchors as sure as that; `first_at`, `last_at`: of them.
MATCHES: Final = pl.Schema(
    {
        "case_id": pl.UInt32(),
        "server": pl.String(),
        "sure": pl.Boolean(),
        "cut": pl.Boolean(),
        "occurrences": pl.UInt32(),
        "first_at": pl.Datetime("ms", "UTC"),
        "last_at": pl.Datetime("ms", "UTC"),
    }
)
SUBJECT: Final = ("case_id", "server")


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """What one query found: MATCHES and the stream their places refer to."""

    stream: Stream
    frame: pl.DataFrame


def may_match(query: Query, ground: Ground) -> bool:
    """Tell whether the kinds of events that a query needs occur at all.

    Args:
        query: The query.
        ground: The facts.
    """
    anchor, *others = reversed([step for step in query.steps if not step.missing])
    gaps = not ground.gaps.is_empty()
    return ground.has_any(anchor.kinds) and all(
        ground.has_any(step.kinds) or (gaps and not step.required) for step in others
    )


def match(plan: Outline, ground: Ground, anchors: pl.Series) -> Matches | None:
    """Return what a query finds; null when it finds nothing.

    Args:
        plan: The query.
        ground: The facts.
        anchors: Rows that can be the anchor, see `find_anchors`; numbers of FACTS.
    """
    stream = None if anchors.is_empty() else build_stream(plan, ground, anchors)
    if stream is None:
        return None
    found = _joined(stream, ground) if plan.has_references else _chained(stream, ground)
    return None if found.is_empty() else Matches(stream=stream, frame=found)


def _joined(stream: Stream, ground: Ground) -> pl.DataFrame:
    bindings = join_bindings(stream)
    last = len(stream.outline.atoms) - 1
    anchors = _with_subject(stream, ground, bindings.rename({f"n{last}": "n"}))
    sure = anchors.filter("sure")
    rest = anchors.filter(~pl.col("sure")).join(sure, on="subject", how="anti")
    return _summary(pl.concat([sure, rest]), ground).rename({"n": f"n{last}"})


def _chained(stream: Stream, ground: Ground) -> pl.DataFrame:
    """Return MATCHES; what is not possible is not confirmed, so the lenient pass comes first."""
    maybe = None if stream.exact else climb(stream, OPEN)
    if maybe and maybe.anchors.is_empty():
        return pl.DataFrame(schema=MATCHES)
    sure = climb(stream, TRUE)
    sure_anchors = _with_subject(stream, ground, pl.DataFrame({"n": sure.anchors}))
    found = [_bound(stream, _summary(sure_anchors, ground), pick=sure)] if not sure_anchors.is_empty() else []
    if maybe:
        anchors = _with_subject(stream, ground, pl.DataFrame({"n": maybe.anchors}))
        anchors = anchors.join(sure_anchors, on="subject", how="anti")
        found += [_bound(stream, _summary(anchors, ground), pick=maybe)] if not anchors.is_empty() else []
    return pl.concat(found) if found else pl.DataFrame(schema=MATCHES)


def _with_subject(stream: Stream, ground: Ground, anchors: pl.DataFrame) -> pl.DataFrame:
    """Return the anchors with `row` and `subject`, a number for case and server."""
    rows = stream.frame["row"][anchors["n"]]
    return anchors.hstack([rows, ground.subjects(rows).alias("subject")])


def _summary(anchors: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """Return the earliest anchor of each case and server, and what is told of all of them."""
    spans = anchors.group_by("subject").agg(row=pl.col("row").min(), last=pl.col("row").max(), occurrences=pl.len())
    first = spans.join(anchors, on=["subject", "row"]).sort("row")
    told, rows, last = ground.facts, first["row"], first["last"]
    return first[[name for name in first.columns if name not in ("subject", "row", "last")]].hstack(
        [
            told["case_id"][rows],
            told["server"][rows],
            told["event_at"][rows].alias("first_at"),
            told["event_at"][last].alias("last_at"),
        ]
    )


def _bound(stream: Stream, chosen: pl.DataFrame, *, pick: Climb) -> pl.DataFrame:
    """Return `chosen` with the binding of each anchor and the truth of its clauses."""
    bindings = pick_bindings(pick, chosen["n"])
    clauses = len(clauses_of(stream.outline))
    if pick.level == OPEN:
        truths = clause_truths(stream, bindings)
    else:
        yes = pl.repeat(value=True, n=bindings.height, dtype=pl.Boolean, eager=True)
        truths = pl.DataFrame({f"t{number}": yes for number in range(clauses)})
    fixed = chosen.drop("n").with_columns(sure=pl.lit(pick.level == TRUE), cut=pl.lit(value=False))
    return pl.concat([fixed, bindings, truths], how="horizontal")
