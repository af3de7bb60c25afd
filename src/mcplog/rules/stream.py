"""Lay the rows that matter to one query in a line: by key, within a key by order, gaps at their places.

    key at    lost from  s0    m1    s2     k  tv
    3   1000  no   1000  true  false false  1  1
    3   1500  yes  1200  null  null  null   1  501      rows were lost here
    3   2000  no   2000  false false true   1  1001
    4   …                                   2           the next key

`s`: whether a row can be the step of that number. `m`: the same for a missing step, `u` for `until`, `c` for a
credential test; each as far as the row alone decides. Rows of a key are contiguous, so a running maximum or sum that
carries the number of the key (`k`) or of the stretch it is in replaces every look from row to row.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import polars as pl

from mcplog.model.rule import Query, Step, Term
from mcplog.rules.clock import with_clock
from mcplog.rules.conditions import columns, condition, references, split, step_truth
from mcplog.rules.ground import MOST, NARROW_KEYS, REASONS_OF_ALL_PROCESSES, Ground
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Atom:
    """One row of a binding.

    Attributes:
        step: Index of its step in the query.
        first: It is the first row of its step.
        last: It is the last row of its step.
        missing: Indexes of the missing steps that stand before it.
        may_be_lost: A gap can stand in for its step.
    """

    step: int
    first: bool
    last: bool
    missing: tuple[int, ...]
    may_be_lost: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What a query asks for, taken apart.

    Attributes:
        query: The query.
        atoms: The rows of a binding, in order.
        trailing: Indexes of the missing steps behind the last row.
        alone: Number of a step → the part of its condition that its row decides.
        joint: Number of a step → the part that needs other rows; only steps that have one.
        until_alone: The part of `until` that its row decides.
        until_joint: The part that needs others.
        credentials_alone: The same per credential test.
        credentials_joint: The same per credential test.
        carried: Columns that conditions read beyond what the row alone decides.
    """

    query: Query
    atoms: tuple[Atom, ...]
    trailing: tuple[int, ...]
    alone: dict[int, Term | None]
    joint: dict[int, Term]
    until_alone: Term | None
    until_joint: Term | None
    credentials_alone: tuple[Term | None, ...]
    credentials_joint: tuple[Term | None, ...]
    carried: tuple[str, ...]

    @property
    def anchor(self) -> Step:
        """The step whose row is the anchor."""
        return self.query.steps[self.atoms[-1].step]

    @property
    def has_references(self) -> bool:
        """Whether any condition needs another row."""
        return bool(self.joint or self.until_joint or any(self.credentials_joint))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """The rows that matter to one query, as STREAM with its truth columns, sorted."""

    outline: Outline
    frame: pl.DataFrame
    late: int  # the number of the clock that stands for an unknown late moment
    exact: bool  # nothing in it is unknown: what is not false is true


def outline(query: Query) -> Outline:
    """Return the Outline of a `query`."""
    parts = {index: split(step.where) for index, step in enumerate(query.steps)}
    until = split(query.until.where) if query.until else (None, None)
    tests = [split(test.where) for test in query.credentials]
    joint = {index: term for index, (_, term) in parts.items() if term}
    later = [*joint.values(), until[1], *(term for _, term in tests)]
    aliased = [name for term in later for _, name in references(term)]
    own = [name for term in later for name in columns(term)]
    atoms, trailing = _atoms(query)
    return Outline(
        query=query,
        atoms=atoms,
        trailing=trailing,
        alone={index: term for index, (term, _) in parts.items()},
        joint=joint,
        until_alone=until[0],
        until_joint=until[1],
        credentials_alone=tuple(term for term, _ in tests),
        credentials_joint=tuple(term for _, term in tests),
        carried=tuple(sorted({*aliased, *own})),
    )


def _atoms(query: Query) -> tuple[tuple[Atom, ...], tuple[int, ...]]:
    anchor = max(index for index, step in enumerate(query.steps) if not step.missing)
    atoms: list[Atom] = []
    missing: tuple[int, ...] = ()
    for index, step in enumerate(query.steps):
        if step.missing:
            missing = (*missing, index)
            continue
        for run in range(step.runs):
            atoms.append(
                Atom(
                    step=index,
                    first=run == 0,
                    last=run == step.runs - 1,
                    missing=missing,
                    may_be_lost=index != anchor and not step.required,
                )
            )
            missing = ()
    return tuple(atoms), missing


def build_stream(plan: Outline, ground: Ground) -> Stream | None:
    """Return the stream of a query; null when it has no anchor.

    Args:
        plan: The query.
        ground: The facts.

    Returns:
        STREAM rows with the truth columns of the query.
    """
    query = plan.query
    steps = [*query.steps, *([query.until] if query.until else [])]
    rows = ground.rows_of(kind for step in steps for kind in step.kinds)
    frame = _rows(plan, ground, rows)
    anchor = f"s{plan.atoms[-1].step}"
    if query.keys:
        frame = frame.filter(pl.col("key").is_not_null())
    frame = _keys_with(frame, anchor)
    if frame.is_empty():
        return None
    lost = _lost_rows(plan, ground, frame)
    if not lost.is_empty():
        frame = pl.concat([frame, lost], how="diagonal")
    frame = _sorted(frame, ground)
    truths = [name for name in frame.columns if name[0] in "smuc" and name[1:].isdigit() or name == "u"]
    timed = query.maxspan_ms is not None
    exact = lost.is_empty() and not plan.trailing and not any(frame[name].has_nulls() for name in [*truths, *(["at"] if timed else [])])
    frame, late = with_clock(frame, query.maxspan_ms)
    if plan.trailing and query.maxspan_ms is not None:
        frame = with_cover(frame, ground, ("case_id", *query.keys), query.maxspan_ms)
    return Stream(outline=plan, frame=frame, late=late, exact=exact)


