"""A brute-force evaluator: every binding of every key, clause by clause. Too simple to be wrong, too slow for use."""

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fnmatch import fnmatchcase
from itertools import pairwise
from typing import Any

import polars as pl

from mcplog.model.rule import Query, Step, Term

Row = Mapping[str, Any]
Truth = bool | None
NARROW = {"process_id", "attempt_id", "flow_id", "document_id"}
ORDERINGS: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def both(*truths: Truth) -> Truth:
    return False if False in truths else None if None in truths else True


def neither(truth: Truth) -> Truth:
    return None if truth is None else not truth


@dataclass(frozen=True)
class Spot:
    """A row of the log (`lost` false), or the place of rows that a gap swallowed."""

    index: int
    row: Row
    lost: bool

    @property
    def place(self) -> tuple[int, bool]:
        """Where it stands; what a gap swallowed stands behind the gap's own row."""
        return self.index, self.lost


def verdicts(query: Query, facts: pl.DataFrame) -> dict[tuple[int, str], tuple[str, int, int]]:
    """Return case and server → certainty, number of anchors, `order` of the earliest."""
    rows = with_gap_moments(sorted(facts.to_dicts(), key=lambda row: (row["case_id"], row["order"])))
    names = ("case_id", *query.keys)
    keys = {tuple(row[name] for name in names) for row in rows} if rows else set()
    best: dict[tuple[int, str], dict[str, list[int]]] = {}
    for key in keys:
        if None not in key:
            for anchor, truth in anchors(query, Evidence(rows=rows, names=names, key=key, query=query)):
                subject = (anchor["case_id"], anchor["server"] or "")
                level = "confirmed" if truth else "possible"
                best.setdefault(subject, {}).setdefault(level, []).append(anchor["order"])
    found = {}
    for subject, levels in best.items():
        level = "confirmed" if "confirmed" in levels else "possible"
        found[subject] = (level, len(levels[level]), min(levels[level]))
    return found


def with_gap_moments(rows: Sequence[Row]) -> list[Row]:
    """Give gaps the moments between which their rows were logged."""
    gaps = [index for index, row in enumerate(rows) if row["kind"] == "coverage_gap"]

    def nearest(index: int, step: int) -> Any:  # noqa: ANN401 - an instant or null
        for name in ("document_id", "case_id"):
            here = index + step
            while 0 <= here < len(rows) and rows[index][name] is not None:
                same = rows[here][name] == rows[index][name] and rows[here]["case_id"] == rows[index]["case_id"]
                if same and rows[here]["event_at"] is not None:
                    return rows[here]["event_at"]
                here += step
        return None

    spans = {}
    for index in gaps:
        own = rows[index]["event_at"]
        before, after = nearest(index, -1), nearest(index, 1)
        spans[index] = (extreme(min, own, before), extreme(max, own, after))
    told = []
    for index, row in enumerate(rows):
        if index not in spans:
            told.append(row)
            continue
        mates = [here for here in gaps if rows[here]["case_id"] == row["case_id"]]
        froms = [spans[here][0] for here in mates if here >= index]
        untils = [spans[here][1] for here in mates if here <= index]
        told.append(
            {
                **row,
                "lost_from": None if None in froms else extreme(min, *froms),
                "lost_to": None if None in untils else extreme(max, *untils),
            }
        )
    return told


def extreme(choose: Callable[[list[Any]], Any], *moments: Any) -> Any:  # noqa: ANN401 - instants or null
    known = [item for item in moments if item is not None]
    return choose(known) if known else None


