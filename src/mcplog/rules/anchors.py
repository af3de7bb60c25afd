"""Find the rows that can be the anchor of a query, for many queries at once.

Most queries end here: no row has the anchor's kinds, or none meets its condition. Queries with the same anchor kinds
share one look at their rows.
"""

from collections.abc import Sequence

import polars as pl

from mcplog.model.rule import Term
from mcplog.rules.conditions import columns, condition
from mcplog.rules.ground import NO_ROWS, Ground
from mcplog.rules.outline import Outline


def find_anchors(plans: Sequence[Outline], ground: Ground) -> list[pl.Series]:
    """Return for each of the queries the rows that can be its anchor as far as they decide it alone.

    Args:
        plans: The queries.
        ground: The facts.

    Returns:
        Numbers of FACTS rows (UInt32) for each of `plans`, in their order.
    """
    found = [NO_ROWS] * len(plans)
    by_kinds: dict[tuple[str, ...], list[int]] = {}
    for number, plan in enumerate(plans):
        by_kinds.setdefault(tuple(sorted(plan.anchor.kinds)), []).append(number)
    for kinds, numbers in by_kinds.items():
        rows = ground.rows_of(kinds)
        if rows.is_empty():
            continue
        for number, mask in zip(numbers, _masks([plans[number] for number in numbers], ground, rows), strict=True):
            found[number] = rows if mask is None else rows.filter(mask)
    return found


def _masks(plans: Sequence[Outline], ground: Ground, rows: pl.Series) -> list[pl.Series | None]:
    """Return which of `rows` meet each query's condition; null where it has none."""
    wheres = [plan.alone[plan.atoms[-1].step] for plan in plans]
    names = list(dict.fromkeys(name for where in wheres for name in columns(where)))
    tests = {str(number): condition(where) for number, where in enumerate(wheres) if where is not None}
    if not tests:
        return [None] * len(plans)
    there = ground.facts.select(names or ["kind"])[rows].with_columns(**tests)
    return [there[str(number)] if str(number) in tests else None for number in range(len(plans))]


def has_candidates(plan: Outline, ground: Ground) -> bool:
    """Tell whether each step that has to be in the log has a row that may be it.

    Args:
        plan: The query.
        ground: The facts.
    """
    gaps = not ground.gaps.is_empty()
    needed = {atom.step for atom in plan.atoms[:-1]} - {plan.atoms[-1].step}
    steps = [(index, plan.query.steps[index]) for index in sorted(needed)]
    return all(
        _may_hold(plan.alone[index], step.kinds, step.runs, ground)
        for index, step in steps
        if step.required or not gaps
    )


def _may_hold(where: Term | None, kinds: Sequence[str], runs: int, ground: Ground) -> bool:
    """Tell whether `runs` rows of these kinds are there for which a condition is not false."""
    rows = ground.rows_of(kinds)
    if where is None or len(rows) < runs:
        return len(rows) >= runs
    truth = ground.facts.select(list(dict.fromkeys(columns(where))) or ["kind"])[rows].with_columns(
        where=condition(where)
    )
    return int(truth["where"].fill_null(value=True).sum()) >= runs
