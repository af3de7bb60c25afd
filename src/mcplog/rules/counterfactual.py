"""Take away what a finding rests on, one piece at a time, to see whether it still stands.

A confirmed finding that keeps standing without a line it cites did not need that line: its evidence proves less than it
says, or the same thing is told twice.

May import: model. Touches: nothing.
"""

from collections.abc import Collection, Iterator
from typing import Final

import polars as pl
from msgspec import Struct

from mcplog.model.finding import Evidence, Finding
from mcplog.model.frames import FACTS
from mcplog.model.rule import CompiledRule
from mcplog.model.vocabulary import Certainty
from mcplog.rules.evaluate import evaluate
from mcplog.rules.findings import STATE

ENDS: Final = ("process_started", "process_ended", "evidence_ended", "coverage_gap")  # placed at a line, not told by it


class Idle(Struct, frozen=True, kw_only=True):
    """Evidence without which a finding is confirmed all the same.

    Attributes:
        case_id: The case.
        evidence: The line or the store fact.
    """

    case_id: int
    evidence: Evidence


def idle_evidence(
    rule: CompiledRule, facts: pl.DataFrame, *, documents: pl.DataFrame, cases: Collection[int]
) -> tuple[Idle, ...]:
    """Return the evidence that confirmed findings of a rule do not need.

    Args:
        rule: The rule.
        facts: FACTS of its cases.
        documents: DOCUMENTS of them.
        cases: The cases whose findings are looked at.
    """
    asked = facts.filter(pl.col("case_id").is_in(list(cases)))
    pieces = [
        Idle(case_id=finding.case_id, evidence=item)
        for finding in _confirmed(rule, asked, documents)
        for item in finding.evidence
    ]
    if not pieces:
        return ()
    without = pl.concat(
        _without(asked.filter(pl.col("case_id") == piece.case_id), piece.evidence).with_columns(
            case_id=pl.lit(number, FACTS["case_id"])
        )
        for number, piece in enumerate(pieces)
    )
    standing = {finding.case_id for finding in _confirmed(rule, without, documents)}
    return tuple(piece for number, piece in enumerate(pieces) if number in standing)


def _confirmed(rule: CompiledRule, facts: pl.DataFrame, documents: pl.DataFrame) -> Iterator[Finding]:
    found = evaluate([rule], facts, documents=documents)
    return (finding for finding in found if finding.certainty is Certainty.CONFIRMED)


def _without(facts: pl.DataFrame, item: Evidence) -> pl.DataFrame:
    """Return the facts of a case without an event and what was derived from its line, or without what was held then."""
    at = pl.col("event_at").eq_missing(pl.lit(item.event_at, FACTS["event_at"]))
    if item.kind == STATE:
        held = [name for name in FACTS if name.startswith("held_")]
        return facts.with_columns(pl.when(~at).then(pl.col(name)).alias(name) for name in held)
    is_it = at & (pl.col("kind").cast(pl.String) == item.kind)
    of_line = (pl.col("document_id") == item.place.document_id) & (pl.col("line_from") == item.place.line_from)
    is_end = pl.col("kind").cast(pl.String).is_in(ENDS)
    return facts.filter(
        ~(is_it & (of_line | pl.col("document_id").is_null()) | (of_line & ~is_end)).fill_null(value=False)
    )
