"""The parts that rows play in a query, at one of two levels.

Level TRUE asks for what is surely so: a row is part of the sequence when that is true, and is in the way unless that is
false; a gap is in the way of all that must be missing. Level OPEN asks for what may be so: unknown will do, only what
is true is in the way, and a gap can stand in for the rows of a step.

A row has an entry for each of its parts. Entries of one row stand in the order of `roles_of`: a row is no part of the
window behind or before itself, so the later rows of a sequence come before what is in their way, and that before the
earlier rows.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

import polars as pl
from msgspec import Struct

from mcplog.rules.candidates import UNTIL, Candidates
from mcplog.rules.outline import Outline

NONE: Final = -1
BEHIND: Final = -2  # in the way behind the anchor
LEADING: Final = 0  # in the way before the first row


class Role(NamedTuple):
    """What an entry is.

    Attributes:
        to: Number of the row of the sequence that it can be; NONE.
        after: Number of the row that must come before it; NONE where none does.
        blocks: Number of the row of the sequence before which it may not be, LEADING or BEHIND; NONE.
        about: Number of the missing step that it may be, or UNTIL; NONE - 1 for none.
        sure: It is known to be what it can be.
        lost: It is a gap.
        covered: Of an anchor: the evidence reaches to the end of the window behind it.
    """

    to: int = NONE
    after: int = NONE
    blocks: int = NONE
    about: int = NONE - 1
    sure: bool = True
    lost: bool = False
    covered: bool = True


class Voice(Struct, frozen=True, kw_only=True):
    """A query at one level.

    Attributes:
        own: The query with its rows.
        is_open: At level OPEN.
        number: Its number in the line.
        first_role: Number of its first role in the line.
    """

    own: Candidates
    is_open: bool
    number: int
    first_role: int


Part = tuple[Role, pl.Series]  # a role and the rows that have it, in the order of kinds


def roles_of(own: Candidates, *, is_open: bool, covered: pl.Series | None = None) -> list[Part]:
    """Return the parts of the rows of a query, at one level; gaps have theirs in `gap_roles`.

    Args:
        own: The query with its rows.
        is_open: At level OPEN.
        covered: Rows whose window behind them is covered; null when that does not matter.
    """
    plan = own.plan
    found: list[Part] = [*_in_the_way(own, plan.trailing, BEHIND, is_open=is_open)]
    for number in range(len(plan.atoms) - 1, -1, -1):
        found += _of_atom(own, number, covered, is_open=is_open)
        found += _in_the_way(own, plan.atoms[number].missing, number, is_open=is_open)
        if number and UNTIL in own.missing:
            found += _in_the_way(own, (UNTIL,), number, is_open=is_open)
    return [(role, rows) for role, rows in found if len(rows)]


def gap_roles(plan: Outline, *, is_open: bool) -> list[Role]:
    """Return the parts that each gap plays in a query, at one level; `plan` says what it asks for."""
    if not is_open:
        places = [number for number in range(len(plan.atoms)) if blockers(plan, number)]
        ends = [BEHIND] if blockers(plan, BEHIND) else []
        return [Role(blocks=number, lost=True) for number in (*places, *ends)]
    stand_ins = [
        Role(to=number, after=number - plan.query.steps[atom.step].runs, sure=False, lost=True)
        for number, atom in enumerate(plan.atoms)
        if atom.last and atom.may_be_lost
    ]
    return [*stand_ins, Role(sure=False, lost=True)]


def blockers(plan: Outline, number: int) -> list[int]:
    """Return the missing steps, and UNTIL, that may not lie before a row, or BEHIND the anchor.

    What needs other rows is left out: it can only be judged when these are bound.

    Args:
        plan: The query.
        number: Of the row of the sequence; BEHIND.
    """
    missing = plan.trailing if number == BEHIND else plan.atoms[number].missing
    until = [UNTIL] if number > 0 and plan.query.until and not plan.until_joint else []
    return [index for index in missing if index not in plan.joint] + until


def _of_atom(own: Candidates, number: int, covered: pl.Series | None, *, is_open: bool) -> Iterator[Part]:
    meets = own.atoms[number]
    role = Role(to=number, after=number - 1)
    for rows, sure in ((meets.sure, True), *([(meets.unsure, False)] if is_open else ())):
        if covered is None or number != len(own.plan.atoms) - 1:
            yield role._replace(sure=sure), rows
            continue
        inside = rows.is_in(covered.implode())
        yield role._replace(sure=sure), rows.filter(inside)
        if is_open:
            yield role._replace(sure=sure, covered=False), rows.filter(~inside)


def _in_the_way(own: Candidates, missing: tuple[int, ...], number: int, *, is_open: bool) -> Iterator[Part]:
    blocking = blockers(own.plan, number)
    for index in missing:
        meets = own.between.get((index, number), own.missing[index])
        blocks = number if index in blocking else NONE
        if blocks == NONE and not is_open:
            continue
        seen = index == UNTIL and number > 1  # what only has to be seen has one entry, wherever it is in the way
        unsure = own.missing[index].unsure if is_open else meets.unsure
        for rows, sure in ((meets.sure, True), (unsure, False)):
            block = blocks if sure or not is_open else NONE
            if block != NONE or not seen:
                yield Role(blocks=block, about=index, sure=sure), rows
