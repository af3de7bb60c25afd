"""What the rows of each event kind say to the conditions of rules: each condition is asked once, whoever needs it.

The rows of rare kinds are looked at together and those of a frequent kind by themselves, so that neither a small log
costs a look for every kind nor a large one a look at rows that cannot answer.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Final

import polars as pl
from msgspec import Struct

from mcplog.model.facts import NO_ROWS
from mcplog.model.rule import Term
from mcplog.rules.conditions import columns, read
from mcplog.rules.ground import Ground

RARE: Final = 100  # rows; a kind with more is looked at by itself
Asked = tuple[Iterable[str], Term]  # event kinds and a condition that their rows decide alone


class Meets(Struct, frozen=True, kw_only=True):
    """Rows that meet a condition.

    Attributes:
        sure: Numbers of the rows for which it is true.
        unsure: Of those for which it is not known.
    """

    sure: pl.Series
    unsure: pl.Series

    def __len__(self) -> int:
        """How many rows there are for which it is not false."""
        return len(self.sure) + len(self.unsure)


def ask(asked: Iterable[Asked], ground: Ground) -> None:
    """Work out the truth of conditions, so that `ground.truths` knows it.

    Args:
        asked: Event kinds and conditions.
        ground: The facts.
    """
    wanted: dict[str, dict[Term, None]] = {}
    for kinds, where in asked:
        for kind in kinds:
            if kind in ground.rows_by_kind and (kind, where) not in ground.truths:
                wanted.setdefault(kind, {})[where] = None
    rare = [kind for kind in wanted if len(ground.rows_by_kind[kind]) <= RARE]
    for kinds in (rare, *([kind] for kind in wanted if kind not in rare)):
        if kinds:
            _ask({kind: wanted[kind] for kind in kinds}, ground)


def _ask(wanted: dict[str, dict[Term, None]], ground: Ground) -> None:
    terms = list(dict.fromkeys(term for terms in wanted.values() for term in terms))
    names = list(dict.fromkeys(name for term in terms for name in columns(term))) or ["kind"]
    there = ground.facts.frame(names, ground.rows_of(wanted))
    reading = read(there)
    told = {term: reading.values(term) for term in terms}
    start = 0
    for kind, own in wanted.items():
        size = len(ground.rows_by_kind[kind])
        for term in own:
            ground.truths[kind, term] = told[term].slice(start, size)
        start += size


def truth_at(row: int, kinds: Collection[str], where: Term | None, ground: Ground) -> bool | None:
    """Return what one row says to a condition; null is unknown.

    Args:
        row: Its number.
        kinds: Event kinds, its own among them.
        where: A condition that was asked; null is true.
        ground: The facts.
    """
    if where is None:
        return True
    kind = ground.facts.rows["kind"][row]
    if kind not in kinds:
        return False
    found: bool | None = ground.truths[kind, where][ground.place_of(row, kind)]
    return found


def rows_that_meet(
    kinds: Iterable[str], wheres: Sequence[Term], ground: Ground, *, surely: Term | None = None
) -> Meets:
    """Return the rows of any of `kinds` for which no condition is false.

    Args:
        kinds: Event kinds.
        wheres: Conditions that were asked.
        ground: The facts.
        surely: A further condition that was asked, for which unknown will not do.
    """
    sure: list[pl.Series] = []
    unsure: list[pl.Series] = []
    for kind in dict.fromkeys(kinds):
        rows = ground.rows_by_kind.get(kind)
        if rows is None:
            continue
        if surely is not None:
            mask = ground.truths[kind, surely]
            rows = rows.filter(mask)
            truths = [ground.truths[kind, where].filter(mask) for where in wheres]
        else:
            truths = [ground.truths[kind, where] for where in wheres]
        if not truths:
            sure.append(rows)
            continue
        truth = truths[0]
        for other in truths[1:]:
            truth = truth & other
        sure.append(rows.filter(truth))
        if truth.null_count():
            unsure.append(rows.filter(truth.is_null()))
    return Meets(sure=_joined(sure), unsure=_joined(unsure))


def _joined(parts: Sequence[pl.Series]) -> pl.Series:
    parts = [part for part in parts if len(part)]
    if len(parts) <= 1:
        return parts[0] if parts else NO_ROWS
    return pl.concat(parts)
