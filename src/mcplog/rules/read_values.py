"""What the conditions of a finding read: values that its lines alone do not show, for whoever checks it by hand.

[connection_skipped where marked_at < worked.event_at]
marked at is 2026-11-25 00:36:44.211; event at of worked is 2026-11-25 00:36:52.551
"""

from collections.abc import Iterator
from datetime import datetime

import polars as pl
from msgspec import Struct

from mcplog.model.facts import Facts
from mcplog.model.finding import Finding
from mcplog.model.rule import CompiledRule, Term
from mcplog.rules.clauses import Sort
from mcplog.rules.conditions import columns, references
from mcplog.rules.ground import lay_out
from mcplog.rules.matches import Match, find_matches
from mcplog.rules.outline import number_of
from mcplog.rules.shown import Row, Shown
from mcplog.rules.templates import for_people

TOLD_BY_THE_LINE = ("kind", "event_at")


def read_values(rule: CompiledRule, facts: pl.DataFrame, finding: Finding) -> tuple[str, ...]:
    """Return for each clause of `finding` what its condition read; empty where it read nothing that the line hides.

    Args:
        rule: The rule that it is of.
        facts: FACTS of the run.
        finding: Of this rule.
    """
    ground = lay_out(Facts(rows=facts), facts["kind"].unique().to_list())
    shown = Shown(ground=ground, origins={})
    texts = [clause.clause for clause in finding.clauses]
    for pattern in rule.patterns:
        matches = find_matches([pattern.query], ground)
        own = [hit for hit in matches.hits if (hit.server, hit.case_id) == (finding.server, finding.case_id)]
        for match in matches.bind(own):
            told = [clause.text for clause in match.judge.clauses]
            if told == texts[: len(told)]:
                values = tuple(_Reader(match=match, shown=shown).values())
                return values + ("",) * (len(texts) - len(values))
    return ("",) * len(texts)


class _Reader(Struct, frozen=True, kw_only=True):
    """Reads what one match rests on."""

    match: Match
    shown: Shown

    def values(self) -> Iterator[str]:
        """Yield for each clause what its condition read."""
        for clause in self.match.judge.clauses:
            where = self.match.plan.query.steps[clause.index].where if clause.sort is Sort.STEP else None
            yield "; ".join(dict.fromkeys(self._told(where, clause.index))) if where else ""

    def _told(self, where: Term, step: int) -> Iterator[str]:
        plan, bound = self.match.plan, self.match.bound
        own = [spot.row for atom, spot in zip(plan.atoms, bound, strict=True) if atom.step == step and not spot.lost]
        names = [name for name in dict.fromkeys(columns(where)) if name not in TOLD_BY_THE_LINE]
        for row in self._rows(own, names):
            yield from (f"{_label(name)} is {_value(name, row[name])}" for name in names)
        for alias, name in dict.fromkeys(references(where)):
            spot = bound[number_of(plan, alias)]
            for row in self._rows([] if spot.lost else [spot.row], [name]):
                yield f"{_label(name)} of {alias} is {_value(name, row[name])}"

    def _rows(self, numbers: list[int], names: list[str]) -> Iterator[Row]:
        yield from (self.shown.rows(numbers, names).values() if numbers and names else ())


def _label(column: str) -> str:
    return column.replace("_", " ")


def _value(column: str, value: object) -> str:
    """Return a value as people read it; moments to the millisecond, since they are compared."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}.{value.microsecond // 1000:03d}"
    return for_people(column, value)
