"""Find the anchors of a query without references: one pass over the stream for each row of the sequence.

For each row that can be the j-th of a binding, `v` is the latest start (`tv` of the first row) of a chain that ends
there. A chain may go from a row to a later one when nothing that must be missing lies strictly between, which is when
both are in one stretch: `g` numbers the stretches up to a row, itself included, `x` up to just before it. So the best
chain to a row is a running maximum of `g · size + v` that still has the row's own `x`. This holds whatever the times
are, in order or not, and costs a few passes over columns.

The passes are made at two levels: TRUE (every clause is true) and OPEN (none is false: what is unknown will do, and
gaps may stand in for rows).
"""

from dataclasses import dataclass
from typing import Final

import polars as pl

from mcplog.rules.outline import Atom, Outline
from mcplog.rules.stream import Stream
from mcplog.rules.truth import any_not_false, any_true
from mcplog.rules.windows import NEVER, leading_truth, trailing_truth

TRUE: Final = "true"
OPEN: Final = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Climb:
    """The result of the passes at one level.

    Attributes:
        plan: The query.
        level: TRUE or OPEN.
        frame: STREAM and CLOCK with `v{j}` for each row of the sequence, `p{j}` (the same where a gap stands in),
            `g{j}` and `x{j}`.
        anchors: Places of the anchors in the frame, ascending.
    """

    plan: Outline
    level: str
    frame: pl.DataFrame
    anchors: pl.Series


def climb(stream: Stream, level: str) -> Climb:
    """Return the Climb of a `stream` at one `level`."""
    plan = stream.outline
    ascent = Ascent(plan=plan, level=level, size=stream.late + 1)
    frame = stream.frame.with_columns(*ascent.stretches(), *ascent.reach(0))
    for number in range(1, len(plan.atoms)):
        frame = frame.with_columns(ascent.reach(number))
    anchors = frame.select(n=ascent.is_anchor().arg_true())["n"]
    return Climb(plan=plan, level=level, frame=frame, anchors=anchors)


def blockers(plan: Outline, atom: Atom) -> list[str]:
    """Return the truth columns of what may not lie between the row before `atom` and `atom`, by its `plan`.

    What needs other rows is left out: it can only be judged when these are bound.
    """
    until = ["u"] if plan.query.until and not plan.until_joint else []
    return [f"m{index}" for index in atom.missing if index not in plan.joint] + until


def is_spanned(plan: Outline) -> bool:
    """Tell whether the time from first to last row matters to a `plan`."""
    return plan.query.maxspan_ms is not None and len(plan.atoms) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Ascent:
    """The expressions of one level.

    Attributes:
        plan: The query.
        level: TRUE or OPEN.
        size: One more than the late moment of the clock.
    """

    plan: Outline
    level: str
    size: int

    @property
    def is_open(self) -> bool:
        """Whether unknown will do."""
        return self.level == OPEN

    def stretches(self) -> list[pl.Expr]:
        """Return `g{j}` and `x{j}`: the stretches in which the j-th row can follow the one before it."""
        found: list[pl.Expr] = []
        for number, atom in enumerate(self.plan.atoms[1:], start=1):
            names = blockers(self.plan, atom)
            blocks = any_true(names) if self.is_open else any_not_false(names)
            own = blocks.cast(pl.Int64)
            count = pl.col("k") + own.cum_sum() if names else pl.col("k")  # k grows where a key starts
            found += [count.alias(f"g{number}"), (count - own if names else count).alias(f"x{number}")]
        return found

    def reach(self, number: int) -> list[pl.Expr]:
        """Return `v{j}`, and at level OPEN `p{j}` where a gap can stand in for the step."""
        atom = self.plan.atoms[number]
        found = pl.when(self.candidate(atom)).then(self._arrival(number))
        if not (self.is_open and atom.may_be_lost and atom.last):
            return [found.alias(f"v{number}")]
        first = number - (self.plan.query.steps[atom.step].runs - 1)
        stand_in = self._arrival(first)
        if first and self.plan.atoms[first - 1].may_be_lost:
            stand_in = pl.max_horizontal(stand_in, pl.col(f"p{first - 1}"))
        lost = pl.when(pl.col("lost")).then(stand_in)
        return [pl.coalesce(lost, found).alias(f"v{number}"), lost.alias(f"p{number}")]

    def candidate(self, atom: Atom) -> pl.Expr:
        """Return whether a row of the log can be `atom`; never null."""
        plan = self.plan
        tests = [
            f"c{index}"
            for index, test in enumerate(plan.query.credentials)
            if atom.last and test.step == atom.step and plan.credentials_alone[index]
        ]
        lenient = self.is_open and atom is not plan.atoms[-1]
        truth = pl.col(f"s{atom.step}").fill_null(value=lenient) & ~pl.col("lost")
        for name in tests:
            truth = truth & pl.col(name).fill_null(value=self.is_open)
        return truth

    def _arrival(self, number: int) -> pl.Expr:
        """Return the best start of a chain that may go on to a row as the `number`-th; null where there is none."""
        if number:
            stretch, own = pl.col(f"g{number}") * self.size, pl.col(f"x{number}") * self.size
            best = (stretch + pl.col(f"v{number - 1}")).fill_null(NEVER).cum_max().shift(1, fill_value=NEVER)
            return pl.when(best >= own).then(best - own)
        start = pl.lit(0, pl.Int64)
        if is_spanned(self.plan):
            start = pl.col("tv").fill_null(self.size - 1) if self.is_open else pl.col("tv")
        return pl.when(self.may_begin()).then(start) if self.plan.atoms[0].missing else start

    def may_begin(self) -> pl.Expr:
        """Return whether nothing that must be missing lies before a row, so that it can be the first; never null."""
        steps = [index for index in self.plan.atoms[0].missing if index not in self.plan.joint]
        if not steps:
            return pl.lit(value=True)
        alone = leading_truth(steps, self.size, timed=self.plan.query.maxspan_ms is not None)
        return alone.fill_null(value=self.is_open)

    def may_end(self) -> pl.Expr:
        """Return whether nothing that must be missing follows a row, so that it can be the anchor; never null."""
        steps = [index for index in self.plan.trailing if index not in self.plan.joint]
        return trailing_truth(steps, self.size).fill_null(value=self.is_open) if steps else pl.lit(value=True)

    def is_anchor(self) -> pl.Expr:
        """Return whether a row is the anchor of a binding at this level; never null."""
        plan = self.plan
        last = pl.col(f"v{len(plan.atoms) - 1}")
        found = last.is_not_null()
        if is_spanned(plan):
            found = found & (last >= pl.col("floor")).fill_null(value=self.is_open)
        return found & self.may_end() if plan.trailing else found
