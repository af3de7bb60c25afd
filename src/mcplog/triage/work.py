"""One batch of units to its rows, wherever it is done: in this process, in another one, on another machine.

What goes in and what comes out are values that can be sent. Outcomes merge by putting one behind the other.
"""

import time
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import polars as pl
from msgspec import Struct
from msgspec.json import Encoder

from mcplog.model.document import Problem
from mcplog.model.rule import CompiledRule
from mcplog.pipeline import all_rules
from mcplog.sources.case import Case
from mcplog.sources.printable import printable
from mcplog.sources.unit_cases import as_problem, cases_of_unit
from mcplog.sources.units import Unit
from mcplog.triage.judging import Named, judge
from mcplog.triage.memory import peak_bytes
from mcplog.triage.rows import CaseRow, DoneRow, ProblemRow, Row


class Setting(Struct, frozen=True, kw_only=True):
    """What is the same for all batches.

    Attributes:
        key: Key of the fingerprints.
        rules: Folders of further rules.
        with_findings: A row for each finding.
    """

    key: bytes
    rules: tuple[str, ...] = ()
    with_findings: bool = True


class Batch(Struct, frozen=True, kw_only=True):
    """Units that are evaluated together.

    Attributes:
        number: Which one it is, from 0.
        first: Number of its first unit.
        units: The units.
    """

    number: int
    first: int
    units: tuple[Unit, ...]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(unit.size for unit in self.units)

    def single(self) -> "list[Batch]":
        """Return each unit as a batch of its own, under the same number."""
        return [Batch(number=self.number, first=self.first + at, units=(unit,)) for at, unit in enumerate(self.units)]


class Spent(Struct, frozen=True, kw_only=True):
    """What a batch took; adds up over batches.

    Attributes:
        opening_s: Seconds to find, open and unpack.
        judging_s: Seconds to read and judge.
        peak_bytes: Most memory that the process had; the highest of any.
        cases: How many cases there were.
        documents: How many logs.
        lines: Their lines.
        bytes: Their bytes.
        problems: How many inputs could not be used.
    """

    opening_s: float = 0.0
    judging_s: float = 0.0
    peak_bytes: int = 0
    cases: int = 0
    documents: int = 0
    lines: int = 0
    bytes: int = 0
    problems: int = 0

    def __add__(self, other: "Spent") -> "Spent":
        """Return what both took together."""
        return Spent(
            opening_s=self.opening_s + other.opening_s,
            judging_s=self.judging_s + other.judging_s,
            peak_bytes=max(self.peak_bytes, other.peak_bytes),
            cases=self.cases + other.cases,
            documents=self.documents + other.documents,
            lines=self.lines + other.lines,
            bytes=self.bytes + other.bytes,
            problems=self.problems + other.problems,
        )


class Outcome(Struct, frozen=True, kw_only=True):
    """What a batch came to.

    Attributes:
        batch: Its number.
        units: How many units it had.
        lines: Its rows as JSON lines, in the order of its units, with the mark behind them.
        spent: What it took.
    """

    batch: int
    units: int
    lines: bytes
    spent: Spent


def work_on(batch: Batch, setting: Setting) -> Outcome:
    """Return the rows of a batch.

    Args:
        batch: The units. One that cannot be judged costs itself alone: the batch is halved until it stands by itself.
        setting: What is the same for all batches.
    """
    opened, judged = time.perf_counter(), 0.0
    named = [(number, one) for number, unit in enumerate(batch.units) for one in _named(unit)]
    began = time.perf_counter()
    rows = _judged([one for _, one in named], _rules(setting.rules), setting)
    judged = time.perf_counter() - began
    spent = _spent(rows, opening_s=began - opened, judging_s=judged)
    return outcome_of(batch, [row for of in rows for row in of], spent)


