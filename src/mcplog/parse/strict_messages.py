"""The same events from lark alone, and what lark says about a text that no alternative matches.

Slow on purpose: `--strict-grammar` and `mcplog grammar` use it, and a test holds it equal to the table. Nothing on the
normal path imports it, since lark costs more to import than a small analysis.

May import: model, knowledge, lark. Touches: nothing.
"""

from collections.abc import Iterable
from functools import cache

import polars as pl

from mcplog.knowledge.resources import grammar
from mcplog.model.redaction import redact
from mcplog.parse._table import Found
from mcplog.parse.message_grammar import MessageGrammar, Refusal, message_grammars
from mcplog.parse.messages import EventTable, first_lines, read_events_by


def read_events_strictly(entries: pl.DataFrame, *, key: bytes) -> EventTable:
    """Return what `read_events` returns, read with lark instead of the table.

    Args:
        entries: ENTRIES.
        key: Of the run's fingerprints.
    """
    grammars = _grammars()
    return read_events_by(
        entries,
        key=key,
        find_all=lambda texts: find_with(grammars["message"], texts),
        match_detail=grammars["detail"].match,
    )


def explain_unrecognised(text: str) -> Refusal | None:
    """Return where a message stops to fit the grammar; null when an alternative matches.

    Args:
        text: A message; what is returned of it is redacted.
    """
    refusal = _grammars()["message"].explain(first_lines(pl.Series([text])).item())
    if refusal is None:
        return None
    return Refusal(column=refusal.column, read=redact(refusal.read), expected=refusal.expected)


def find_with(grammar_of: MessageGrammar, texts: Iterable[str]) -> list[Found]:
    """Return what the texts are, as `MessageTable.find_all` does."""
    found: dict[tuple[str, tuple[str, ...]], Found] = {}
    for row, text in enumerate(texts):
        hit = grammar_of.match(text)
        if hit is None:
            continue
        name, fields, values = hit
        way = found.setdefault((name, fields), Found(name, fields, [], [[] for _ in fields]))
        way.rows.append(row)
        for column, value in zip(way.columns, values, strict=True):
            column.append(value)
    return list(found.values())


@cache
def _grammars() -> dict[str, MessageGrammar]:
    return message_grammars(grammar("message.lark"))
