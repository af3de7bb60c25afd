"""A finding as a proof that can be checked by hand: each clause, its truth, and the bytes it rests on."""

from collections.abc import Iterable, Sequence
from typing import Final

from mcplog.report.clause_words import sentences
from mcplog.report.layout import BLANK, Ink, Line, Page, wrapped
from mcplog.report.paint import text
from mcplog.report.v1 import ClauseV1, EvidenceV1, FindingV1
from mcplog.report.wording import PARTIES, PARTY_NAMES, UNNAMED, Places, clock, day

_TRUTHS: Final = {"true": Ink.GOOD, "false": Ink.BAD, "unknown": Ink.OPEN}
_INDENT: Final = "   "


def proofs(findings: Sequence[FindingV1], page: Page) -> str:
    """Return each finding as a proof.

    Args:
        findings: What is to be proven; usually of one rule.
        page: What the text is laid out for.

    Returns:
        For each finding: what is claimed, every clause with its truth and evidence (whole path, line, bytes), how the
        verdict follows from them, and who has to act.
    """
    lines: list[Line] = []
    for finding in findings:
        lines += [*([BLANK] if lines else []), *proof_lines(finding, page)]
    return text(lines, page)


def nearest(findings: Sequence[FindingV1], page: Page) -> str:
    """Return what came nearest to a rule that was not found: each clause, and which of them fail.

    Args:
        findings: One a server: what is there, the failing clauses false.
        page: What the text is laid out for.
    """
    lines: list[Line] = []
    for finding in findings:
        head = [page.span(finding.rule, Ink.NAME), page.span(f" on {finding.server or UNNAMED}: not found. ")]
        failing = [str(number) for number, clause in enumerate(finding.clauses, 1) if clause.truth == "false"]
        which = f"clause {failing[0]} fails" if len(failing) == 1 else f"clauses {', '.join(failing)} fail"
        head.append(page.span(f"What comes nearest: {which}.", Ink.STRONG))
        lines += [*([BLANK] if lines else []), *wrapped(head, page.columns), BLANK, *_clauses(finding.clauses, page)]
    return text(lines, page)


def proof_lines(finding: FindingV1, page: Page) -> list[Line]:
    """Return one `finding` as a proof, in styled lines for `page`."""
    lines = [
        *_claim(finding, page),
        BLANK,
        *_clauses(finding.clauses, page),
        BLANK,
        *_conclusion(finding, page),
    ]
    for party, remedy in finding.remedy.items():
        lines += _paragraph(page, PARTY_NAMES[party], remedy)
    if finding.next_observation:
        lines += _paragraph(page, "next observation", finding.next_observation)
    if finding.references:
        lines += _paragraph(page, "references", "; ".join(finding.references))
    return lines


def _clauses(clauses: Sequence[ClauseV1], page: Page) -> list[Line]:
    told = enumerate(zip(clauses, sentences(clauses), strict=True), 1)
    return [line for number, (clause, said) in told for line in _clause(number, clause, said, page)]


def _clause(number: int, clause: ClauseV1, said: str, page: Page) -> list[Line]:
    """Return one clause: as written in the rule, its truth, what was seen and what would settle it."""
    lead = (page.span(f"{number}. ", Ink.FAINT), page.span(clause.truth, _TRUTHS[clause.truth]), page.span("  "))
    rest = (page.span(_INDENT),)
    lines = wrapped([page.span(clause.clause, Ink.NAME)], page.columns, first=lead, rest=rest)
    if said and clause.clause not in said:
        lines += wrapped([page.span(said)], page.columns, first=rest, rest=rest)
    for item in clause.evidence:
        lines += _evidence(item, page)
    if clause.settled_by:
        settled = [page.span("to settle it: ", Ink.OPEN), page.span(clause.settled_by)]
        lines += wrapped(settled, page.columns, first=rest, rest=rest)
    return lines


def _claim(finding: FindingV1, page: Page) -> list[Line]:
    head = [
        page.span(finding.rule, Ink.NAME),
        page.span(f" on {finding.server or UNNAMED}: "),
        page.span(finding.verdict, Ink.BAD if finding.verdict == "confirmed" else Ink.OPEN),
    ]
    return [*wrapped(head, page.columns), *wrapped([page.span(finding.cause or finding.title)], page.columns)]


def _conclusion(finding: FindingV1, page: Page) -> list[Line]:
    unknown = [str(number) for number, clause in enumerate(finding.clauses, 1) if clause.truth == "unknown"]
    if not unknown:
        why = "Every clause is true, so the finding is confirmed."
    else:
        which = f"Clause {unknown[0]} is" if len(unknown) == 1 else f"Clauses {', '.join(unknown)} are"
        why = f"{which} unknown and none is false, so the finding is possible and no more."
    who = " or ".join(PARTIES[party] for party in finding.responsible)
    return [*wrapped([page.span(why, Ink.STRONG)], page.columns), *_paragraph(page, "who acts", who)]


def _paragraph(page: Page, label: str, words: str) -> list[Line]:
    return wrapped([page.span(f"{label}: ", Ink.FAINT), page.span(words)], page.columns, rest=(page.span("  "),))


def _evidence(item: EvidenceV1, page: Page) -> list[Line]:
    lead = (page.span(_INDENT),)
    deeper = (page.span(_INDENT + "  "),)
    when = f"{day(item.event_at)} {clock(item.event_at)}  " if item.event_at else ""
    lines = wrapped([page.span(when, Ink.FAINT), page.span(item.excerpt)], page.columns, first=lead, rest=deeper)
    for word, where in _places(item):
        first = (*deeper, page.span(word, Ink.FAINT))
        lines += wrapped([page.span(where, Ink.FAINT)], page.columns, first=first, rest=deeper)
    return lines


def _places(item: EvidenceV1) -> Iterable[tuple[str, str]]:
    span = f"  bytes {item.byte_from}-{item.byte_to}" if item.byte_from is not None else ""
    yield "", f"{Places().said(item)}{span}"
    if item.also_at:
        yield "also ", Places().said(item.also_at)