def outcome_of(batch: Batch, rows: Sequence[Row], spent: Spent) -> Outcome:
    """Return an outcome.

    Args:
        batch: The batch.
        rows: Its rows.
        spent: What it took.
    """
    every = [*rows, DoneRow(units=batch.first + len(batch.units))]
    return Outcome(batch=batch.number, units=len(batch.units), lines=Encoder().encode_lines(every), spent=spent)


def merged(batch: Batch, outcomes: Sequence[Outcome]) -> Outcome:
    """Return the outcome of a batch whose parts were worked on apart.

    Args:
        batch: The batch.
        outcomes: Of its parts, in order.
    """
    spent = Spent()
    for outcome in outcomes:
        spent += outcome.spent
    kept = [b"".join(outcome.lines.splitlines(keepends=True)[:-1]) for outcome in outcomes]
    mark = Encoder().encode_lines([DoneRow(units=batch.first + len(batch.units))])
    return Outcome(batch=batch.number, units=len(batch.units), lines=b"".join((*kept, mark)), spent=spent)


def lost(batch: Batch, what: str) -> Outcome:
    """Return the outcome of a batch that nobody could work on: a row for each unit that says so.

    Args:
        batch: The batch.
        what: Why.
    """
    rows = [ProblemRow(case=unit.name, file=unit.shown, what=what, hint=LOST_HINT) for unit in batch.units]
    return outcome_of(batch, rows, Spent(problems=len(rows)))


LOST_HINT: Final = "Give it more memory, or analyse this input alone."


@lru_cache(maxsize=1)
def _rules(folders: tuple[str, ...]) -> tuple[CompiledRule, ...]:
    return all_rules(folders)


def _named(unit: Unit) -> list[Named]:
    """Return the cases of a unit with their names."""
    try:
        cases = cases_of_unit(unit)
    except Exception as fault:  # noqa: BLE001 - one bad input costs itself
        cases = [Case(place=unit.place, problems=(as_problem(unit, fault),))]
    several = sum(not case.is_empty for case in cases) > 1
    return [Named(case=case, name=_name(unit, case, several=several), source=printable(unit.shown)) for case in cases]


def _name(unit: Unit, case: Case, *, several: bool) -> str:
    """Return what a case is called: by its own name, else its unit's, or its first log's where a unit has several."""
    own = case.name or (_first_log(case) if several and not case.is_empty else "")
    if own.startswith(unit.shown):  # an archive, or a file in the folder: below what the user named
        rest = own.removeprefix(unit.shown)
        return f"{unit.name}{rest}" if unit.name != unit.shown else rest.lstrip("/\\") or unit.name
    return own or unit.name


def _first_log(case: Case) -> str:
    return next((file.origin for file in (*case.logs, *case.stores)), case.place)


def _judged(named: Sequence[Named], rules: Sequence[CompiledRule], setting: Setting) -> list[tuple[Row, ...]]:
    if not named:
        return []
    try:
        return judge(named, rules, key=setting.key, with_findings=setting.with_findings)
    except (Exception, pl.exceptions.PanicException) as fault:  # noqa: BLE001 - one bad input costs itself
        if len(named) == 1:
            return [(_row(named[0], fault),)]
    half = len(named) // 2
    return [*_judged(named[:half], rules, setting), *_judged(named[half:], rules, setting)]


def _row(one: Named, fault: BaseException) -> ProblemRow:
    what = f"could not be judged: {type(fault).__name__}"
    told: tuple[Problem, ...] = one.case.problems
    return ProblemRow(case=one.name, file=told[0].origin if told else one.source, what=what, hint=LOST_HINT)


def _spent(rows: Sequence[Sequence[Row]], *, opening_s: float, judging_s: float) -> Spent:
    cases = [row for of in rows for row in of if isinstance(row, CaseRow)]
    return Spent(
        opening_s=opening_s,
        judging_s=judging_s,
        peak_bytes=peak_bytes(),
        cases=len(cases),
        documents=sum(case.documents for case in cases),
        lines=sum(case.lines for case in cases),
        bytes=sum(case.bytes for case in cases),
        problems=sum(isinstance(row, ProblemRow) for of in rows for row in of),
    )
