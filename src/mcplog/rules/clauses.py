"""The truth of every clause of a query for given bindings."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import polars as pl

from mcplog.model.rule import Term
from mcplog.rules.conditions import ColumnOf, LostOf, columns, condition
from mcplog.rules.outline import Outline
from mcplog.rules.stream import Stream
from mcplog.rules.truth import all_of
from mcplog.rules.windows import leading_truth, trailing_truth

MOST_PAIRS: Final = 500_000  # rows that are looked at together; what is beyond stays unknown


class Sort(StrEnum):
    """What a clause is about."""

    STEP = "step"
    MISSING = "missing"
    SPAN = "span"
    CREDENTIAL = "credential"
    UNTIL = "until"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One clause of a query.

    Attributes:
        sort: What it is about.
        index: Number of the step or credential test; 0 for the others.
        text: As written in the rule.
    """

    sort: Sort
    index: int = 0
    text: str


def clauses_of(plan: Outline) -> tuple[Clause, ...]:
    """Return the clauses of a query in the order in which they are told; `plan` says what it asks for."""
    query = plan.query
    found = [
        Clause(sort=Sort.MISSING if step.missing else Sort.STEP, index=index, text=step.text)
        for index, step in enumerate(query.steps)
    ]
    if query.maxspan_ms is not None and len(plan.atoms) > 1:
        found.append(Clause(sort=Sort.SPAN, text=f"with maxspan={query.maxspan_text}"))
    found += [Clause(sort=Sort.CREDENTIAL, index=index, text=test.text) for index, test in enumerate(query.credentials)]
    if query.until:
        found.append(Clause(sort=Sort.UNTIL, text=query.until.text))
    return tuple(found)


