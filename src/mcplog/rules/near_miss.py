"""Say why a rule was not found: the nearest miss, which clause fails and on which line.

The query is run again with one part left out, then with more. What has to be left out for it to be found is what
failed; the binding that is found then shows the line.
"""

from collections.abc import Iterable
from datetime import timedelta

import polars as pl
from msgspec import Struct

from mcplog.model.facts import Facts
from mcplog.model.finding import ClauseResult, Evidence, Finding, NearMiss
from mcplog.model.rule import Alternative, CompiledRule, Query, Term
from mcplog.model.vocabulary import Truth
from mcplog.rules.conditions import columns, conjuncts
from mcplog.rules.evaluate import evaluate
from mcplog.rules.findings import build_findings, line_of
from mcplog.rules.ground import lay_out
from mcplog.rules.matches import find_matches
from mcplog.rules.relaxing import Drop, Part, Relaxed, droppable, turned, with_end_between, without
from mcplog.rules.shown import Row, Shown
from mcplog.rules.templates import duration, for_people
from mcplog.rules.wording import wording


def why_not(
    rule: CompiledRule, facts: pl.DataFrame, *, documents: pl.DataFrame, server: str, case_id: int | None = None
) -> NearMiss:
    """Return how near a rule came to a server.

    Args:
        rule: The rule.
        facts: FACTS of all cases.
        documents: DOCUMENTS, for the names of the documents.
        server: The server; empty for events that name none.
        case_id: The case; null looks at all.
    """
    asked = facts if case_id is None else facts.filter(pl.col("case_id") == case_id)
    found = [item for item in evaluate([rule], asked, documents=documents) if item.server == server]
    if found:
        return NearMiss(rule_id=rule.id, server=server, certainty=found[0].certainty, met=found[0].clauses)
    origins = dict(zip(documents["document_id"].to_list(), documents["origin"].to_list(), strict=True))
    ground = lay_out(Facts(rows=asked), asked["kind"].unique().to_list())
    search = _Search(rule=rule, shown=Shown(ground=ground, origins=origins), server=server)
    misses = [search.nearest(pattern.query) for pattern in rule.patterns]
    return min(misses, key=lambda miss: (not miss.met, len(miss.failed)))


class _Found(Struct, frozen=True, kw_only=True):
    """What a relaxed query finds: the finding, and the rows of each step of the whole query."""

    finding: Finding
    rows: dict[int, list[int]]