@dataclass(frozen=True)
class Evidence:
    """The rows of one key, and the gaps that apply to it."""

    rows: Sequence[Row]
    names: tuple[str, ...]
    key: tuple[Any, ...]
    query: Query

    @property
    def own(self) -> list[Spot]:
        """The rows of the key."""
        return [
            Spot(index, row, lost=False)
            for index, row in enumerate(self.rows)
            if tuple(row[name] for name in self.names) == self.key
        ]

    def applies(self, row: Row) -> bool:
        """Whether a gap or an end applies to the key."""
        return all(row[name] in (None, value) for name, value in zip(self.names, self.key, strict=True))

    @property
    def gaps(self) -> list[Spot]:
        """The gaps that apply."""
        return [
            Spot(index, row, lost=True)
            for index, row in enumerate(self.rows)
            if row["kind"] == "coverage_gap"
            and self.applies(row)
            and not (row["reason"] == "unexplained-write" and NARROW & set(self.names))
        ]

    @property
    def cover(self) -> Any:  # noqa: ANN401 - an instant or null
        """How far the evidence of the key reaches."""
        ends = [row for row in self.rows if row["kind"] in ("process_ended", "evidence_ended") and self.applies(row)]
        moments = [row["event_at"] for row in (*ends, *(spot.row for spot in self.own)) if row["event_at"] is not None]
        return max(moments, default=None)


def anchors(query: Query, evidence: Evidence) -> Iterator[tuple[Row, bool]]:
    """Yield each anchor that has a binding, and whether one is wholly true."""
    best: dict[int, tuple[Row, bool]] = {}
    for binding in bindings(query, evidence):
        truth = judge(query, evidence, binding)
        anchor = binding[-1][-1]
        if truth is not False:
            before = best.get(anchor.index, (anchor.row, False))[1]
            best[anchor.index] = (anchor.row, before or truth is True)
    yield from best.values()


Binding = list[list[Spot]]


def bindings(query: Query, evidence: Evidence) -> Iterator[Binding]:  # noqa: C901 - two loops that call each other
    """Yield for every step that happens its rows: from the log, or all in one gap."""
    steps = [step for step in query.steps if not step.missing]

    def extend(done: Binding, rest: list[Step]) -> Iterator[Binding]:
        if not rest:
            yield done
            return
        step, *more = rest
        last = done[-1][-1] if done else None
        for rows in runs(step.runs, last):
            yield from extend([*done, rows], more)
        if more and not step.required:
            for gap in evidence.gaps:
                if last is None or gap.place > last.place or (last.lost and gap.place == last.place):
                    yield from extend([*done, [gap]], more)

    def runs(count: int, last: Spot | None) -> Iterator[list[Spot]]:
        if count == 0:
            yield []
            return
        for spot in evidence.own:
            if last is None or spot.place > last.place:
                for rows in runs(count - 1, spot):
                    yield [spot, *rows]

    yield from extend([], steps)


def judge(query: Query, evidence: Evidence, binding: Binding) -> Truth:
    """Return the conjunction of all clauses; false when the anchor is not surely one."""
    steps = [step for step in query.steps if not step.missing]
    bound = {step.alias: rows[-1] for step, rows in zip(steps, binding, strict=True) if step.alias}
    anchor = fits(steps[-1], binding[-1][-1], bound)
    if anchor is not True:
        return False
    truths = [fits(step, spot, bound) for step, rows in zip(steps, binding, strict=True) for spot in rows]
    first, last = binding[0][0], binding[-1][-1]
    if query.maxspan_ms is not None and first is not last:
        truths.append(at_most(moment(last), moment(first), query.maxspan_ms))
    for test in query.credentials:
        spot = bound[query.steps[test.step].alias]
        truths.append(None if spot.lost else value(test.where, spot, bound))
    flat = [spot for rows in binding for spot in rows]
    if query.until:
        truths += [absent(query.until, evidence, bound, a, b) for a, b in pairwise(flat)]
    number = 0
    for step in query.steps:
        if not step.missing:
            number += 1
        elif number == 0:
            truths.append(absent_before(query, step, evidence, bound, binding[0][0]))
        elif number == len(binding):
            truths.append(absent_behind(query, step, evidence, bound, last))
        else:
            truths.append(absent(step, evidence, bound, binding[number - 1][-1], binding[number][0]))
    return both(*truths)


def moment(spot: Spot) -> Any:  # noqa: ANN401 - an instant or null
    return spot.row["lost_to"] if spot.lost else spot.row["event_at"]


