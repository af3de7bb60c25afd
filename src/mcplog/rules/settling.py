"""Say in plain words what evidence would make an unknown clause known."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import polars as pl

from mcplog.model.rule import Term
from mcplog.model.vocabulary import GapReason
from mcplog.rules.clauses import Clause, Sort, number_of
from mcplog.rules.conditions import HIDDEN, columns, references
from mcplog.rules.outline import Outline
from mcplog.rules.shown import Row, Shown
from mcplog.rules.stream import Stream
from mcplog.rules.templates import for_people

# By the reason of the gap; `{place}` and `{time}` are the gap's.
MISSING_LOG: Final = {
    GapReason.STARTS_LATE: "the log before {place}",
    GapReason.ENDS_EARLY: "the log after {place}",
    GapReason.ROTATED: "the older log file that ends where {place} begins",
    GapReason.UNEXPLAINED_WRITE: "the log of the process that changed the store at {time}",
}
GAP_SEEN: Final = "a log without the gap at {place}"
SENTENCE_PARTS: Final = 3  # more would not be read


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """Knows one binding and says what would settle its clauses.

    Attributes:
        stream: STREAM of the query.
        shown: The facts.
        places: Place in the stream of each row of the binding.
    """

    stream: Stream
    shown: Shown
    places: Sequence[int]

    @property
    def plan(self) -> Outline:
        """The query."""
        return self.stream.outline

    def of(self, clause: Clause) -> str:
        """Return what would settle a `clause` that is unknown."""
        told = list(dict.fromkeys(self._parts(clause)))[:SENTENCE_PARTS]
        return "; ".join(told) or "evidence that shows it"

    def _parts(self, clause: Clause) -> Iterator[str]:
        match clause.sort:
            case Sort.STEP:
                return self._of_rows(clause.index, self.plan.query.steps[clause.index].where)
            case Sort.CREDENTIAL:
                test = self.plan.query.credentials[clause.index]
                return self._of_rows(test.step, test.where, last_only=True)
            case Sort.SPAN:
                return self._of_moments()
            case Sort.MISSING:
                return self._of_missing(clause.index)
            case Sort.UNTIL:
                return self._of_until()

    def _atoms(self, step: int) -> list[int]:
        return [number for number, atom in enumerate(self.plan.atoms) if atom.step == step]

    def _of_rows(self, step: int, where: Term | None, *, last_only: bool = False) -> Iterator[str]:
        atoms = self._atoms(step)
        for number in atoms[-1:] if last_only else atoms:
            yield from self._of_place(self.places[number], where)
        for alias, name in references(where):
            yield from self._hidden(self.places[number_of(self.plan, alias)], [name])

    def _of_place(self, place: int, where: Term | None) -> Iterator[str]:
        yield from self._hidden(place, list(dict.fromkeys(columns(where))))

    def _hidden(self, place: int, names: list[str]) -> Iterator[str]:
        """Yield what hides `names` at a place of the stream: a gap, or fields that are not known."""
        if self.stream.frame["lost"][place]:
            yield self._of_gap(place)
            return
        row = self._row(place, names)
        for name in names:
            if row[name] is None or row[name] == HIDDEN:
                yield self._of_field(row, name)

    def _of_field(self, row: Row, name: str) -> str:
        where = self.shown.place(row)
        if name == "event_at":
            return f"the time of {where}"
        if name.startswith("held_"):
            at = row["event_at"]
            return f"a snapshot of the store at {for_people('event_at', at) if at else where}"
        return f"what `{name}` was at {where}"

    def _of_gap(self, place: int) -> str:
        row = self._row(place, ["reason"])
        template = MISSING_LOG.get(row["reason"], GAP_SEEN)
        return template.format(place=self.shown.place(row), time=for_people("event_at", row["event_at"]))

    def _row(self, place: int, names: list[str]) -> Row:
        number = self.stream.frame["row"].slice(place, 1)
        return next(iter(self.shown.rows(number, ["event_at", *names]).values()))

    def _of_moments(self) -> Iterator[str]:
        for place in (self.places[0], self.places[-1]):
            if self.stream.frame["lost"][place] or self.stream.frame["at"][place] is None:
                yield from self._hidden(place, ["event_at"])

    def _of_missing(self, step: int) -> Iterator[str]:
        number = next((j for j, atom in enumerate(self.plan.atoms) if step in atom.missing), -1)
        where = self.plan.query.steps[step].where
        if number > 0:
            yield from self._in_the_way(f"m{step}", where, self.places[number - 1] + 1, self.places[number])
            return
        first, behind = self._key_ends()
        if number == 0:
            yield from self._in_the_way(f"m{step}", where, first, self.places[0])
            return
        yield from self._in_the_way(f"m{step}", where, self.places[-1] + 1, behind, nearest_last=False)
        yield from self._not_covered()

    def _of_until(self) -> Iterator[str]:
        where = self.plan.query.until.where if self.plan.query.until else None
        for before, here in zip(self.places, self.places[1:], strict=False):
            yield from self._in_the_way("u", where, before + 1, here)

    def _key_ends(self) -> tuple[int, int]:
        keys = self.stream.frame["k"]
        own = keys[self.places[-1]]
        return int(keys.search_sorted(own, side="left")), int(keys.search_sorted(own, side="right"))

    def _in_the_way(
        self, name: str, where: Term | None, start: int, stop: int, *, nearest_last: bool = True
    ) -> Iterator[str]:
        """Yield what hides whether an event lies in [start, stop) of the stream: the nearest row that may be one."""
        window = self.stream.frame.slice(start, max(0, stop - start))
        open_ = window.select(n=(pl.col(name).is_null() | pl.col("lost")).arg_true())["n"]
        if open_.is_empty():
            could = window.select(n=pl.col(name).arg_true())["n"]
            for alias, column in references(where) if not could.is_empty() else ():
                yield from self._hidden(self.places[number_of(self.plan, alias)], [column])
            if could.is_empty():
                return
            open_ = could
        yield from self._of_place(start + open_[-1 if nearest_last else 0], where)

    def _not_covered(self) -> Iterator[str]:
        span = self.plan.query.maxspan_ms or 0
        row = self._row(self.places[-1], ["event_at"])
        at: datetime | None = row["event_at"]
        if at is None:
            yield f"the time of {self.shown.place(row)}"
        elif not self.stream.frame["covered"][self.places[-1]]:
            yield f"a log that goes on until {for_people('event_at', at + timedelta(milliseconds=span))}"
