"""What stands around a line of a proof: the recognised lines before and after it in its document."""

from collections.abc import Iterable, Mapping
from typing import Final

import polars as pl
from msgspec import Struct

from mcplog.model.event_kinds import DERIVED_KINDS
from mcplog.model.facts import is_kind
from mcplog.model.finding import Analysis
from mcplog.model.place import Place
from mcplog.report.inert import inert
from mcplog.report.view import instant

BEFORE: Final = 4
AFTER: Final = 3
MOST: Final = 240  # lines of proofs that get a context
_LONGEST: Final = 400  # characters of one line


class ContextLine(Struct, frozen=True, kw_only=True):
    """One line near a line of a proof; `is_it` marks that line itself."""

    line: int
    event_at: str | None
    text: str
    is_it: bool


Contexts = Mapping[tuple[str, int], tuple[ContextLine, ...]]  # by file and line


def contexts_of(analysis: Analysis) -> Contexts:
    """Return the recognised lines around each line that a finding of `analysis` rests on.

    Returns:
        By file and line as in ReportV1. Lines that no event was made of are not there; numbers tell where some are left
        out.
    """
    wanted: dict[int, set[int]] = {}
    for place in list(_places(analysis))[:MOST]:
        wanted.setdefault(place.document_id, set()).add(place.line_from)
    if not wanted:
        return {}
    origins = dict(analysis.documents.select("document_id", "origin").iter_rows())
    logged = _logged(analysis, wanted)
    return {
        (inert(origins[document]), line): found
        for document, lines in wanted.items()
        if document in origins
        for line, found in _around(analysis, logged.filter(pl.col("document_id") == document), lines)
    }


def _places(analysis: Analysis) -> Iterable[Place]:
    for finding in analysis.findings:
        items = (*(item for clause in finding.clauses for item in clause.evidence), *finding.evidence)
        yield from (item.place for item in items if item.place.document_id >= 0)


def _logged(analysis: Analysis, documents: Iterable[int]) -> pl.DataFrame:
    """Return the numbers of the rows of `documents` that are lines, in the order of their lines."""
    rows = analysis.facts.frame(("document_id", "line_from", "kind")).with_row_index("row")
    ids = pl.Series(list(documents), dtype=pl.UInt32)
    return rows.filter(pl.col("document_id").is_in(ids.implode()) & ~is_kind(DERIVED_KINDS)).sort(
        "document_id", "line_from", maintain_order=True
    )


def _around(
    analysis: Analysis, logged: pl.DataFrame, lines: Iterable[int]
) -> Iterable[tuple[int, tuple[ContextLine, ...]]]:
    numbers = logged["line_from"]
    for line in sorted(lines):
        at = int(numbers.search_sorted(line))
        rows = logged["row"][max(0, at - BEFORE) : at + AFTER + 1]
        told = analysis.facts.frame(("line_from", "event_at", "excerpt"), rows)
        yield (
            line,
            tuple(
                ContextLine(
                    line=number, event_at=instant(moment), text=inert(text or "")[:_LONGEST], is_it=number == line
                )
                for number, moment, text in told.iter_rows()
            ),
        )