def _rows(plan: Outline, ground: Ground, rows: pl.Series) -> pl.DataFrame:
    """Return the rows of the query's kinds with their truths."""
    query = plan.query
    keys = ("case_id", *query.keys)
    names = sorted({*query.columns, *plan.carried, "kind", "event_at"})
    there = ground.facts.select(names)[rows].with_columns(row=rows, key=ground.codes(keys)[rows])
    at = pl.col("event_at").cast(pl.Int64)
    return there.select("row", "key", *truths(plan), *plan.carried, at=at, lost=pl.lit(value=False), **{"from": at})


def truths(plan: Outline) -> Iterator[pl.Expr]:
    """Yield the truth columns of a query as far as a row alone decides: `plan` says how."""
    for index, step in enumerate(plan.query.steps):
        yield step_truth(step, plan.alone[index]).alias(f"{'m' if step.missing else 's'}{index}")
    if plan.query.until:
        yield step_truth(plan.query.until, plan.until_alone).alias("u")
    for index, term in enumerate(plan.credentials_alone):
        if term:
            yield (pl.lit(value=True) & condition(term)).alias(f"c{index}")


def _keys_with(frame: pl.DataFrame, anchor: str) -> pl.DataFrame:
    """Return the rows of the keys in which an anchor occurs."""
    anchors = frame.filter(pl.col(anchor))["key"].unique()
    if len(anchors) * 8 > frame.height:
        return frame
    return frame.filter(pl.col("key").is_in(anchors.implode())) if len(anchors) else frame.clear()


def _lost_rows(plan: Outline, ground: Ground, frame: pl.DataFrame) -> pl.DataFrame:
    """Return a row for each key and gap beside one of its rows.

    A gap applies to a key when each of its key columns is null or equal. Between two rows of a key only the first and
    the last gap are kept: the others bind nothing that these do not bind better.
    """
    query = plan.query
    gaps = ground.gaps
    if gaps.is_empty() or len(plan.atoms) == 1 and not (plan.trailing or plan.atoms[0].missing):
        return frame.clear()
    keys = ("case_id", *query.keys)
    values = ground.facts.select(*keys, "reason")[gaps["row"]]
    known = pl.concat([gaps, values], how="horizontal")
    if NARROW_KEYS & set(keys):
        known = known.filter(~pl.col("reason").is_in([str(word) for word in REASONS_OF_ALL_PROCESSES]).fill_null(value=False))
    pairs = [
        _beside(ground, frame, part.select("row", "lost_from", "lost_to"), tuple(named))
        for named, part in _by_named_keys(known, keys)
    ]
    if not pairs:
        return frame.clear()
    lost = pl.concat(pairs).unique(["key", "row"])
    return lost.select("row", "key", at="lost_to", lost=pl.lit(value=True), **{"from": pl.col("lost_from")})


def _by_named_keys(gaps: pl.DataFrame, keys: tuple[str, ...]) -> Iterator[tuple[list[str], pl.DataFrame]]:
    """Yield the gaps that name the same key columns, with these columns."""
    for mask, part in gaps.group_by([pl.col(name).is_not_null() for name in keys], maintain_order=True):
        yield [name for name, named in zip(keys, mask, strict=True) if named], part


def _beside(ground: Ground, frame: pl.DataFrame, gaps: pl.DataFrame, named: tuple[str, ...]) -> pl.DataFrame:
    """Return key and gap for the gaps directly before and after each row that is equal in the `named` columns."""
    size = ground.facts.height + 1
    codes = ground.codes(named)
    places = (codes[gaps["row"]] * size + gaps["row"].cast(pl.Int64)).alias("place")
    there = pl.DataFrame([places]).hstack(gaps).sort("place")
    groups = codes[frame["row"]]
    after = there["place"].search_sorted(groups * size + frame["row"].cast(pl.Int64), side="left")
    found = []
    for index in (after.cast(pl.Int64) - 1, after.cast(pl.Int64)):
        inside = (index >= 0) & (index < there.height)
        gap = there[index.filter(inside)]
        same = gap["place"] // size == groups.filter(inside)
        found.append(gap.with_columns(key=frame["key"].filter(inside)).filter(same).drop("place"))
    return pl.concat(found)


def _sorted(frame: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    """Return the rows by key, row and gap, with `k`."""
    size = (ground.facts.height + 1) * 2
    key = pl.col("key")
    most = frame["key"].max()
    if isinstance(most, int) and most * size >= MOST:
        key = key.rank("dense")
    place = key.cast(pl.Int64) * size + pl.col("row").cast(pl.Int64) * 2 + pl.col("lost").cast(pl.Int64)
    ordered = frame.sort(place)
    starts = (pl.col("key") != pl.col("key").shift()).fill_null(value=True)
    return ordered.with_columns(k=starts.cum_sum().cast(pl.Int64))
