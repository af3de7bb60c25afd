"""Build ReportV1 from an analysis: servers and findings worst first, each finding once, every text inert."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from mcplog.model.document import Problem
from mcplog.model.finding import (
    Analysis,
    ClauseResult,
    Counts,
    Diagnosis,
    Evidence,
    Finding,
    HeldCredential,
    LadderRung,
    Moment,
    RedHerring,
)
from mcplog.model.place import Place
from mcplog.model.vocabulary import SEVERITY_ORDER, Certainty, Party, Verdict
from mcplog.report.inert import inert
from mcplog.report.v1 import (
    SCHEMA_VERSION,
    ClauseV1,
    CountsV1,
    EvidenceV1,
    FindingV1,
    HeldV1,
    MomentV1,
    PlaceV1,
    ProblemV1,
    RedHerringV1,
    ReportV1,
    RungV1,
    ServerV1,
    ToolV1,
)
from mcplog.report.wording import shared_folder

_VERDICT_ORDER: Final = (Verdict.INCIDENT, Verdict.INCONCLUSIVE, Verdict.NO_EVIDENCE, Verdict.HEALTHY)


def report_v1(analysis: Analysis, *, tool_version: str) -> ReportV1:
    """Return the view that every format prints.

    Args:
        analysis: The result of a run.
        tool_version: Version of mcplog.

    Returns:
        The report: servers and findings worst first, each finding once.
    """
    ranked = sorted(analysis.diagnoses, key=_badness)
    sources = _sources(analysis)
    return ReportV1(
        schema=SCHEMA_VERSION,
        tool=ToolV1(name="mcplog", version=tool_version),
        verdict=analysis.verdict.value,
        findings=tuple(found for one in ranked for found in _incidents(one)),
        consequences=tuple(_finding(found, "consequence") for one in ranked for found in one.consequences),
        rivals=tuple(_finding(found, "rival") for one in ranked for found in one.rivals),
        servers=tuple(_server(one, sources.get(one.case_id, "")) for one in ranked),
        counts=_counts(analysis.counts),
        problems=tuple(map(_problem, analysis.problems)),
        notes=_texts(analysis.notes),
        stores=_texts(analysis.stores),
    )


def findings_of(analysis: Analysis, rule: str) -> tuple[FindingV1, ...]:
    """Return every finding of one `rule` in `analysis`, whatever its role, in the order of the report."""
    report = report_v1(analysis, tool_version="")
    return tuple(found for found in (*report.findings, *report.consequences, *report.rivals) if found.rule == rule)


def clauses_v1(clauses: Iterable[ClauseResult]) -> tuple[ClauseV1, ...]:
    """Return the view of `clauses` that are shown by themselves."""
    return tuple(map(_clause, clauses))


def _badness(diagnosis: Diagnosis) -> tuple[int, int, int, str, int]:
    worst = max((SEVERITY_ORDER.index(found.severity) for found in _causes(diagnosis)), default=0)
    proven = any(found.certainty is Certainty.CONFIRMED for found in _causes(diagnosis))
    return (_VERDICT_ORDER.index(diagnosis.verdict), -worst, -int(proven), diagnosis.server, diagnosis.case_id)


def _causes(diagnosis: Diagnosis) -> tuple[Finding, ...]:
    return ((diagnosis.primary,) if diagnosis.primary else ()) + diagnosis.further


def _incidents(diagnosis: Diagnosis) -> Iterable[FindingV1]:
    if diagnosis.primary:
        yield _finding(diagnosis.primary, "primary")
    yield from (_finding(found, "further") for found in diagnosis.further)


def _finding(finding: Finding, role: str) -> FindingV1:
    return FindingV1(
        rule=inert(finding.rule_id),
        title=inert(finding.title),
        server=inert(finding.server),
        case_id=finding.case_id,
        verdict=finding.certainty.value,
        severity=finding.severity.value,
        responsible=tuple(party.value for party in finding.responsible),
        role=role,
        primary=role == "primary",
        cause=inert(finding.cause),
        remedy={party.value: inert(finding.remedy[party]) for party in Party if party in finding.remedy},
        next_observation=inert(finding.next_observation),
        clauses=tuple(map(_clause, finding.clauses)),
        evidence=tuple(map(_evidence, finding.evidence)),
        occurrences=finding.occurrences,
        first_at=instant(finding.first_at),
        last_at=instant(finding.last_at),
        rivals=_texts(finding.rivals),
        references=_texts(finding.references),
        signature=inert(finding.signature),
        suppressed=inert(finding.suppressed),
    )


def _clause(clause: ClauseResult) -> ClauseV1:
    return ClauseV1(
        clause=inert(clause.clause),
        truth=clause.truth.value,
        note=inert(clause.note),
        settled_by=inert(clause.settled_by),
        evidence=tuple(map(_evidence, clause.evidence)),
    )


def _evidence(evidence: Evidence) -> EvidenceV1:
    return EvidenceV1(
        file=inert(evidence.place.origin),
        line=evidence.place.line_from,
        line_to=evidence.place.line_to,
        byte_from=evidence.place.byte_from,
        byte_to=evidence.place.byte_to,
        event_at=instant(evidence.event_at),
        kind=inert(evidence.kind),
        excerpt=inert(evidence.excerpt),
        role=evidence.role,
        step=inert(evidence.step),
        also_at=_maybe_place(evidence.also_at),
    )


def _sources(analysis: Analysis) -> dict[int, str]:
    """Return for each case how it is called: by its name, else after where its logs lie."""
    names: dict[int, list[str]] = {}
    for case_id, origin in analysis.documents.select("case_id", "origin").iter_rows():
        names.setdefault(case_id, []).append(inert(origin))
    places = {case_id: of[0] if len(of) == 1 else shared_folder(of) for case_id, of in names.items()}
    return places | {case_id: inert(name) for case_id, name in enumerate(analysis.case_names) if name}


def _server(diagnosis: Diagnosis, source: str) -> ServerV1:
    first = diagnosis.first_rung_not_reached
    return ServerV1(
        server=inert(diagnosis.server),
        case_id=diagnosis.case_id,
        source=source,
        verdict=diagnosis.verdict.value,
        summary=inert(diagnosis.summary),
        final_state=diagnosis.final_state.value,
        client_versions=_texts(diagnosis.client_versions),
        ladder=tuple(map(_rung, diagnosis.ladder)),
        first_rung_not_reached=_rung(first) if first else None,
        moments=tuple(map(_moment, diagnosis.moments)),
        credentials=tuple(map(_held, diagnosis.credentials)),
        unknown=_texts(diagnosis.unknown),
        collect=_texts(diagnosis.collect),
        red_herrings=tuple(map(_red_herring, diagnosis.red_herrings)),
        known_issues=_texts(diagnosis.known_issues),
    )


def _rung(rung: LadderRung) -> RungV1:
    return RungV1(
        rung=rung.rung.value,
        state=rung.state.value,
        responsible=rung.responsible.value,
        place=_maybe_place(rung.place),
        note=inert(rung.note),
    )


def _red_herring(line: RedHerring) -> RedHerringV1:
    return RedHerringV1(
        place=_place(line.place), excerpt=inert(line.excerpt), reason=inert(line.reason), count=line.count
    )


def _moment(moment: Moment) -> MomentV1:
    return MomentV1(
        event_at=instant(moment.event_at),
        lane=moment.lane,
        text=inert(moment.text),
        place=_place(moment.place),
        decisive=moment.decisive,
    )


def _held(held: HeldCredential) -> HeldV1:
    return HeldV1(
        moment=inert(held.moment),
        event_at=instant(held.event_at),
        known=held.known,
        facts={inert(name): inert(value) for name, value in held.facts},
        place=_maybe_place(held.place),
    )


def _problem(problem: Problem) -> ProblemV1:
    return ProblemV1(file=inert(problem.origin), line=problem.line, what=inert(problem.what), hint=inert(problem.hint))


def _counts(counts: Counts) -> CountsV1:
    return CountsV1(
        documents=counts.documents,
        lines=counts.lines,
        bytes=counts.bytes,
        entries=counts.entries,
        events=counts.events,
        unrecognised=counts.unrecognised,
        stores=counts.stores,
        snapshots=counts.snapshots,
    )


def _place(place: Place) -> PlaceV1:
    return PlaceV1(
        file=inert(place.origin),
        line=place.line_from,
        line_to=place.line_to,
        byte_from=place.byte_from,
        byte_to=place.byte_to,
    )


def _maybe_place(place: Place | None) -> PlaceV1 | None:
    return _place(place) if place else None


def _texts(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(inert, texts))


def instant(moment: datetime | None) -> str | None:
    """Return `moment` as `2026-11-25T08:20:00.000Z`, or null."""
    if moment is None:
        return None
    text = moment.isoformat(timespec="milliseconds")
    if not text.endswith("+00:00"):
        text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return f"{text[:-6]}Z"
