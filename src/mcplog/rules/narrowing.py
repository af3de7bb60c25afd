"""Leave out rows of a sequence that no row they are compared with agrees with.

    [connected] as accepted
    [attempt_ended where held_jwt_key != accepted.held_jwt_key] as refused

A server whose key never changed has no two such rows, and nothing of it need be searched. Rows that are equal in what
is compared are looked at once: a pair of them stands for all pairs of such rows.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

import polars as pl
from msgspec import Struct
from msgspec.structs import replace

from mcplog.model.rule import Term
from mcplog.rules.candidates import Candidates
from mcplog.rules.conditions import columns, condition, conjuncts, join_conjuncts, references
from mcplog.rules.ground import Ground
from mcplog.rules.joint import aliases_of
from mcplog.rules.outline import Outline, number_of
from mcplog.rules.row_truths import Meets

MANY: Final = 500  # fewer pairs are searched as fast
MOST_PAIRS: Final = 200_000


class _Comparison(Struct, frozen=True, kw_only=True):
    """What a row of a sequence says of one other row.

    Attributes:
        number: Number of the row.
        other: Number of the other row.
        alias: The name of the other row.
        term: The condition.
    """

    number: int
    other: int
    alias: str
    term: Term


def narrowed(own: Candidates, ground: Ground) -> Candidates | None:
    """Return a query with the rows that others agree with; null when nothing is left to find.

    Args:
        own: The query with its rows.
        ground: The facts.
    """
    plan, atoms = own.plan, list(own.atoms)
    if not plan.joint:
        return own
    for comparison in _comparisons(plan):
        number, other = comparison.number, comparison.other
        if _may_be_lost(plan, other, ground) or len(atoms[number]) * len(atoms[other]) < MANY:
            continue
        agree = _agreeing(comparison, atoms[number], atoms[other], plan, ground)
        if agree is None:
            continue
        is_needed = not _may_be_lost(plan, number, ground)
        if is_needed and agree.is_empty():
            return None
        atoms[number] = _kept(atoms[number], agree["row"])
        if is_needed:
            atoms[other] = _kept(atoms[other], agree["other_row"])
    return replace(own, atoms=tuple(atoms))


def _may_be_lost(plan: Outline, number: int, ground: Ground) -> bool:
    return plan.atoms[number].may_be_lost and not ground.gaps.is_empty()


def _comparisons(plan: Outline) -> Iterator[_Comparison]:
    for number, atom in enumerate(plan.atoms):
        by_alias: dict[str, list[Term]] = defaultdict(list)
        for part in conjuncts(plan.joint.get(atom.step)):
            aliases = aliases_of(part) - {""}
            if len(aliases) == 1:
                by_alias[aliases.pop()].append(part)
        for alias, parts in by_alias.items():
            term = join_conjuncts(parts)
            if term:
                yield _Comparison(number=number, other=number_of(plan, alias), alias=alias, term=term)


def _agreeing(comparison: _Comparison, own: Meets, other: Meets, plan: Outline, ground: Ground) -> pl.DataFrame | None:
    """Return the rows of pairs for which a comparison is not false; null when there are too many pairs to look at.

    The anchor has to agree surely.
    """
    term, alias, strict = comparison.term, comparison.alias, comparison.number == len(plan.atoms) - 1
    names = dict.fromkeys(name for _, name in references(term))
    one = _said(own, dict.fromkeys(columns(term)), plan, ground)
    two = _said(other, names, plan, ground).rename({**{name: f"{alias}.{name}" for name in names}, "row": "other_row"})
    if one.height * two.height <= MOST_PAIRS:
        first, last = ("other_row", "row") if comparison.other < comparison.number else ("row", "other_row")
        pairs = one.join(two, on="key").filter(pl.col(first) < pl.col(last))
    else:
        one, two = _distinct(one), _distinct(two)
        if _pairs(one, two) > MOST_PAIRS:
            return None
        pairs = one.join(two, on="key")
    agrees = condition(term, pairs)
    return pairs.filter(agrees if strict else agrees.fill_null(value=True)).select("row", "other_row")


def _said(meets: Meets, names: Iterable[str], plan: Outline, ground: Ground) -> pl.DataFrame:
    """Return what rows say in the columns of some `names`, with `key` and `row`; what has no key is left out."""
    rows = pl.concat([meets.sure, meets.unsure])
    keys = ground.codes(plan.keys)[rows]
    there = pl.DataFrame([keys.alias("key"), rows.alias("row"), *ground.facts.frame(names, rows)])
    return there.filter(keys.is_not_null()) if keys.has_nulls() else there


def _distinct(said: pl.DataFrame) -> pl.DataFrame:
    """Return rows that say the same once, with the list of them."""
    rows = said.columns[1]
    return said.group_by(name for name in said.columns if name != rows).agg(rows)


def _pairs(one: pl.DataFrame, two: pl.DataFrame) -> int:
    sizes = one.group_by("key").len().join(two.group_by("key").len(), on="key")
    return int((sizes["len"].cast(pl.Int64) * sizes["len_right"]).sum())


def _kept(meets: Meets, agree: pl.Series) -> Meets:
    rows = (agree.explode() if agree.dtype == pl.List else agree).unique().implode()
    return Meets(sure=meets.sure.filter(meets.sure.is_in(rows)), unsure=meets.unsure.filter(meets.unsure.is_in(rows)))
