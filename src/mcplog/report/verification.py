"""What became of each fault, as text and as JSON."""

from collections.abc import Sequence
from typing import Final

import msgspec
from msgspec import Struct

from mcplog.model.verification import Outcome, Verified
from mcplog.report.inert import inert
from mcplog.report.layout import BLANK, Ink, Line, Page, wrapped
from mcplog.report.paint import text
from mcplog.report.v1 import CertaintyWord, ClauseV1, SeverityWord, VerdictWord
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


class VerifiedV1(Struct, frozen=True, kw_only=True):
    """What became of the fault of one server.

    Attributes:
        server: The server.
        rule_id: The rule that found the fault before.
        outcome: What became of it; only `fixed` is a proof.
        severity: Of the rule.
        title: Title of the rule.
        reasons: Why, one sentence each.
        before: How sure the finding was before.
        after: How sure it is now; null when it is not found.
        verdict: On the server now; null when it does not occur.
        precondition: What the fault needs, as it was seen again.
    """

    server: str
    rule_id: str
    outcome: Outcome
    severity: SeverityWord
    title: str
    reasons: tuple[str, ...]
    before: CertaintyWord
    after: CertaintyWord | None
    verdict: VerdictWord | None
    precondition: tuple[ClauseV1, ...]


def verified_text(found: Sequence[Verified], page: Page) -> str:
    """Return what was `found` as text for `page`: outcome, reasons, and the lines that show the precondition."""
    lines: list[Line] = []
    for one in found:
        lines += [*([BLANK] if lines else []), *_lines(one, page)]
    return text(lines, page)


def verified_json(found: Sequence[Verified]) -> str:
    """Return what was `found` as one JSON object; its texts are inert."""
    whole = {"schema": SCHEMA, "verified": [_verified_v1(one) for one in found]}
    return msgspec.json.format(msgspec.json.encode(whole), indent=2).decode() + "\n"


def _verified_v1(one: Verified) -> VerifiedV1:
    return VerifiedV1(
        server=inert(one.server),
        rule_id=one.rule_id,
        outcome=one.outcome,
        severity=one.severity.value,
        title=inert(one.title),
        reasons=tuple(inert(reason) for reason in one.reasons),
        before=one.before.value,
        after=one.after.value if one.after else None,
        verdict=one.verdict.value if one.verdict else None,
        precondition=clauses_v1(one.clauses),
    )


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
