"""Say whether a fault is gone: what it needs was seen again, the fault was not, and the server works.

Not to see a fault is no proof. It counts when the fault was given its chance: the rule's precondition held again, the
step of the sign-in that failed before was reached, and no part of the log is missing. Everything less is said as less.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import polars as pl
from msgspec.structs import replace

from mcplog.diagnose.lines import servers_of
from mcplog.diagnose.verdicts import standings
from mcplog.model.facts import Facts
from mcplog.model.finding import Analysis, ClauseResult, Diagnosis, Finding
from mcplog.model.rule import CompiledRule
from mcplog.model.verification import Outcome, Verified
from mcplog.model.vocabulary import FinalState, GapReason, Rung, RungState, Severity, Truth, Verdict
from mcplog.rules.precondition import Precondition, precondition_seen

STEPS: Final = tuple(Rung)[: tuple(Rung).index(Rung.LIST) + 1]  # of a sign-in, one behind the other
GAPS: Final = (
    GapReason.CUT,
    GapReason.NARROWED,
    GapReason.TOO_LONG,
    GapReason.UNDECODABLE,
    GapReason.ROTATED,
    GapReason.LIMIT,
)


def verify(
    before: Analysis,
    after: Analysis,
    rules: Sequence[CompiledRule],
    *,
    server: str | None = None,
    rule_id: str | None = None,
) -> tuple[Verified, ...]:
    """Return what became of the faults of a first recording in a second one.

    Args:
        before: The recording that shows the faults.
        after: The recording that is to show that they are gone.
        rules: The rules that both were analysed with.
        server: Only the faults of this server; null for all.
        rule_id: Only what this rule found, a consequence too; null for the primary finding of each server.

    Returns:
        One for each fault, in the order of the first report.
    """
    known = {rule.id: rule for rule in rules}
    return tuple(
        _verified(finding, diagnosis, before, after, known[finding.rule_id])
        for diagnosis in before.diagnoses
        if server in (None, diagnosis.server)
        for finding in _faults(diagnosis, rule_id)
        if finding.rule_id in known
    )


def _faults(diagnosis: Diagnosis, rule_id: str | None) -> list[Finding]:
    if rule_id is not None:
        return [finding for finding in diagnosis.findings if finding.rule_id == rule_id]
    return [diagnosis.primary] if diagnosis.primary and diagnosis.primary.severity != Severity.INFORMATIONAL else []


def _verified(
    finding: Finding, diagnosis: Diagnosis, before: Analysis, after: Analysis, rule: CompiledRule
) -> Verified:
    now = [one for one in after.diagnoses if one.server == finding.server]
    again = [item for one in now for item in one.findings if item.rule_id == finding.rule_id]
    verdict = next((one.verdict for one in now), None)
    made = Verified(
        server=finding.server,
        rule_id=finding.rule_id,
        title=finding.title,
        severity=finding.severity,
        outcome=Outcome.STILL_FAILING,
        reasons=(),
        before=finding.certainty,
        after=again[0].certainty if again else None,
        verdict=verdict,
    )
    if again:
        place = again[0].evidence[0].place
        return _with(made, Outcome.STILL_FAILING, f"It is found again, {again[0].certainty}, at {place}.")
    if not now:
        return _with(made, Outcome.PRECONDITION_NOT_SEEN, "The second recording says nothing of this server.")
    moved = _other_address(finding.server, before, after)
    if moved:
        return _with(made, Outcome.PRECONDITION_NOT_SEEN, moved)
    seen = precondition_seen(rule, after.events, documents=after.documents, server=finding.server)
    return _without_fault(made, now[0], diagnosis, after, seen)


def _without_fault(
    made: Verified, now: Diagnosis, before: Diagnosis, after: Analysis, seen: Precondition | None
) -> Verified:
    if seen is not None and seen.truth is Truth.FALSE:
        return _with(made, Outcome.PRECONDITION_NOT_SEEN, "What the fault needs did not happen again.")
    rung = _failed_rung(before)
    if rung is not None and not _is_tried(now, rung) and (seen is None or now.ladder):
        reason = f"The step that failed before ({rung}) was not taken."
        return _with(made, Outcome.PRECONDITION_NOT_SEEN, reason)
    doubts = list(_doubts(now, after, seen, is_tried=seen is not None or rung is not None))
    clauses = () if seen is None else seen.clauses
    if doubts:
        return _with(made, Outcome.NOT_REPRODUCED, *doubts, clauses=clauses)
    reasons = ["What the fault needs happened again, and the fault did not."] if seen is not None else []
    reasons += [f"The step that failed before ({rung}) was taken."] if rung is not None else []
    return _with(made, Outcome.FIXED, *reasons, "The server works when the log ends.", clauses=clauses)


def _doubts(now: Diagnosis, after: Analysis, seen: Precondition | None, *, is_tried: bool) -> Iterator[str]:
    if not is_tried:
        yield "Nothing shows that the fault was given a chance: the rule names no precondition."
    if seen is not None and seen.truth is Truth.UNKNOWN:
        yield "Whether what the fault needs happened again is not known."
    if seen is not None and seen.order is not None and not _works_since(seen.order, now, after):
        yield "Nothing shows that the server worked after what the fault needs had happened."
    if now.primary is not None and now.verdict is Verdict.INCIDENT:
        yield f"Another fault is found now: {now.primary.title} ({now.primary.rule_id})."
    elif now.verdict is not Verdict.HEALTHY:
        yield "The second recording does not prove that the server works."
    documents = after.documents.filter(pl.col("case_id") == now.case_id)["document_id"]
    gaps = after.gaps.filter(pl.col("document_id").is_in(documents.implode()), pl.col("reason").is_in(list(GAPS)))
    if not gaps.is_empty():
        yield f"Parts of the second recording are missing ({', '.join(sorted(set(gaps['reason'].to_list())))})."


def _works_since(order: int, now: Diagnosis, after: Analysis) -> bool:
    """Say whether a server was seen to work behind a place in the stream, and not to fail after that."""
    is_behind = (pl.col("server") == now.server) & (pl.col("case_id") == now.case_id) & (pl.col("order") > order)
    rows = after.facts.frame(["server", "case_id", "order"]).select(is_behind).to_series()
    behind = Facts(rows=after.facts.rows.filter(rows), shared=after.facts.shared)
    standing = standings(behind, servers_of(behind)).get((now.case_id, now.server))
    return standing is not None and standing.state is FinalState.WORKING


def _failed_rung(diagnosis: Diagnosis) -> Rung | None:
    """Return the step of the sign-in that was seen to fail; null when none was."""
    return next((rung.rung for rung in diagnosis.ladder if rung.state is RungState.FAILED), None)


def _is_tried(diagnosis: Diagnosis, rung: Rung) -> bool:
    """Say whether a step was taken, well or not; up to the list of tools, one that is reached tells of all before."""
    if not diagnosis.ladder:  # of a server that works there is none; what lies behind the list of tools is left open
        return diagnosis.verdict is Verdict.HEALTHY and rung in STEPS
    telling = {rung, *(STEPS[STEPS.index(rung) :] if rung in STEPS else ())}
    states = {one.rung: one.state for one in diagnosis.ladder}
    is_reached = any(states.get(one) is RungState.REACHED for one in telling)
    return is_reached or states.get(rung) is RungState.FAILED


def _other_address(server: str, before: Analysis, after: Analysis) -> str:
    """Return a sentence when both recordings name the server's address, and it is not the same."""
    one, other = _addresses(server, before), _addresses(server, after)
    if not one or not other or one & other:
        return ""
    return f"It is another server now: {', '.join(sorted(other))} and not {', '.join(sorted(one))}."


def _addresses(server: str, analysis: Analysis) -> set[str]:
    facts = analysis.facts.frame(("server", "configured_url", "held_server_url"))
    own = facts.filter(pl.col("server") == server)
    told = [*own["configured_url"].unique().to_list(), *own["held_server_url"].unique().to_list()]
    return {str(url).rstrip("/") for url in told if url}


def _with(made: Verified, outcome: Outcome, *reasons: str, clauses: tuple[ClauseResult, ...] = ()) -> Verified:
    return replace(made, outcome=outcome, reasons=reasons, clauses=clauses)
