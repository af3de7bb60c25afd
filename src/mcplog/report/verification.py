"""What became of each fault, as text and as JSON."""

import json
from collections.abc import Sequence
from typing import Final

import msgspec

from mcplog.model.verification import Outcome, Verified
from mcplog.report.inert import inert
from mcplog.report.layout import BLANK, Ink, Line, Page, wrapped
from mcplog.report.paint import text
from mcplog.report.view import clauses_v1

SCHEMA: Final = "verify/1"
_INDENT: Final = "   "
_OUTCOMES: Final = {
    Outcome.FIXED: ("FIXED", Ink.GOOD),
    Outcome.NOT_REPRODUCED: ("NOT REPRODUCED", Ink.OPEN),
    Outcome.PRECONDITION_NOT_SEEN: ("PRECONDITION NOT SEEN", Ink.OPEN),
    Outcome.STILL_FAILING: ("STILL FAILING", Ink.BAD),
}
_TRUTHS: Final = {"true": Ink.GOOD, "false": Ink.BAD, "unknown": Ink.OPEN}


def verified_text(found: Sequence[Verified], page: Page) -> str:
    """Return what was `found` as text for `page`: outcome, reasons, and the lines that show the precondition."""
    lines: list[Line] = []
    for one in found:
        lines += [*([BLANK] if lines else []), *_lines(one, page)]
    return text(lines, page)


def verified_json(found: Sequence[Verified]) -> str:
    """Return what was `found` as one JSON object; its texts are inert."""
    rows = [
        {
            "server": inert(one.server),
            "rule_id": one.rule_id,
            "outcome": one.outcome,
            "severity": one.severity,
            "title": inert(one.title),
            "reasons": [inert(reason) for reason in one.reasons],
            "before": one.before,
            "after": one.after,
            "verdict": one.verdict,
            "precondition": msgspec.to_builtins(clauses_v1(one.clauses)),
        }
        for one in found
    ]
    return json.dumps({"schema": SCHEMA, "verified": rows}, indent=2) + "\n"


def _lines(one: Verified, page: Page) -> list[Line]:
    word, ink = _OUTCOMES[one.outcome]
    head = [page.span(f"{one.server}: " if one.server else "", Ink.NAME), page.span(one.title, Ink.STRONG)]
    head.append(page.span(f" ({one.rule_id}, {one.before} before)"))
    indent = (page.span(_INDENT),)
    lines = wrapped(head, page.columns, first=(page.span(f"{word}  ", ink),), rest=indent)
    for reason in one.reasons:
        lines += wrapped([page.span(reason)], page.columns, first=indent, rest=indent)
    for clause in clauses_v1(one.clauses):
        mark = (page.span(_INDENT), page.span(clause.truth, _TRUTHS[clause.truth]), page.span("  "))
        lines += wrapped([page.span(clause.clause)], page.columns, first=mark, rest=(page.span(_INDENT * 2),))
        for item in clause.evidence:
            said = f"{item.file}:{item.line}  {item.excerpt}"
            double = (page.span(_INDENT * 2),)
            lines += wrapped([page.span(said, Ink.FAINT)], page.columns, first=double, rest=double)
    return lines
