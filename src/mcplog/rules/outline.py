"""Take a query apart: the rows of a binding, and which part of a condition one row decides."""

from msgspec import Struct

from mcplog.model.rule import Query, Step, Term
from mcplog.rules.conditions import split


class Atom(Struct, frozen=True, kw_only=True):
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


class Outline(Struct, frozen=True, kw_only=True):
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

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns that all rows of a binding share."""
        return ("case_id", *self.query.keys)

    @property
    def anchor(self) -> Step:
        """The step whose row is the anchor."""
        return self.query.steps[self.atoms[-1].step]

    @property
    def minds_gaps(self) -> bool:
        """Whether a gap in the evidence can make a difference."""
        absence = self.trailing or self.query.until
        return bool(absence) or any(atom.may_be_lost or atom.missing for atom in self.atoms)

    @property
    def has_references(self) -> bool:
        """Whether any condition needs another row."""
        return bool(self.joint or self.until_joint or any(self.credentials_joint))


def outline(query: Query) -> Outline:
    """Return the Outline of a `query`."""
    parts = {index: split(step.where) for index, step in enumerate(query.steps)}
    until = split(query.until.where) if query.until else (None, None)
    tests = [split(test.where) for test in query.credentials]
    joint = {index: term for index, (_, term) in parts.items() if term}
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


def number_of(plan: Outline, alias: str) -> int:
    """Return the number of the row that an `alias` of a `plan` means: the last one of its step."""
    step = next(index for index, step in enumerate(plan.query.steps) if step.alias == alias)
    return max(number for number, atom in enumerate(plan.atoms) if atom.step == step)
