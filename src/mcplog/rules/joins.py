"""Find the bindings of a query whose conditions refer to other rows: from each anchor back, row by row.

The candidates for a row lie in one piece of the stream: in the stretch of the row behind it, before it, and not earlier
than maxspan before the anchor. So a step is two binary searches and an expansion; what a condition refers to is tested
as soon as it is bound. When more than MOST_PAIRS rows would have to be looked at, the nearest to each row have to do.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import polars as pl

from mcplog.model.rule import Term
from mcplog.rules.chains import OPEN, Ascent, is_spanned
from mcplog.rules.clauses import MOST_PAIRS, bound_column, bound_columns, clause_truths, lost_column, number_of
from mcplog.rules.conditions import condition, references
from mcplog.rules.outline import Outline
from mcplog.rules.stream import Stream
from mcplog.rules.truth import all_of

# The best binding of an anchor: BINDINGS with whether it is wholly true (`sure`) and whether candidates were left out
# (`cut`).
JOINED: Final = pl.Schema({"n0": pl.Int64(), "sure": pl.Boolean(), "cut": pl.Boolean()})


def join_bindings(stream: Stream) -> pl.DataFrame:
    """Return the best binding of every anchor of a query with references.

    Args:
        stream: STREAM of the query.

    Returns:
        JOINED with `n{j}` for each row of the sequence, one row an anchor that has a binding, by place; and the truth
        of each clause, `t0`, `t1`, ….
    """
    plan = stream.outline
    search = _Search(stream=stream, plan=plan, ascent=Ascent(plan=plan, level=OPEN, size=stream.late + 1))
    found = search.run()
    truths = clause_truths(stream, found)
    judged = found.hstack(truths).filter(all_of(pl.col(name).fill_null(value=True) for name in truths.columns))
    certain = all_of(pl.col(name).fill_null(value=False) for name in truths.columns)
    judged = judged.with_columns(sure=certain)
    return _best(stream, judged)


def _best(stream: Stream, judged: pl.DataFrame) -> pl.DataFrame:
    """Return one binding an anchor: the surest, then the one whose rows stand in the log and are latest."""
    last = len(stream.outline.atoms) - 1
    lost = stream.frame["lost"]
    ranked = judged.with_columns(lost[judged[f"n{number}"]].alias(f"l{number}") for number in range(last))
    order = [name for number in range(last - 1, -1, -1) for name in (f"l{number}", f"n{number}")]
    descending = [name.startswith("n") for name in order]
    return (
        ranked.sort([f"n{last}", ~pl.col("sure"), *order], descending=[False, False, *descending])
        .unique(f"n{last}", keep="first", maintain_order=True)
        .drop(f"l{number}" for number in range(last))
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Search:
    """Looks for the bindings of one stream."""

    stream: Stream
    plan: Outline
    ascent: Ascent

    def run(self) -> pl.DataFrame:
        """Return BINDINGS with `cut`: all in which nothing that was tested so far is false."""
        plan, frame = self.plan, self.stream.frame
        last = len(plan.atoms) - 1
        anchors = frame.select(n=(self.ascent.candidate(plan.atoms[last]) & self.ascent.may_end()).arg_true())["n"]
        found = pl.DataFrame({f"n{last}": anchors.cast(pl.Int64)}).with_columns(cut=pl.lit(value=False))
        found = self._tested(found, last)
        marked = frame.with_columns(*self.ascent.stretches()).with_row_index("n")
        for number in range(last, 0, -1):
            found = self._tested(self._extended(found, marked, number), number - 1)
        begins = frame.select(self.ascent.may_begin().alias("begins"))
        if begins.height == frame.height:
            found = found.filter(begins["begins"][found["n0"]])
        return found

    def _extended(self, found: pl.DataFrame, marked: pl.DataFrame, number: int) -> pl.DataFrame:
        """Return `found` with the row before the `number`-th, one row for each candidate."""
        here = found[f"n{number}"]
        before = self.plan.atoms[number - 1]
        is_lost = marked["lost"][here]
        logged = marked.filter(self.ascent.candidate(before))
        if not self.plan.atoms[number].first:  # within a step: a lost step has its gap's place in all its rows
            carried = found.filter(is_lost).with_columns(pl.col(f"n{number}").alias(f"n{number - 1}"))
            there = found.filter(~is_lost)
            more = self._pairs(there, marked, logged, number, there[f"n{number}"])
            return pl.concat([carried.select(more.columns), more])
        parts = [self._pairs(found, marked, logged, number, here)]
        if before.may_be_lost:
            gaps = marked.filter(pl.col("lost"))
            parts.append(self._pairs(found, marked, gaps, number, here + is_lost.cast(pl.Int64)))
        return pl.concat(parts)

    def _pairs(
        self, found: pl.DataFrame, marked: pl.DataFrame, there: pl.DataFrame, number: int, before: pl.Series
    ) -> pl.DataFrame:
        """Return a row for each of `found` and each row of `there` that can come before its `number`-th row."""
        places = there["n"].cast(pl.Int64)
        high = places.search_sorted(before, side="left").cast(pl.Int64)
        own = marked[f"x{number}"][found[f"n{number}"]]
        low = there[f"g{number}"].search_sorted(own, side="left").cast(pl.Int64)
        asked = found.with_columns(low=low, high=high)
        if is_spanned(self.plan) and self._in_time(there if number == 1 else marked):
            earliest = self._floor(found, marked)
            asked = asked.with_columns(soon=self._moment(there).search_sorted(earliest, side="left").cast(pl.Int64))
            asked = asked.with_columns(low=pl.max_horizontal("low", "soon")).drop("soon")
        asked = _nearest(asked.filter(pl.col("high") > pl.col("low")))
        pairs = asked.with_columns(at=pl.int_ranges("low", "high")).explode("at")
        return pairs.with_columns(places[pairs["at"]].alias(f"n{number - 1}")).drop("low", "high", "at")

    def _in_time(self, there: pl.DataFrame) -> bool:
        """Tell whether moments are known and in order in every key, so that maxspan bounds places.

        It bounds the first row of a binding. It bounds a later one only when no row before that can be later in time.
        """
        moments = self._moment(there)
        return not moments.has_nulls() and moments.is_sorted()

    def _moment(self, there: pl.DataFrame) -> pl.Series:
        return there["k"] * self.ascent.size + there["tv"]

    def _floor(self, found: pl.DataFrame, marked: pl.DataFrame) -> pl.Series:
        anchor = marked.select("k", "floor")[found[f"n{len(self.plan.atoms) - 1}"]]
        return anchor["k"] * self.ascent.size + anchor["floor"].clip(lower_bound=0)

    def _tested(self, found: pl.DataFrame, number: int) -> pl.DataFrame:
        """Return the bindings without those in which a condition is false that the `number`-th row completes."""
        for own, term, strict in self._conditions():
            needs = {own, *(number_of(self.plan, alias) for alias, _ in references(term))}
            if min(needs) != number:
                continue
            there = bound_columns(self.stream, found, term, own)
            lost = self.stream.frame["lost"][found[f"n{own}"]]
            truth = condition(term, bound_column(self.plan, own), lost_column(self.plan))
            passed = there.select(truth=truth)["truth"].fill_null(value=not strict)
            found = found.filter(passed | lost)
        return found

    def _conditions(self) -> Iterator[tuple[int, Term, bool]]:
        """Yield number of the row, condition, and whether unknown will not do."""
        last = len(self.plan.atoms) - 1
        for number, atom in enumerate(self.plan.atoms):
            term = self.plan.joint.get(atom.step)
            if term:
                yield number, term, number == last
            for index, test in enumerate(self.plan.query.credentials):
                joint = self.plan.credentials_joint[index]
                if joint and atom.last and test.step == atom.step:
                    yield number, joint, False


def _nearest(asked: pl.DataFrame) -> pl.DataFrame:
    """Return `asked` with ranges short enough to be expanded; `cut` where candidates were left out."""
    wanted = int((asked["high"] - asked["low"]).sum())
    if wanted <= MOST_PAIRS:
        return asked
    most = max(1, MOST_PAIRS // asked.height)
    short = pl.max_horizontal("low", pl.col("high") - most)
    return asked.with_columns(low=short, cut=pl.col("cut") | (pl.col("high") - pl.col("low") > most))