def at_most(later: Any, earlier: Any, span_ms: int) -> Truth:  # noqa: ANN401 - instants or null
    if later is None or earlier is None:
        return None
    return bool(later - earlier <= timedelta(milliseconds=span_ms))


def absent(step: Step, evidence: Evidence, bound: Mapping[str, Spot], before: Spot, here: Spot) -> Truth:
    between = [spot for spot in (*evidence.own, *evidence.gaps) if before.place < spot.place < here.place]
    return both(*(neither(fits(step, spot, bound)) for spot in between))


def absent_before(query: Query, step: Step, evidence: Evidence, bound: Mapping[str, Spot], first: Spot) -> Truth:
    earlier = [spot for spot in (*evidence.own, *evidence.gaps) if spot.place < first.place]
    span = query.maxspan_ms
    return both(
        *(
            neither(both(fits(step, spot, bound), True if span is None else at_most(moment(first), moment(spot), span)))
            for spot in earlier
        )
    )


def absent_behind(query: Query, step: Step, evidence: Evidence, bound: Mapping[str, Spot], last: Spot) -> Truth:
    span = query.maxspan_ms
    assert span is not None
    truths: list[Truth] = []
    for spot in (*evidence.own, *evidence.gaps):
        if spot.place > last.place:
            when = spot.row["lost_from"] if spot.lost else spot.row["event_at"]
            inside = at_most(when, moment(last), span)
            if spot.lost and when is None and moment(last) is not None:
                inside = True
            truths.append(neither(both(fits(step, spot, bound), inside)))
    cover = evidence.cover
    covered = cover is not None and moment(last) is not None and cover - moment(last) >= timedelta(milliseconds=span)
    return both(*truths, True if covered else None)


def fits(step: Step, spot: Spot, bound: Mapping[str, Spot]) -> Truth:
    if spot.lost:
        return None
    if spot.row["kind"] not in step.kinds:
        return False
    return True if step.where is None else value(step.where, spot, bound)


def value(term: Term, spot: Spot, bound: Mapping[str, Spot]) -> Any:  # noqa: ANN401, C901, PLR0911, PLR0912 - a value of any type, one branch an operator
    arguments = (
        [] if term.op in ("and", "or", "not", "known", "unknown") else [value(a, spot, bound) for a in term.args]
    )
    match term.op:
        case "column":
            there = bound[term.step] if term.step else spot
            found = None if there.lost else there.row[term.name]
            if found == "unknown":
                return None
            return found * term.factor if term.factor != 1 and found is not None else found
        case "text":
            return term.words[0]
        case "number":
            return term.numbers[0]
        case "truth":
            return bool(term.numbers[0])
        case "and":
            return both(*(value(arg, spot, bound) for arg in term.args))
        case "or":
            return neither(both(*(neither(value(arg, spot, bound)) for arg in term.args)))
        case "not":
            return neither(value(term.args[0], spot, bound))
        case "known" | "unknown":
            if any(bound[step].lost for step in steps_of(term)):
                return None
            return (value(term.args[0], spot, bound) is not None) == (term.op == "known")
        case _:
            pass
    if None in arguments:
        return None
    match term.op:
        case "+" | "-":
            left, right = arguments
            if isinstance(right, int) and not isinstance(left, int):
                right = timedelta(milliseconds=right)
            return left + right if term.op == "+" else left - right
        case "in":
            return arguments[0] in (*term.words, *term.numbers)
        case "like":
            return any(fnmatchcase(arguments[0].lower(), word.lower()) for word in term.words)
        case "has":
            return arguments[1] in arguments[0]
        case _:
            pass
    left, right = (item / timedelta(milliseconds=1) if isinstance(item, timedelta) else item for item in arguments)
    return ORDERINGS[term.op](left, right)


def steps_of(term: Term) -> Iterator[str]:
    if term.op == "column" and term.step:
        yield term.step
    for arg in term.args:
        yield from steps_of(arg)
