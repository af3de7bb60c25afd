"""The smallest evidence for a test: FACTS from literal rows, documents, and a rule around a query."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import polars as pl

from mcplog.model.frames import DOCUMENTS, FACTS
from mcplog.model.rule import CompiledRule
from mcplog.rules.language import compile_rule

START = datetime(2026, 11, 25, 12, tzinfo=UTC)
Values = Mapping[str, object]


def at(second: float) -> datetime:
    return START + timedelta(seconds=second)


def row(kind: str, second: float | None = None, **values: object) -> dict[str, object]:
    """A row of FACTS; what is not named is null."""
    return {"kind": kind, "event_at": None if second is None else at(second), **values}


def gap(second: float | None = None, reason: str = "cut", **values: object) -> dict[str, object]:
    return row("coverage_gap", second, reason=reason, **{"server": None, **values})


def facts(*rows: Values) -> pl.DataFrame:
    """FACTS in the order given: one case, one document and one server unless a row says otherwise."""
    usual = {"case_id": 0, "document_id": 0, "server": "s"}
    table = [
        {
            **usual,
            "order": number,
            "line_from": number + 1,
            "line_to": number + 1,
            "excerpt": f"line {number + 1}",
            **values,
        }
        for number, values in enumerate(rows)
    ]
    return pl.DataFrame(table, schema=FACTS)


def documents(*origins: str) -> pl.DataFrame:
    names = origins or ("a.log",)
    table = [{"document_id": number, "case_id": 0, "origin": origin} for number, origin in enumerate(names)]
    return pl.DataFrame(table, schema=DOCUMENTS)


RULE = """
id = "a-rule"
since = "0.1.0"
status = "stable"
severity = "high"
responsible = "client"
title = "A fault"
cause = '''{cause}'''
next_observation = "Look again."
explanation = "Why."
{more}
query = '''
{query}
'''
[remedy]
client = "Repair it."
{tables}
"""


def rule_text(query: str, *, cause: str = "It broke.", more: str = "", tables: str = "") -> str:
    """The text of a `rule.toml`: `more` are further keys, `tables` what stands behind the first table."""
    parts = {"{query}": query, "{cause}": cause, "{more}": more, "{tables}": tables}
    text = RULE
    for name, part in parts.items():
        text = text.replace(name, part)
    return text


def rule(query: str, *, cause: str = "It broke.", more: str = "", tables: str = "") -> CompiledRule:
    return compile_rule(rule_text(query, cause=cause, more=more, tables=tables), "a-rule")
