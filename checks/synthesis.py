"""Every pattern of every rule finds what its own text describes, and does not find what its text excludes.

    python -m checks.synthesis [RULE…]

From the plan of a pattern a smallest history is made: a row for each step that happens, with values that make its
condition true, a second apart, in logs without a gap. It has to be found. Then, one at a time: a step is left out, one
is put where it must not be, a row is another server's or process's, the steps take longer than `maxspan`.
None of that may be confirmed. Where no history was made, the table says so: conditions that compare computed values are
not solved.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import polars as pl
from msgspec.structs import replace

from mcplog.knowledge.rulepack import load_rulepack
from mcplog.model.frames import DOCUMENTS, FACTS
from mcplog.model.rule import Alternative, CompiledRule, Query, Step, Term
from mcplog.model.vocabulary import Certainty
from mcplog.rules import evaluate

START: Final = datetime(2026, 3, 4, 9, tzinfo=UTC)
LONG: Final = timedelta(days=30)
OF_QUERY: Final = ("step", "run_of")  # which step a row ends, and whose run it is of
Row = dict[str, Any]


class UnsolvedError(Exception):
    """A condition whose form is not known here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A history made from a pattern.

    Attributes:
        what: What was done to the history that matches; empty for that one.
        rows: Its rows, in order.
    """

    what: str
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """How one pattern fared.

    Attributes:
        name: Rule and number of the pattern.
        matches: What its history got; null where none was made or it was not found.
        near_misses: How many were made.
        wrong: Those that were confirmed all the same.
    """

    name: str
    matches: Certainty | None
    near_misses: int
    wrong: tuple[str, ...]


def tried(rule: CompiledRule) -> list[Tried]:
    """Return how the patterns of `rule` fare, each by itself."""
    return [_tried(rule, number, pattern) for number, pattern in enumerate(rule.patterns, 1)]


def _tried(rule: CompiledRule, number: int, pattern: Alternative) -> Tried:
    name = f"{rule.id} {number}" if rule.also else rule.id
    alone = replace(
        rule, query=pattern.query, at_most=Certainty.CONFIRMED, also=(), exonerating=(), cause="-", next_observation=""
    )
    try:
        made = [Made(what="", rows=matching(pattern.query))]
    except UnsolvedError:
        return Tried(name=name, matches=None, near_misses=0, wrong=())
    made += near_misses(pattern.query, made[0].rows)
    found = _found(alone, made)
    wrong = [made[case].what for case, certainty in found.items() if case and certainty is Certainty.CONFIRMED]
    return Tried(name=name, matches=found.get(0), near_misses=len(made) - 1, wrong=tuple(wrong))


def matching(query: Query) -> list[Row]:
    """Return the rows of a history that `query` describes.

    Raises:
        UnsolvedError: A condition has a form that is not solved.
    """
    rows: list[Row] = []
    named: dict[str, Row] = {}
    for index, step in enumerate(query.steps):
        if step.missing:
            continue
        rows += [_usual(step, len(rows) + run) | {"run_of": index} for run in range(step.runs)]
        rows[-1]["step"] = index
        named[step.alias] = rows[-1]
    for index, step in enumerate(query.steps):
        for row in (row for row in rows if row["kind"] == step.kinds[0] and not step.missing):
            if row.get("step", index) == index:
                _solve(step.where, row, named)
    for test in query.credentials:
        row = next(row for row in rows if row.get("step") == test.step)
        _solve(test.where, row, named)
    for key in query.keys:
        shared = next((row[key] for row in rows if row.get(key) is not None), _default(key))
        for row in rows:
            row[key] = shared
    return rows


def near_misses(query: Query, rows: Sequence[Row]) -> Iterator[Made]:
    """Yield histories that differ in one place from `rows`, which matches `query`, and must not be found for sure."""
    happening = [index for index, step in enumerate(query.steps) if not step.missing]
    for index in happening[:-1]:
        yield Made(what=f"without {query.steps[index].text}", rows=[row for row in rows if row.get("step") != index])
        for key in ("server", "process_id"):
            if key in query.keys and "evidence_ended" not in query.steps[happening[-1]].kinds:  # each server has one
                other = [row | {key: _other(row.get(key))} if row.get("step") == index else row for row in rows]
                yield Made(what=f"{query.steps[index].text} with another {key}", rows=other)
    for index, step in enumerate(query.steps):
        if step.missing and 0 < sum(earlier < index for earlier in happening) < len(happening):
            yield from _with_excluded(query, rows, index, step)
    if query.maxspan_ms is not None and len(happening) > 1:
        late = timedelta(milliseconds=query.maxspan_ms + 60_000)
        first, *others = rows
        yield Made(what="too late", rows=[first, *(row | {"event_at": row["event_at"] + late} for row in others)])


def _with_excluded(query: Query, rows: Sequence[Row], index: int, step: Step) -> Iterator[Made]:
    before = [row for row in rows if row["run_of"] < index]
    behind = [row for row in rows if row["run_of"] > index]
    excluded = _usual(step, 0) | {key: rows[0].get(key) for key in query.keys}
    excluded["event_at"] = before[-1]["event_at"] + timedelta(milliseconds=1)
    try:
        _solve(step.where, excluded, {one.alias: row for row in rows for one in [query.steps[row.get("step", 0)]]})
    except UnsolvedError:
        return
    yield Made(what=f"with {step.text.removeprefix('!')}", rows=[*before, excluded, *behind])


def _usual(step: Step, second: int) -> Row:
    return {"kind": step.kinds[0], "server": "s", "process_id": 1, "event_at": START + timedelta(seconds=second)}


def _solve(where: Term | None, row: Row, named: Mapping[str, Row]) -> None:  # noqa: C901, PLR0912 - one line a form
    """Give `row` values that make a condition true, where its form is known."""
    match where:
        case None:
            return
        case Term(op="and", args=args):
            for arg in args:
                _solve(arg, row, named)
        case Term(op="or", args=args):
            _solve(args[0], row, named)
        case Term(op="column", name=name, step=""):
            row[name] = True
        case Term(op="known", args=(Term(op="column", name=name, step=""),)):
            row.setdefault(name, _default(name))
        case Term(op="unknown", args=(Term(op="column", name=name, step=""),)):
            row[name] = None
        case Term(op="in", args=(Term(op="column", name=name, step=""), *_), words=words, numbers=numbers):
            row[name] = (*words, *numbers)[0]
        case Term(op="like", args=(Term(op="column", name=name, step=""), *_), words=words):
            row[name] = words[0].replace("*", " ")
        case Term(op="not", args=(Term(op="like", args=(Term(op="column", name=name, step=""), *_)),)):
            row.setdefault(name, "another")
        case Term(op="has", args=(Term(op="column", name=name, step=""), Term(op="text", words=words))):
            row[name] = list(words)
        case Term(op="not", args=(Term(op="has", args=(Term(op="column", name=name, step=""), _)),)):
            row[name] = ["another"]
        case Term(op="==" | "!=" | "<" | "<=" | ">" | ">=" as op, args=(left, right)):
            _compare(op, left, right, row, named)
        case _:
            raise UnsolvedError(str(where.op))


def _compare(op: str, left: Term, right: Term, row: Row, named: Mapping[str, Row]) -> None:
    if "event_at" in (*_names(left), *_names(right)):
        _place(op, left, right, row, named)
        return
    if left.op != "column" or left.step:
        raise UnsolvedError(left.op)
    match right:
        case Term(op="column", name=name, step=step):
            beside = named[step] if step else row
            there = beside.setdefault(name, _default(name))
            row[left.name] = there if op == "==" else _other(there)
        case Term(op="text", words=words):
            row[left.name] = words[0] if op == "==" else _unlike(left.name, words[0], row)
        case Term(op="number" | "truth", numbers=numbers):
            value = numbers[0] // left.factor + {"<": -1, ">": 1, "!=": 1}.get(op, 0)
            row[left.name] = bool(value) if FACTS[left.name] == pl.Boolean() else value
        case _:
            raise UnsolvedError(right.op)


def _place(op: str, left: Term, right: Term, row: Row, named: Mapping[str, Row]) -> None:
    """Put `row` where its moment has to be; rows a second apart are near enough for all that have to be near."""
    if op == "==" and left.op == right.op == "column" and right.step:
        row["event_at"] = named[right.step]["event_at"]
    elif op in ("<", "<=") and left.op == right.op == "column" and left.name != right.name and right.step:
        row[left.name] = named[right.step]["event_at"] - timedelta(hours=1)
    elif op in (">", ">="):
        row["event_at"] += timedelta(hours=1)


def _unlike(name: str, word: str, row: Row) -> str:
    """Return another value than `word`; what `row` has already, where that is one."""
    dtype = FACTS[name]
    if row.get(name) not in (None, word) or not isinstance(dtype, pl.Enum):
        return str(row.get(name) if row.get(name) not in (None, word) else f"not {word}")
    return next(str(category) for category in dtype.categories if category != word)


def _names(term: Term) -> Iterator[str]:
    yield from (term.name,) if term.op == "column" else ()
    for arg in term.args:
        yield from _names(arg)


def _default(name: str) -> Any:  # noqa: ANN401 - a value of the column, of whatever type
    dtype = FACTS[name]
    if dtype == pl.Boolean():
        return True
    if isinstance(dtype, pl.Datetime):
        return START
    if isinstance(dtype, pl.List):
        return ["a"]
    if isinstance(dtype, pl.Enum):
        return dtype.categories[0]
    return 7 if dtype.is_integer() else "a"


def _other(value: Any) -> Any:  # noqa: ANN401 - as above
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case str():
            return f"{value}2"
        case datetime():
            return value + timedelta(hours=1)
        case _:
            return ["b"]


def _found(rule: CompiledRule, made: Sequence[Made]) -> dict[int, Certainty]:
    table = [row for case, history in enumerate(made) for row in _numbered(case, history.rows)]
    facts = pl.DataFrame(table, schema=FACTS)
    documents = [{"document_id": case, "case_id": case, "origin": "made"} for case in range(len(made))]
    found: dict[int, Certainty] = {}
    for finding in evaluate([rule], facts, documents=pl.DataFrame(documents, schema=DOCUMENTS)):
        if found.get(finding.case_id) is not Certainty.CONFIRMED:
            found[finding.case_id] = finding.certainty
    return found


def _numbered(case: int, rows: Sequence[Row]) -> Iterator[Row]:
    servers = sorted({str(row["server"]) for row in rows})
    ends = [{"kind": "evidence_ended", "server": server, "event_at": START + 2 * LONG} for server in servers]
    for number, row in enumerate([*rows, *ends], 1):
        place = {"case_id": case, "document_id": case, "order": number, "line_from": number, "line_to": number}
        told = {name: value for name, value in row.items() if name not in OF_QUERY}
        yield {"confidence": "recorded", "excerpt": "made", **told, **place}


def main(names: Sequence[str]) -> int:
    """Print how the rules of these names fare, all of them where none is named; return the exit code."""
    results = [one for rule in load_rulepack() if not names or rule.id in names for one in tried(rule)]
    for one in results:
        print(f"{one.name:40} {one.matches or 'not made':>10} {one.near_misses:>4} near misses")
        for what in one.wrong:
            print(f"  confirmed all the same: {what}")
    made = sum(one.matches is not None for one in results)
    wrong = sum(len(one.wrong) for one in results if one.matches)
    misses = sum(one.near_misses for one in results if one.matches)
    print(f"{made} of {len(results)} patterns found in what was made from their text")
    print(f"{wrong} of {misses} near misses confirmed")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
