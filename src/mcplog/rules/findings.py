"""Turn matches into findings: evidence with its places, sentences with their values, what would settle the unknown."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from mcplog.model.finding import ClauseResult, Evidence, Finding
from mcplog.model.place import Place
from mcplog.model.rule import Alternative, CompiledRule
from mcplog.model.signature import signature_of
from mcplog.model.vocabulary import Certainty, Confidence, Truth
from mcplog.rules.clauses import Sort
from mcplog.rules.conditions import columns
from mcplog.rules.lost_rows import NARROW_KEYS
from mcplog.rules.matches import Match
from mcplog.rules.outline import number_of
from mcplog.rules.settling import Hidden, Settling, settled_by
from mcplog.rules.shown import Row, Shown
from mcplog.rules.templates import PLACE, Slot, fill, for_people, parsed, placeholders
from mcplog.rules.unread import UnreadLines

STATE: Final = "credential-state"
ENDED: Final = "evidence_ended"
ABSENCES: Final = (Sort.MISSING, Sort.UNTIL)
WITH_TIMES: Final = "the per-server logs of the same sessions, which have times: these logs have none"
SHOWN: Final = ("kind", "event_at", "confidence", "excerpt", "order", "other_document_id", "other_line")
TRUTHS: Final[Mapping[bool | None, Truth]] = {True: Truth.TRUE, False: Truth.FALSE, None: Truth.UNKNOWN}
Rests = tuple[Sort, int]  # sort and index of the clause that evidence belongs to


Of = tuple[CompiledRule, Alternative, Match]  # a rule, which of its patterns was found, and what that rests on


def build_findings(found: Sequence[Of], shown: Shown) -> list[Finding]:
    """Return a finding for each match.

    Args:
        found: Rules, which of their patterns was run, and what its query found.
        shown: The facts.
    """
    hidden = [_hidden_of(match) for _, _, match in found]
    parts = [part for own in hidden for of_clause in own.values() for part in of_clause]
    wanted = [spot.row for _, _, match in found for spot in match.bound] + [match.hit.last for _, _, match in found]
    wanted += [part.row for part in parts]
    lines = UnreadLines(shown.ground)
    unread = [_unread_of(match, lines) for _, _, match in found]
    wanted += [row for own in unread for row in own.values()]
    patterns = {id(pattern): pattern for _, pattern, _ in found}
    names = dict.fromkeys(name for pattern in patterns.values() for name in _columns(pattern))
    sentences = {
        number: (parsed(pattern.cause), parsed(pattern.next_observation)) for number, pattern in patterns.items()
    }
    rows = shown.rows(wanted, [*SHOWN, *names, *(name for part in parts for name in part.reads)])
    return [
        _Builder(
            rule=rule,
            pattern=pattern,
            sentences=sentences[id(pattern)],
            match=match,
            shown=shown,
            rows=rows,
            hidden=own,
            unread=unread_of,
        ).finding()
        for (rule, pattern, match), own, unread_of in zip(found, hidden, unread, strict=True)
    ]


def _hidden_of(match: Match) -> dict[int, tuple[Hidden, ...]]:
    """Return by the number of each clause that is unknown what hides its truth."""
    if all(match.truths):
        return {}
    settling = Settling(judge=match.judge, bound=match.bound)
    clauses = enumerate(zip(match.judge.clauses, match.truths, strict=True))
    return {number: settling.of(clause) for number, (clause, truth) in clauses if truth is None}


def _unread_of(match: Match, lines: UnreadLines) -> dict[int, int]:
    """Return by the number of each absence that would be true the first row that may be what is missing."""
    clauses = enumerate(zip(match.judge.clauses, match.truths, strict=True))
    held = [(number, clause) for number, (clause, truth) in clauses if truth and clause.sort in ABSENCES]
    rows = {number: lines.first(match, clause) for number, clause in held}
    return {number: row for number, row in rows.items() if row is not None}


def _columns(pattern: Alternative) -> Iterator[str]:
    """Yield the columns that sentences and credential evidence need."""
    for text in (pattern.cause, pattern.next_observation):
        for name in placeholders(text):
            column = name.rpartition(".")[2]
            if column != PLACE:
                yield column
    for test in pattern.query.credentials:
        yield from columns(test.where)


class _Builder(Struct, frozen=True, kw_only=True):
    """Turns a match into a finding."""

    rule: CompiledRule
    pattern: Alternative
    sentences: tuple[Sequence[Slot], Sequence[Slot]]  # the pattern's cause and next observation
    match: Match
    shown: Shown
    rows: Mapping[int, Row]
    hidden: Mapping[int, tuple[Hidden, ...]]
    unread: Mapping[int, int]

    def finding(self) -> Finding:
        evidence = self._evidence()
        rule, pattern, hit, anchor = self.rule, self.pattern, self.match.hit, self.rows[self.match.bound[-1].row]
        seen = (self.rows[spot.row] for spot in self.match.bound if not spot.lost)
        quoted = any(self.shown.is_quoted(item.place) for items in evidence.values() for item in items)
        recorded = not quoted and all(is_recorded(row["confidence"]) for row in seen)
        ordered = self._is_ordered()
        return Finding(
            rule_id=rule.id,
            server=hit.server,
            certainty=certainty_of(pattern, sure=hit.sure and ordered and not self.unread, recorded=recorded),
            severity=rule.severity,
            responsible=pattern.responsible,
            title=rule.title,
            cause=fill(self.sentences[0], self._value),
            next_observation=fill(self.sentences[1], self._value),
            remedy=rule.remedy,
            clauses=tuple(self._clauses(evidence, recorded=recorded, ordered=ordered)),
            evidence=_primary_first(evidence),
            occurrences=hit.occurrences,
            first_at=anchor["event_at"],
            last_at=self.rows[hit.last]["event_at"],
            case_id=hit.case_id,
            order=anchor["order"],
            rivals=rule.rivals,
            supersedes=rule.supersedes,
            references=rule.references,
            signature=signature_of(rule.id, pattern.responsible),
        )

    def _is_ordered(self) -> bool:
        """Return whether what was found rests on no order of logs that nobody knows."""
        hit, query = self.match.hit, self.match.plan.query
        if (hit.case_id, hit.server) not in self.shown.unordered or not NARROW_KEYS.isdisjoint(query.keys):
            return True
        logs = {self.rows[spot.row]["document_id"] for spot in self.match.bound if not spot.lost}
        is_about_all = query.until is not None or any(step.missing or ENDED in step.kinds for step in query.steps)
        return len(logs) == 1 and not is_about_all

    def _value(self, alias: str, column: str) -> object:
        spot = self.match.bound[number_of(self.match.plan, alias) if alias else -1]
        if spot.lost:
            return None
        row = self.rows[spot.row]
        return str(self.shown.place(row)) if column == PLACE else row[column]

    def _evidence(self) -> dict[Rests, list[Evidence]]:
        """Return for each step its lines and for each credential test what was held, in order."""
        plan, bound = self.match.plan, self.match.bound
        found: dict[Rests, list[Evidence]] = {}
        last = len(bound) - 1
        for number, (atom, spot) in enumerate(zip(plan.atoms, bound, strict=True)):
            if spot.lost:
                continue
            row, step = self.rows[spot.row], plan.query.steps[atom.step].alias or str(atom.step + 1)
            found.setdefault((Sort.STEP, atom.step), []).append(
                line_of(row, self.shown, role="primary" if number == last else "related", step=step)
            )
            for index, test in enumerate(plan.query.credentials):
                if test.step == atom.step and atom.last:
                    found[Sort.CREDENTIAL, index] = [self._state(row, step, index)]
        return found

    def _state(self, row: Row, step: str, index: int) -> Evidence:
        where = self.match.plan.query.credentials[index].where
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
        self, evidence: Mapping[Rests, list[Evidence]], *, recorded: bool, ordered: bool
    ) -> Iterator[ClauseResult]:
        match = self.match
        for number, (clause, known) in enumerate(zip(match.judge.clauses, match.truths, strict=True)):
            is_absence = clause.sort in ABSENCES
            is_open = number in self.unread or (is_absence and not ordered)
            truth = None if is_open else known
            yield ClauseResult(
                clause=clause.text,
                truth=TRUTHS[truth],
                settled_by=self._settled_by(number, known=known) if truth is None else "",
                evidence=tuple(evidence.get((clause.sort, clause.index), ())),
                is_absence=is_absence,
            )
        if not ordered:
            yield ClauseResult(clause="the logs were written in this order", truth=Truth.UNKNOWN, settled_by=WITH_TIMES)
        if self.pattern.at_most is Certainty.POSSIBLE:
            settle = self.pattern.next_observation or "an observation that excludes other causes"
            yield ClauseResult(clause="these lines alone prove it", truth=Truth.UNKNOWN, settled_by=settle)
        if not recorded:
            yield ClauseResult(
                clause="the lines are as the client wrote them",
                truth=Truth.UNKNOWN,
                settled_by="the log file itself: this is a copy of some of its lines",
            )
        if match.cut and not match.hit.sure:
            yield ClauseResult(
                clause="every candidate was looked at",
                truth=Truth.UNKNOWN,
                settled_by="a shorter piece of the log: of very many candidates the nearest were looked at",
            )

    def _settled_by(self, clause: int, *, known: bool | None) -> str:
        if clause in self.unread:
            place = self.shown.place(self.rows[self.unread[clause]])
            return f"what {place} means: no known wording matches it"
        if known is not None:
            return WITH_TIMES
        return settled_by(self.hidden.get(clause, ()), self.rows, self.shown, self.match.plan.query.maxspan_ms)


def is_recorded(confidence: str | None) -> bool:
    """Tell from a row's `confidence` whether it stands in a log as the client wrote it, not in a paste or prose.

    A row that is derived has none: those that it is derived from are looked at where they are bound.
    """
    return confidence in {None, Confidence.RECORDED}


def certainty_of(pattern: Alternative, *, sure: bool, recorded: bool) -> Certainty:
    """Return how sure a finding is.

    Args:
        pattern: The pattern that is found.
        sure: Every clause of it is true.
        recorded: Its lines stand in a log as the client wrote it.
    """
    return Certainty.CONFIRMED if sure and recorded and pattern.at_most is Certainty.CONFIRMED else Certainty.POSSIBLE


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