def clause_truths(stream: Stream, bindings: pl.DataFrame) -> pl.DataFrame:
    """Return the truth of each clause for each binding.

    Args:
        stream: STREAM of the query.
        bindings: BINDINGS of it.

    Returns:
        Boolean columns `t0`, `t1`, … in the order of `clauses_of`, a row a binding; null is unknown.
    """
    judge = _Judge(stream=stream, plan=stream.outline, bindings=bindings)
    found = {f"t{number}": judge.truth(clause) for number, clause in enumerate(clauses_of(stream.outline))}
    return pl.DataFrame(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judge:
    """Knows some bindings and tells the truth of their clauses."""

    stream: Stream
    plan: Outline
    bindings: pl.DataFrame

    def truth(self, clause: Clause) -> pl.Series:
        match clause.sort:
            case Sort.STEP:
                return self._step(clause.index)
            case Sort.MISSING:
                return self._missing(clause.index)
            case Sort.SPAN:
                return self._span()
            case Sort.CREDENTIAL:
                return self._credential(clause.index)
            case Sort.UNTIL:
                return self._until()

    def _at(self, number: int, *names: str) -> pl.DataFrame:
        """Return columns of the stream at the `number`-th rows."""
        return self.stream.frame.select(names)[self.bindings[f"n{number}"]]

    def _atoms(self, step: int) -> list[int]:
        return [number for number, atom in enumerate(self.plan.atoms) if atom.step == step]

    def _step(self, step: int) -> pl.Series:
        """True when each row of the step is; unknown where a gap stands in."""
        there = pl.DataFrame({f"s{number}": self._at(number, f"s{step}").to_series() for number in self._atoms(step)})
        lost = self._at(self._atoms(step)[-1], "lost").to_series()
        joint = self.plan.joint.get(step)
        truth = all_of(pl.col(name) for name in there.columns)
        if joint:
            parts = [self._joint(joint, number) for number in self._atoms(step)]
            there = there.hstack([part.alias(f"j{number}") for number, part in enumerate(parts)])
            truth = truth & all_of(pl.col(f"j{number}") for number in range(len(parts)))
        return there.with_columns(lost=lost).select(pl.when(~pl.col("lost")).then(truth)).to_series()

    def _credential(self, index: int) -> pl.Series:
        number = self._atoms(self.plan.query.credentials[index].step)[-1]
        alone, joint = self.plan.credentials_alone[index], self.plan.credentials_joint[index]
        lost = self._at(number, "lost").to_series()
        there = pl.DataFrame({"lost": lost})
        truth = pl.lit(value=True)
        if alone:
            there = there.with_columns(self._at(number, f"c{index}").to_series().alias("c"))
            truth = truth & pl.col("c")
        if joint:
            there = there.with_columns(self._joint(joint, number).alias("j"))
            truth = truth & pl.col("j")
        return there.select(pl.when(~pl.col("lost")).then(truth)).to_series()

    def _joint(self, term: Term, own: int) -> pl.Series:
        """Return the truth of a condition that needs other rows; the row itself is the `own`-th."""
        carried = bound_columns(self.stream, self.bindings, term, own)
        return carried.select(condition(term, bound_column(self.plan, own), lost_column(self.plan))).to_series()

    def _span(self) -> pl.Series:
        first, last = self._at(0, "at").to_series(), self._at(len(self.plan.atoms) - 1, "at").to_series()
        return last - first <= self.plan.query.maxspan_ms

    def _missing(self, step: int) -> pl.Series:
        number = next((j for j, atom in enumerate(self.plan.atoms) if step in atom.missing), -1)
        joint = self.plan.joint.get(step)
        name = f"m{step}"
        if joint:
            return self._searched(name, joint, number - 1 if number >= 0 else len(self.plan.atoms) - 1, number)
        late = self.stream.late
        if number == 0:
            timed = self.plan.query.maxspan_ms is not None
            return self._edge(leading_truth([step], late + 1, timed=timed), 0)
        if number == -1:
            return self._edge(trailing_truth([step], late + 1), len(self.plan.atoms) - 1)
        return self._between(name, number)

    def _edge(self, truth: pl.Expr, number: int) -> pl.Series:
        return self.stream.frame.select(truth.alias("truth"))["truth"][self.bindings[f"n{number}"]]

    def _between(self, name: str, number: int) -> pl.Series:
        """Return whether no row with `name` lies strictly between the row before the `number`-th and that one."""
        there, open_ = pl.col(name).fill_null(value=False), pl.col(name).is_null() | pl.col("lost")
        counts = self.stream.frame.select(
            **{
                f"{word}{edge}": expr.cast(pl.Int64).cum_sum() - (expr.cast(pl.Int64) if edge == "x" else 0)
                for word, expr in (("true", there), ("open", open_))
                for edge in ("g", "x")
            }
        )
        before, here = counts[self.bindings[f"n{number - 1}"]], counts[self.bindings[f"n{number}"]]
        pairs = pl.DataFrame(
            {word: here[f"{word}x"] - before[f"{word}g"] for word in ("true", "open")}
        )  # one less than nothing where both are lost in one gap
        none, maybe = pl.col("true") <= 0, pl.col("open") > 0
        return pairs.select(pl.when(~none).then(False).when(~maybe).then(True)).to_series()  # noqa: FBT003 - values of a column

    def _until(self) -> pl.Series:
        """Return whether nothing ended the sequence between any two of its rows."""
        joint = self.plan.until_joint
        parts = [
            self._searched("u", joint, number - 1, number) if joint else self._between("u", number)
            for number in range(1, len(self.plan.atoms))
        ]
        there = pl.DataFrame({f"u{number}": part for number, part in enumerate(parts)})
        return there.select(all_of(pl.col(name) for name in there.columns)).to_series()

    def _searched(self, name: str, joint: Term, before: int, here: int) -> pl.Series:
        """Look at each row of a window; `before` and `here` are the rows that bound it, -1 where none does."""
        window, skipped = self._window(name, before, here)
        own = self.stream.frame.select("at", "from", "lost", *set(columns(joint)), name)[window["row"]]
        bound = bound_columns(self.stream, self.bindings, joint, -1)[window["asked"]]
        there = own.hstack(bound) if bound.width else own
        met = condition(joint, bound_column(self.plan, -1), lost_column(self.plan))
        truth: pl.Expr = pl.when(~pl.col("lost")).then(pl.col(name) & met)
        timed = self._in_time(here if before < 0 else before, before, here)
        if timed is not None:
            there = there.hstack(timed[window["asked"]])
            truth = truth & self._reached(leading=before < 0)
        judged = there.select(truth=truth).with_columns(asked=window["asked"])
        seen = judged.group_by("asked").agg(
            yes=pl.col("truth").fill_null(value=False).any(), maybe=pl.col("truth").is_null().any()
        )
        every = pl.DataFrame({"asked": pl.int_range(self.bindings.height, eager=True, dtype=pl.UInt32)})
        told = every.join(seen, on="asked", how="left", maintain_order="left")
        none = ~pl.col("yes").fill_null(value=False)
        maybe = pl.col("maybe").fill_null(value=False) | pl.col("asked").is_in(skipped.implode())
        if here < 0:
            told = told.with_columns(self._at(before, "covered", "at"))
            maybe = maybe | ~pl.col("covered") | pl.col("at").is_null()
        return told.select(pl.when(~none).then(False).when(~maybe).then(True)).to_series()  # noqa: FBT003 - values of a column

    def _window(self, name: str, before: int, here: int) -> tuple[pl.DataFrame, pl.Series]:
        """Return `asked` (binding) and `row` (place in the stream) of each row that could be in the way.

        The second value has the bindings whose windows are too long to be looked at with all others.
        """
        frame = self.stream.frame.with_row_index("n")
        could = frame.filter(pl.col(name).fill_null(value=True) | pl.col("lost")).select("n", "k")
        places = could["n"].cast(pl.Int64)
        if before < 0:
            low = could["k"].search_sorted(self._at(here, "k").to_series(), side="left")
        else:
            low = places.search_sorted(self.bindings[f"n{before}"], side="right")
        if here < 0:
            high = could["k"].search_sorted(self._at(before, "k").to_series(), side="right")
        else:
            high = places.search_sorted(self.bindings[f"n{here}"], side="left")
        asked = pl.DataFrame({"low": low.cast(pl.Int64), "high": high.cast(pl.Int64)}).with_row_index("asked")
        asked = asked.filter(pl.col("high") > pl.col("low")).sort(pl.col("high") - pl.col("low"), maintain_order=True)
        within = (pl.col("high") - pl.col("low")).cum_sum() <= MOST_PAIRS
        found = asked.filter(within).select("asked", at=pl.int_ranges("low", "high")).explode("at")
        return found.select("asked", row=places[found["at"]]), asked.filter(~within)["asked"]

    def _in_time(self, edge: int, before: int, here: int) -> pl.DataFrame | None:
        """Return the moments that bound an open window; null where rows bound it."""
        span = self.plan.query.maxspan_ms
        if span is None or (before >= 0 and here >= 0):
            return None
        at = self._at(edge, "at").to_series()
        return pl.DataFrame({"limit": at - span if before < 0 else at + span})

    def _reached(self, *, leading: bool) -> pl.Expr:
        if leading:
            return pl.col("at") >= pl.col("limit")
        return pl.when("lost").then("from").otherwise("at") <= pl.col("limit")


def bound_columns(stream: Stream, bindings: pl.DataFrame, term: Term, own: int) -> pl.DataFrame:
    """Return the columns that `term` reads of bound rows.

    Args:
        stream: STREAM.
        bindings: BINDINGS.
        term: A condition.
        own: Number of the row it is tested on; -1 when that row is not bound.

    Returns:
        Columns `{number}.{column}`, and `{number}.lost`, a row a binding.
    """
    wanted: dict[int, list[str]] = {}
    for alias, name in _needed(term):
        number = _number(stream.outline, alias, own)
        if number >= 0:
            wanted.setdefault(number, []).append(name)
    parts = [
        stream.frame.select(pl.col(name).alias(f"{number}.{name}") for name in dict.fromkeys([*names, "lost"]))[
            bindings[f"n{number}"]
        ]
        for number, names in wanted.items()
    ]
    return pl.concat(parts, how="horizontal") if parts else pl.DataFrame()


def bound_column(plan: Outline, own: int) -> ColumnOf:
    """Return what finds the column of an alias in `bound_columns`; `own` and `plan` as there."""

    def column(alias: str, name: str) -> pl.Expr:
        number = _number(plan, alias, own)
        return pl.col(f"{number}.{name}") if number >= 0 else pl.col(name)

    return column


def lost_column(plan: Outline) -> LostOf:
    """Return what finds in `bound_columns` whether the row of an alias is lost; `plan` as there."""
    return lambda alias: pl.col(f"{_number(plan, alias, -1)}.lost")


def _number(plan: Outline, alias: str, own: int) -> int:
    return number_of(plan, alias) if alias else own


def number_of(plan: Outline, alias: str) -> int:
    """Return the number of the row that an `alias` of a `plan` means: the last one of its step."""
    step = next(index for index, step in enumerate(plan.query.steps) if step.alias == alias)
    return max(number for number, atom in enumerate(plan.atoms) if atom.step == step)


def _needed(term: Term) -> Iterator[tuple[str, str]]:
    if term.op == "column":
        yield term.step, term.name
    for arg in term.args:
        yield from _needed(arg)
