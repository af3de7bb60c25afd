"""Say in plain words what evidence would make an unknown clause known."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from mcplog.model.rule import Term
from mcplog.model.vocabulary import GapReason
from mcplog.rules.candidates import UNTIL
from mcplog.rules.clauses import EDGE, Clause, Judge, Sort
from mcplog.rules.conditions import HIDDEN, columns, references
from mcplog.rules.joint import Bound
from mcplog.rules.outline import Outline, number_of
from mcplog.rules.shown import Row, Shown
from mcplog.rules.templates import for_people

# By the reason of the gap; `{place}` and `{time}` are the gap's.
MISSING_LOG: Final = {
    GapReason.NARROWED: "the whole of the line at {place}",
    GapReason.STARTS_LATE: "the log before {place}",
    GapReason.ENDS_EARLY: "the log after {place}",
    GapReason.ROTATED: "the older log file that ends where {place} begins",
    GapReason.ANOTHER_RUN: "the logs before and behind {place} as files of their own",
    GapReason.UNEXPLAINED_WRITE: "the log of the process that changed the store at {time}",
}
GAP_SEEN: Final = "a log without the gap at {place}"
SENTENCE_PARTS: Final = 3  # more would not be read


class Hidden(Struct, frozen=True, kw_only=True):
    """Something that hides the truth of a clause.

    Attributes:
        place: Where: twice the number of the row, one more for what a gap lost.
        columns: The fields of the row that may be hidden; of a gap none.
        until: Instead: the log ends too early to show what follows the row.
    """

    place: int
    columns: tuple[str, ...] = ()
    until: bool = False

    @property
    def row(self) -> int:
        """Number of the row."""
        return self.place // 2

    @property
    def reads(self) -> tuple[str, ...]:
        """The columns of the row that `told` needs."""
        return ("event_at", "reason") if self.place % 2 else ("event_at", *self.columns)


class Settling(Struct, frozen=True, kw_only=True):
    """Knows one binding and what hides the truth of its clauses.

    Attributes:
        judge: Knows what is in the way.
        bound: The binding.
    """

    judge: Judge
    bound: Bound

    @property
    def plan(self) -> Outline:
        """The query."""
        return self.judge.plan

    def of(self, clause: Clause) -> tuple[Hidden, ...]:
        """Return what hides the truth of a `clause` that is unknown."""
        return tuple(self._parts(clause))

    def _parts(self, clause: Clause) -> Iterator[Hidden]:
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

    def _of_rows(self, step: int, where: Term | None, *, last_only: bool = False) -> Iterator[Hidden]:
        atoms = [number for number, atom in enumerate(self.plan.atoms) if atom.step == step]
        for number in atoms[-1:] if last_only else atoms:
            yield _hidden(self.bound[number].place, columns(where))
        for alias, name in references(where):
            yield _hidden(self._place_of(alias), [name])

    def _place_of(self, alias: str) -> int:
        return self.bound[number_of(self.plan, alias)].place

    def _of_moments(self) -> Iterator[Hidden]:
        for spot in (self.bound[0], self.bound[-1]):
            if spot.lost or self.judge.moment(spot.place) is None:
                yield _hidden(spot.place, ["event_at"])

    def _of_missing(self, step: int) -> Iterator[Hidden]:
        where = self.plan.query.steps[step].where
        before, here = self.judge.edges(step)
        yield from self._in_the_way(step, where, before, here)
        if here == EDGE:
            yield Hidden(place=self.bound[-1].place, until=not self.bound[-1].covered, columns=("event_at",))

    def _of_until(self) -> Iterator[Hidden]:
        where = self.plan.query.until.where if self.plan.query.until else None
        for here in range(1, len(self.bound)):
            yield from self._in_the_way(UNTIL, where, here - 1, here)

    def _in_the_way(self, index: int, where: Term | None, before: int, here: int) -> Iterator[Hidden]:
        """Yield what hides whether an event lies in a window: what may be one and is nearest to the edge."""
        could, hides = self.judge.window(index, self.bound, before, here)
        for alias, column in references(where) if could and not hides else ():
            yield _hidden(self._place_of(alias), [column])
        seen = hides or could
        if seen:
            yield _hidden(min(seen) if here == EDGE else max(seen), columns(where))


def _hidden(place: int, names: Iterable[str]) -> Hidden:
    return Hidden(place=place, columns=() if place % 2 else tuple(dict.fromkeys(names)))


def settled_by(hidden: Iterable[Hidden], rows: Mapping[int, Row], shown: Shown, span_ms: int | None) -> str:
    """Return in plain words what evidence would make a clause known.

    Args:
        hidden: What hides its truth.
        rows: The rows that it names, with the columns it reads.
        shown: The facts.
        span_ms: maxspan of the query.
    """
    told = dict.fromkeys(text for part in hidden for text in _told(part, rows[part.row], shown, span_ms or 0))
    return "; ".join(list(told)[:SENTENCE_PARTS]) or "evidence that shows it"


def _told(part: Hidden, row: Row, shown: Shown, span_ms: int) -> Iterator[str]:
    if part.place % 2:
        template = MISSING_LOG.get(row["reason"], GAP_SEEN)
        yield template.format(place=shown.place(row), time=for_people("event_at", row["event_at"]))
        return
    for name in part.columns:
        if row[name] is None or row[name] == HIDDEN:
            yield _of_field(row, name, shown)
    at: datetime | None = row["event_at"]
    if part.until and at is not None:
        yield f"a log that goes on until {for_people('event_at', at + timedelta(milliseconds=span_ms))}"


def _of_field(row: Row, name: str, shown: Shown) -> str:
    where = shown.place(row)
    if name == "event_at":
        return f"the time of {where}"
    if name.startswith("held_"):
        at = row["event_at"]
        return f"a snapshot of the store at {for_people('event_at', at) if at else where}"
    return f"what `{name}` was at {where}"