class _Search(Struct, frozen=True, kw_only=True):
    """Looks for what one server lacks."""

    rule: CompiledRule
    shown: Shown
    server: str

    def nearest(self, query: Query) -> NearMiss:
        drops = self._fewest(query)
        found = self._find(without(query, drops)) if drops else None
        if not drops or not found:
            anchor = next(step for step in reversed(query.steps) if not step.missing)
            gone = ClauseResult(clause=anchor.text, truth=Truth.FALSE, settled_by="no such event of this server")
            return NearMiss(rule_id=self.rule.id, server=self.server, failed=(gone,))
        failed = tuple(self._failure(query, drops, drop, found) for drop in droppable(query) if drop in drops)
        return NearMiss(rule_id=self.rule.id, server=self.server, failed=failed, met=found.finding.clauses)

    def _fewest(self, query: Query) -> frozenset[Drop]:
        """Return the least that must be left out: one part, else as few as it takes; nothing when nothing helps."""
        parts = droppable(query)
        for drop in parts:
            if self._find(without(query, {drop})):
                return frozenset({drop})
        dropped = set(parts)
        if not self._find(without(query, dropped)):
            return frozenset()
        for drop in reversed(parts):  # what was left out in vain comes back, the most telling first
            if self._find(without(query, dropped - {drop})):
                dropped.remove(drop)
        return frozenset(dropped)

    def _find(self, relaxed: Relaxed) -> _Found | None:
        ground, query = self.shown.ground, relaxed.query
        matches = find_matches([query], ground)
        own = [hit for hit in matches.hits if hit.server == self.server]
        if not own:
            return None
        (match,) = matches.bind([min(own, key=lambda hit: (not hit.sure, hit.row))])
        pattern = Alternative(query=query, cause="", responsible=self.rule.responsible)
        rows: dict[int, list[int]] = {}
        for atom, spot in zip(match.plan.atoms, match.bound, strict=True):
            if not spot.lost:
                rows.setdefault(relaxed.kept[atom.step], []).append(spot.row)
        (finding,) = build_findings([(self.rule, pattern, match)], self.shown)
        return _Found(finding=finding, rows=rows)

    def _failure(  # noqa: PLR0911 - one for each part
        self, query: Query, drops: frozenset[Drop], drop: Drop, found: _Found
    ) -> ClauseResult:
        """Return a part of a query that fails, with the lines it fails on."""
        match drop.part:
            case Part.MISSING:
                inverted = turned(without(query, drops - {drop}), drop.index)
                return self._in_the_way(query.steps[drop.index].text, drop.index, [inverted])
            case Part.UNTIL if query.until:
                inverse = with_end_between(without(query, drops), query.until)
                return self._in_the_way(query.until.text, -1, inverse)
            case Part.SPAN:
                return self._too_long(f"with maxspan={query.maxspan_text}", found)
            case Part.CONDITION:
                term = conjuncts(query.steps[drop.index].where)[drop.conjunct]
                return self._values(wording(term), term, found.rows.get(drop.index, []))
            case Part.CREDENTIAL:
                test = query.credentials[drop.index]
                return self._values(test.text, test.where, found.rows.get(test.step, []))
            case Part.KEY:
                column = Term(op="column", name=query.keys[drop.index])
                every = sorted(row for rows in found.rows.values() for row in rows)
                return self._values(f"by {column.name}", column, every)
            case _:
                return _failed(query.steps[drop.index].text, "no such event before it", ())

    def _in_the_way(self, text: str, index: int, inverses: Iterable[Relaxed]) -> ClauseResult:
        """Return a clause that fails because of a row: that of step `index` where it is asked to happen."""
        for inverse in inverses:
            found = self._find(inverse)
            if found and index in found.rows:
                lines = self._lines(found.rows[index][:1])
                return _failed(text, "; ".join(f"{item.kind} at {item.place}" for item in lines), lines)
        return _failed(text, "such an event lies between", ())

    def _too_long(self, text: str, found: _Found) -> ClauseResult:
        every = sorted(row for rows in found.rows.values() for row in rows)
        lines = self._lines([every[0], every[-1]])
        moments = [item.event_at for item in lines if item.event_at]
        span = (moments[-1] - moments[0]) // timedelta(milliseconds=1) if moments else 0
        return _failed(text, f"it took {duration(span)}", lines)

    def _values(self, text: str, term: Term, numbers: list[int]) -> ClauseResult:
        """Return a clause that fails because of what the rows `numbers` say."""
        names = list(dict.fromkeys(columns(term)))
        rows = self._rows(numbers, names)
        told = [f"{name} is {for_people(name, row[name])} at {self.shown.place(row)}" for row in rows for name in names]
        return _failed(text, "; ".join(told), self._lines(numbers))

    def _rows(self, numbers: list[int], names: list[str]) -> list[Row]:
        found = self.shown.rows(numbers, names)
        return [found[number] for number in numbers]

    def _lines(self, numbers: list[int]) -> tuple[Evidence, ...]:
        rows = self._rows(numbers, ["kind", "event_at", "excerpt", "other_document_id", "other_line"])
        return tuple(line_of(row, self.shown, role="related", step="") for row in rows)


def _failed(text: str, seen: str, lines: tuple[Evidence, ...]) -> ClauseResult:
    return ClauseResult(clause=text, truth=Truth.FALSE, settled_by=seen, evidence=lines)
