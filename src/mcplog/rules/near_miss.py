"""Say why a rule was not found: the nearest miss, which clause fails and on which line.

The query is run again with one part left out, then with more. What has to be left out for it to be found is what failed;
the binding that is found then shows the line.
"""

from collections.abc import Iterable, Iterator, Set as AbstractSet
from dataclasses import dataclass, replace

import polars as pl

from mcplog.model.finding import ClauseResult, Finding, NearMiss
from mcplog.model.rule import Alternative, CompiledRule, Query
from mcplog.model.vocabulary import Truth
from mcplog.rules.conditions import columns, conjuncts
from mcplog.rules.evaluate import evaluate, evaluate_on
from mcplog.rules.ground import lay_out
from mcplog.rules.relaxing import Drop, Part, droppable, turned, with_end_between, without
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
    ground = lay_out(asked, asked["kind"].unique().to_list())
    search = _Search(rule=rule, shown=Shown(ground=ground, origins=origins), server=server)
    misses = [search.nearest(pattern) for pattern in rule.patterns]
    return min(misses, key=lambda miss: len(miss.failed))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Search:
    rule: CompiledRule
    shown: Shown
    server: str

    def nearest(self, pattern: Alternative) -> NearMiss:
        query = pattern.query
        drops = self._fewest(query)
        if drops is None:
            anchor = next(step for step in reversed(query.steps) if not step.missing)
            gone = ClauseResult(clause=anchor.text, truth=Truth.FALSE, settled_by="no such event of this server")
            return NearMiss(rule_id=self.rule.id, server=self.server, failed=(gone,))
        found = self._find(without(query, drops))
        met = found.clauses if found else ()
        failed = tuple(self._failure(query, drops, drop) for drop in droppable(query) if drop in drops)
        return NearMiss(rule_id=self.rule.id, server=self.server, failed=failed, met=met)

    def _find(self, query: Query) -> Finding | None:
        """Return what a query finds for the server; the sentences of the rule play no part."""
        plain = replace(self.rule, query=query, also=(), exonerating=(), cause="", next_observation="")
        return next((item for item in evaluate_on([plain], self.shown) if item.server == self.server), None)

    def _fewest(self, query: Query) -> frozenset[Drop] | None:
        """Return the least that must be left out: one part, else as many as it takes; null when nothing helps."""
        parts = list(droppable(query))
        for drop in parts:
            if self._find(without(query, {drop})):
                return frozenset({drop})
        dropped: set[Drop] = set()
        for drop in parts:
            dropped.add(drop)
            if self._find(without(query, dropped)):
                break
        else:
            return None
        for drop in parts:  # what was left out in vain comes back
            if drop in dropped and self._find(without(query, dropped - {drop})):
                dropped.remove(drop)
        return frozenset(dropped)

    def _failure(self, query: Query, drops: AbstractSet[Drop], drop: Drop) -> ClauseResult:
        """Return one part of a query that fails, with the lines it fails on."""
        found = self._find(without(query, drops))
        match drop.part:
            case Part.MISSING:
                return self._in_the_way(query, drops, drop)
            case Part.UNTIL:
                text = query.until.text if query.until else ""
                return self._first(text, (self._find(item) for item in with_end_between(without(query, drops))))
            case Part.SPAN:
                return self._too_long(f"with maxspan={query.maxspan_text}", found)
            case Part.CONDITION:
                return self._condition(query, drop, found)
            case Part.CREDENTIAL:
                return self._credential(query, drop, found)
            case Part.KEY:
                return self._key(query.keys[drop.index], found)
            case Part.STEP:
                return ClauseResult(
                    clause=query.steps[drop.index].text, truth=Truth.FALSE, settled_by="no such event before it"
                )

    def _in_the_way(self, query: Query, drops: AbstractSet[Drop], drop: Drop) -> ClauseResult:
        found = self._find(without(turned(query, drop.index), drops - {drop}))
        return self._first(query.steps[drop.index].text, [found])

    def _first(self, text: str, found: Iterable[Finding | None]) -> ClauseResult:
        """Return a failed clause that rests on the lines which `text` says must not be there."""
        lines = [item for finding in found if finding for clause in finding.clauses for item in clause.evidence if _is_of(clause, text)]
        return ClauseResult(
            clause=text,
            truth=Truth.FALSE,
            settled_by="; ".join(f"{item.kind} at {item.place}" for item in lines[:1]),
            evidence=tuple(lines[:1]),
        )

    def _too_long(self, text: str, found: Finding | None) -> ClauseResult:
        lines = sorted(found.evidence, key=lambda item: item.role == "primary") if found else []
        moments = [item.event_at for item in lines if item.event_at]
        span = (max(moments) - min(moments)).total_seconds() if moments else 0
        return ClauseResult(
            clause=text, truth=Truth.FALSE, settled_by=f"it took {duration(int(span * 1_000))}", evidence=tuple(lines)
        )

    def _condition(self, query: Query, drop: Drop, found: Finding | None) -> ClauseResult:
        term = conjuncts(query.steps[drop.index].where)[drop.conjunct]
        label = query.steps[drop.index].alias or str(drop.index + 1)
        return self._values(wording(term), label, list(columns(term)), found)

    def _credential(self, query: Query, drop: Drop, found: Finding | None) -> ClauseResult:
        test = query.credentials[drop.index]
        return self._values(test.text, query.steps[test.step].alias, list(columns(test.where)), found)

    def _key(self, name: str, found: Finding | None) -> ClauseResult:
        lines = found.evidence if found else ()
        values = [for_people(name, self._row(item.place.document_id, item.place.line_from, [name])[name]) for item in lines]
        told = ", ".join(f"{value} at {item.place}" for value, item in zip(values, lines, strict=True))
        return ClauseResult(clause=f"by {name}", truth=Truth.FALSE, settled_by=told, evidence=tuple(lines))
