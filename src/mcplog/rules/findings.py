"""Turn matches into findings: evidence with its places, sentences with their values, what would settle the unknown."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from mcplog.model.finding import ClauseResult, Evidence, Finding
from mcplog.model.place import Place
from mcplog.model.rule import Alternative, CompiledRule
from mcplog.model.signature import signature_of
from mcplog.model.vocabulary import Certainty, Confidence, Truth
from mcplog.rules.clauses import Clause, Sort, clauses_of
from mcplog.rules.conditions import columns
from mcplog.rules.matches import Matches
from mcplog.rules.settling import Settling
from mcplog.rules.shown import Row, Shown
from mcplog.rules.templates import PLACE, fill, for_people, placeholders

STATE: Final = "credential-state"
SHOWN: Final = ("kind", "event_at", "confidence", "excerpt", "order", "other_document_id", "other_line")
TRUTHS: Final[Mapping[bool | None, Truth]] = {True: Truth.TRUE, False: Truth.FALSE, None: Truth.UNKNOWN}
Rests = tuple[Sort, int]  # sort and index of the clause that evidence belongs to
Bound = Sequence[tuple[int, bool]]  # row number and whether a gap stands in, for each row of the sequence


def build_findings(rule: CompiledRule, pattern: Alternative, matches: Matches, shown: Shown) -> list[Finding]:
    """Return a finding for each match of a rule.

    Args:
        rule: The rule.
        pattern: Which of its patterns was run.
        matches: What the pattern's query found.
        shown: The facts.
    """
    plan = matches.stream.outline
    names = [f"n{number}" for number in range(len(plan.atoms))]
    lines = matches.stream.frame.select("row", "lost")
    bound = [lines[matches.frame[name]].rows() for name in names]
    wanted = pl.Series([row for column in bound for row, _ in column], dtype=pl.UInt32)
    rows = shown.rows(wanted, [*SHOWN, *_columns(pattern)])
    clauses = clauses_of(plan)
    builder = _Builder(rule=rule, pattern=pattern, matches=matches, shown=shown, rows=rows, clauses=clauses)
    return [
        builder.finding(found, [column[index] for column in bound])
        for index, found in enumerate(matches.frame.to_dicts())
    ]


def _columns(pattern: Alternative) -> Iterator[str]:
    """Yield the columns that sentences and credential evidence need."""
    for text in (pattern.cause, pattern.next_observation):
        for name in placeholders(text):
            column = name.rpartition(".")[2]
            if column != PLACE:
                yield column
    for test in pattern.query.credentials:
        yield from columns(test.where)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Builder:
    """Turns the matches of one pattern into findings."""

    rule: CompiledRule
    pattern: Alternative
    matches: Matches
    shown: Shown
    rows: Mapping[int, Row]
    clauses: tuple[Clause, ...]

    def finding(self, found: Row, bound: Bound) -> Finding:
        evidence = self._evidence(bound)
        rule, pattern, value_of = self.rule, self.pattern, self._values(bound)
        is_sure = found["sure"] and pattern.at_most is Certainty.CONFIRMED and self._is_recorded(bound)
        return Finding(
            rule_id=rule.id,
            server=found["server"] or "",
            certainty=Certainty.CONFIRMED if is_sure else Certainty.POSSIBLE,
            severity=rule.severity,
            responsible=pattern.responsible,
            title=rule.title,
            cause=fill(pattern.cause, value_of),
            next_observation=fill(pattern.next_observation, value_of),
            remedy=rule.remedy,
            clauses=tuple(self._clauses(found, evidence, recorded=self._is_recorded(bound))),
            evidence=_primary_first(evidence),
            occurrences=found["occurrences"],
            first_at=found["first_at"],
            last_at=found["last_at"],
            case_id=found["case_id"],
            order=self.rows[bound[-1][0]]["order"],
            rivals=rule.rivals,
            supersedes=rule.supersedes,
            references=rule.references,
            signature=signature_of(rule.id, pattern.responsible),
        )

    def _is_recorded(self, bound: Bound) -> bool:
        """Tell whether the anchor stands in a log as the client wrote it, and not in a paste or in prose."""
        return self.rows[bound[-1][0]]["confidence"] in (None, Confidence.RECORDED)

    def _values(self, bound: Bound) -> Callable[[str, str], object]:
        plan = self.matches.stream.outline
        by_alias = {plan.query.steps[atom.step].alias: place for atom, place in zip(plan.atoms, bound, strict=True)}

        def value(alias: str, column: str) -> object:
            number, lost = by_alias[alias] if alias else bound[-1]
            if lost:
                return None
            row = self.rows[number]
            return str(self.shown.place(row)) if column == PLACE else row[column]

        return value

    def _evidence(self, bound: Bound) -> dict[Rests, list[Evidence]]:
        """Return for each step its lines and for each credential test what was held, in order."""
        plan = self.matches.stream.outline
        found: dict[Rests, list[Evidence]] = {}
        last = len(bound) - 1
        for number, (atom, (at, lost)) in enumerate(zip(plan.atoms, bound, strict=True)):
            if lost:
                continue
            row, step = self.rows[at], plan.query.steps[atom.step].alias or str(atom.step + 1)
            found.setdefault((Sort.STEP, atom.step), []).append(
                line_of(row, self.shown, role="primary" if number == last else "related", step=step)
            )
            for index, test in enumerate(plan.query.credentials):
                if test.step == atom.step and atom.last:
                    found[Sort.CREDENTIAL, index] = [self._state(row, step, index)]
        return found

    def _state(self, row: Row, step: str, index: int) -> Evidence:
        where = self.matches.stream.outline.query.credentials[index].where
        names = dict.fromkeys(name for name in columns(where) if name.startswith("held_") or name == "marked_at")
        facts = ", ".join(f"{_label(name)} {for_people(name, row[name])}" for name in names)
        return Evidence(
            place=self.shown.state_place(row) if row["state_origin"] else self.shown.place(row),
            kind=STATE,
            event_at=row["event_at"],
            excerpt=f"held: {facts}" if facts else "held",
            role="related",
            step=step,
        )

    def _clauses(
        self, found: Row, evidence: Mapping[Rests, list[Evidence]], *, recorded: bool
    ) -> Iterator[ClauseResult]:
        for number, clause in enumerate(self.clauses):
            truth = TRUTHS[found[f"t{number}"]]
            yield ClauseResult(
                clause=clause.text,
                truth=truth,
                settled_by=self._settling(found).of(clause) if truth is Truth.UNKNOWN else "",
                evidence=tuple(evidence.get((clause.sort, clause.index), ())),
            )
        if self.pattern.at_most is Certainty.POSSIBLE:
            settle = self.pattern.next_observation or "an observation that excludes other causes"
            yield ClauseResult(clause="these lines alone prove it", truth=Truth.UNKNOWN, settled_by=settle)
        if not recorded:
            yield ClauseResult(
                clause="the lines are as the client wrote them",
                truth=Truth.UNKNOWN,
                settled_by="the log file itself: this is a copy of some of its lines",
            )
        if found["cut"] and not found["sure"]:
            yield ClauseResult(
                clause="every candidate was looked at",
                truth=Truth.UNKNOWN,
                settled_by="a shorter piece of the log: of very many candidates the nearest were looked at",
            )

    def _settling(self, found: Row) -> Settling:
        places = [found[f"n{number}"] for number in range(len(self.matches.stream.outline.atoms))]
        return Settling(stream=self.matches.stream, shown=self.shown, places=places)


def line_of(row: Row, shown: Shown, *, role: str, step: str) -> Evidence:
    """Return the evidence of one row.

    Args:
        row: Its values, with those of SHOWN.
        shown: The facts.
        role: `primary` or `related`.
        step: Alias or number of the step.
    """
    return Evidence(
        place=shown.place(row),
        kind=row["kind"],
        event_at=row["event_at"],
        excerpt=row["excerpt"] or "",
        role=role,
        step=step,
        also_at=_twin(row, shown),
    )


def _twin(row: Row, shown: Shown) -> Place | None:
    other, line = row["other_document_id"], row["other_line"]
    if other is None or line is None:
        return None
    origin = shown.origins.get(other, f"document {other}")
    return Place(document_id=other, origin=origin, line_from=line, line_to=line)


def _primary_first(evidence: Mapping[Rests, list[Evidence]]) -> tuple[Evidence, ...]:
    every = [item for items in evidence.values() for item in items]
    return tuple(sorted(every, key=lambda item: item.role != "primary"))


def _label(column: str) -> str:
    return column.removeprefix("held_").removesuffix("_ms").removesuffix("_at").replace("_", " ")
