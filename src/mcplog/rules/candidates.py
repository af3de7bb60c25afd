"""Find for many queries at once the rows that matter: those that can be a step, and those that can be in its way.

Most queries end here: no row has the anchor's kinds, none meets its condition, or a step that has to be there is not.
Equal conditions of different queries are looked at once, and rows that say no to every step of a query are left out of
all that follows.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct, field

from mcplog.model.rule import Query, Term
from mcplog.rules.ground import Ground
from mcplog.rules.outline import Outline, outline
from mcplog.rules.row_truths import Asked, Meets, ask, rows_that_meet

UNTIL: Final = -1  # the number of `until` among the missing steps


class Candidates(Struct, frozen=True, kw_only=True):
    """The rows that matter to one query.

    Attributes:
        number: Of the query.
        plan: The query.
        atoms: The rows that can be each row of the sequence.
        missing: By the number of a missing step, and UNTIL: the rows that can be in the way.
        between: By that number and the number of a row of the sequence: those of them that make a difference before it;
            where it is not there, all may.
    """

    number: int
    plan: Outline
    atoms: tuple[Meets, ...]
    missing: Mapping[int, Meets]
    between: Mapping[tuple[int, int], Meets] = field(default_factory=dict)


def find_candidates(queries: Sequence[Query], ground: Ground) -> list[Candidates]:
    """Return the candidates of the queries that may be found.

    Args:
        queries: The queries.
        ground: The facts.
    """
    plans = [(number, outline(query)) for number, query in enumerate(queries) if may_match(query, ground)]
    ask((item for _, plan in plans for item in _asked_of(plan, len(plan.atoms) - 1)), ground)
    likely = [(number, plan, anchors) for number, plan in plans if len(anchors := _of_atom(plan, -1, ground))]
    ask((item for _, plan, _ in likely for item in _asked_beside(plan)), ground)
    found = []
    for number, plan, anchors in likely:
        atoms = (*(_of_atom(plan, atom, ground) for atom in range(len(plan.atoms) - 1)), anchors)
        if _has_all(plan, atoms, ground):
            found.append(Candidates(number=number, plan=plan, atoms=atoms, missing=dict(_missing(plan, ground))))
    return found


def may_match(query: Query, ground: Ground) -> bool:
    """Tell whether the kinds of events that a query needs occur at all.

    Args:
        query: The query.
        ground: The facts.
    """
    anchor, *others = [step for step in reversed(query.steps) if not step.missing]
    if not ground.has_any(anchor.kinds):
        return False
    gaps = not ground.gaps.is_empty()
    return all(ground.has_any(step.kinds) or (gaps and not step.required) for step in others)


def credentials_of(plan: Outline, atom: int) -> list[Term]:
    """Return the credential conditions that the row of number `atom` decides alone, by its `plan`."""
    here = plan.atoms[atom]
    tests = zip(plan.query.credentials, plan.credentials_alone, strict=True)
    return [alone for test, alone in tests if here.last and test.step == here.step and alone]


def _asked_of(plan: Outline, atom: int) -> Iterator[Asked]:
    step = plan.atoms[atom].step
    kinds, alone = plan.query.steps[step].kinds, plan.alone[step]
    for where in (*([alone] if alone else ()), *credentials_of(plan, atom)):
        yield kinds, where


def _asked_beside(plan: Outline) -> Iterator[Asked]:
    for atom in range(len(plan.atoms) - 1):
        yield from _asked_of(plan, atom)
    for index, step in enumerate(plan.query.steps):
        where = plan.alone[index]
        if step.missing and where:
            yield step.kinds, where
    if plan.query.until and plan.until_alone:
        yield plan.query.until.kinds, plan.until_alone


def _of_atom(plan: Outline, atom: int, ground: Ground) -> Meets:
    """Return the rows that can be one row of the sequence; the anchor has to be one surely."""
    step = plan.atoms[atom].step
    kinds, alone = plan.query.steps[step].kinds, plan.alone[step]
    tests = credentials_of(plan, atom)
    if plan.atoms[atom] is plan.atoms[-1]:
        return rows_that_meet(kinds, tests, ground, surely=alone)
    return rows_that_meet(kinds, [*([alone] if alone else ()), *tests], ground)


def _has_all(plan: Outline, atoms: Sequence[Meets], ground: Ground) -> bool:
    """Tell whether each row that has to be in the log has a candidate."""
    gaps = not ground.gaps.is_empty()
    return all(
        len(rows) >= plan.query.steps[atom.step].runs
        for atom, rows in zip(plan.atoms, atoms, strict=True)
        if atom.first and not (gaps and atom.may_be_lost)
    )


def _missing(plan: Outline, ground: Ground) -> Iterator[tuple[int, Meets]]:
    for index, step in enumerate(plan.query.steps):
        if step.missing:
            where = plan.alone[index]
            yield index, rows_that_meet(step.kinds, [where] if where else [], ground)
    if plan.query.until:
        where = plan.until_alone
        yield UNTIL, rows_that_meet(plan.query.until.kinds, [where] if where else [], ground)
