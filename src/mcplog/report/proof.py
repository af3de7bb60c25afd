"""A finding as a proof that can be checked by hand: each clause, its truth, and the bytes it rests on."""

from collections.abc import Iterable, Sequence
from typing import Final

from mcplog.model.finding import NearMiss
from mcplog.report.clause_words import sentences
from mcplog.report.inert import inert
from mcplog.report.layout import BLANK, Ink, Line, Page, wrapped
from mcplog.report.paint import text
from mcplog.report.v1 import ClauseV1, EvidenceV1, FindingV1
from mcplog.report.view import clauses_v1
from mcplog.report.wording import UNNAMED, Places, by_party, clock, day, either

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


def near_misses(misses: Sequence[NearMiss], page: Page) -> str:
    """Return for each server what keeps a rule from being found.

    Args:
        misses: One a server.
        page: What the text is laid out for.

    Returns:
        The clauses that fail, with the lines they fail on; then those that are met, with what they rest on.
    """
    lines: list[Line] = []
    for miss in misses:
        lines += [*([BLANK] if lines else []), *_near_miss(miss, page)]
    return text(lines, page)


def _near_miss(miss: NearMiss, page: Page) -> list[Line]:
    head = [page.span(inert(miss.rule_id), Ink.NAME), page.span(f" on {inert(miss.server) or UNNAMED}: ")]
    if miss.certainty:
        return wrapped([*head, page.span(f"it was found, and is {miss.certainty}")], page.columns)
    failing = "this fails" if len(miss.failed) == 1 else f"these {len(miss.failed)} fail"
    lines = wrapped([*head, page.span(f"not found; {failing}:", Ink.STRONG)], page.columns)
    lines += _clauses(clauses_v1(miss.failed), page)
    if miss.met:
        lines += [BLANK, (page.span("The rest is there:", Ink.FAINT),), *_clauses(clauses_v1(miss.met), page)]
    return lines


def proof_lines(finding: FindingV1, page: Page) -> list[Line]:
    """Return one `finding` as a proof, in styled lines for `page`."""
    lines = [
        *_claim(finding, page),
        BLANK,
        *_clauses(finding.clauses, page),
        BLANK,
        *_conclusion(finding, page),
    ]
    for party, remedy in by_party(finding.remedy, finding.responsible):
        lines += _paragraph(page, party, remedy)
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
    if said and clause.clause not in said and clause.truth != "false":
        lines += wrapped([page.span(said)], page.columns, first=rest, rest=rest)
    for item in clause.evidence:
        lines += _evidence(item, page)
    if clause.settled_by:
        label = "because " if clause.truth == "false" else "to settle it: "
        settled = [page.span(label, Ink.OPEN), page.span(clause.settled_by)]
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
    who = either(finding.responsible)
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
