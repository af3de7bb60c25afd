"""From the cases of a batch to their rows: one evaluation for all of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import polars as pl
from msgspec import Struct
from msgspec.structs import replace

from mcplog.diagnose.signature import distinguishing, signatures_of
from mcplog.diagnose.verdicts import overall_verdict
from mcplog.knowledge.providers import load_providers, provider_of
from mcplog.model.document import Problem
from mcplog.model.facts import Facts
from mcplog.model.finding import Analysis, Diagnosis, Finding
from mcplog.model.rule import CompiledRule
from mcplog.model.vocabulary import Truth
from mcplog.pipeline import Choice, run
from mcplog.report.inert import inert
from mcplog.report.view import instant
from mcplog.report.wording import UNNAMED
from mcplog.sources.case import Case
from mcplog.sources.gather import numbered
from mcplog.sources.inputs import changes_while_reading
from mcplog.triage.rows import CaseRow, FindingRow, ProblemRow, Row
from mcplog.triage.tokens import Tokens

EVERYTHING: Final = 1 << 30
READ: Final = ("case_id", "oauth_error", "http_status", "url", "configured_url", "held_issuer")
URLS: Final = ("url", "configured_url", "held_issuer")
REFUSALS_FROM: Final = 400
MOST_TOLD: Final = 3  # of the problems of one input
INSIDE: Final = "!"  # between an archive and the name of what is in it


class Named(Struct, frozen=True, kw_only=True):
    """A case with what its rows call it.

    Attributes:
        case: The case.
        name: What it is called.
        source: Where it lies.
    """

    case: Case
    name: str
    source: str


class Features(Struct, frozen=True, kw_only=True):
    """What the logs of a case show that two reports of one fault may share."""

    oauth_errors: tuple[str, ...] = ()
    http_statuses: tuple[int, ...] = ()
    providers: tuple[str, ...] = ()


def judge(
    named: Sequence[Named], rules: Sequence[CompiledRule], *, key: bytes, with_findings: bool
) -> list[tuple[Row, ...]]:
    """Return the rows of each case.

    Args:
        named: The cases; all of them are evaluated together, and none by another's evidence.
        rules: The rules.
        key: Key of the fingerprints; what the rows say does not depend on it.
        with_findings: A row for each finding behind that of its case.
    """
    usable = [one for one in named if not one.case.is_empty]
    inputs = numbered([replace(one.case, problems=(), notes=()) for one in usable], None)
    told = {id(one): list(one.case.problems) for one in named}
    rows: dict[int, tuple[Row, ...]] = {}
    if usable:
        choice = Choice(most_detailed=EVERYTHING, briefly=True)
        analysis = run(inputs.documents, inputs.dumps, rules, key=key, choice=choice, problems=inputs.problems)
        owners = _owners(analysis, usable)
        for problem in (*analysis.problems, *changes_while_reading(inputs)):
            told[id(usable[owners.get(problem.origin, 0)])].append(problem)
        problems = [list(_problem_rows(one.name, told[id(one)])) for one in usable]
        made = _cases(analysis, usable, [len(of) for of in problems], with_findings=with_findings)
        rows = {id(one): (*case, *of) for one, case, of in zip(usable, made, problems, strict=True)}
    return [rows.get(id(one)) or tuple(_problem_rows(one.name, told[id(one)])) for one in named]


def _owners(analysis: Analysis, usable: Sequence[Named]) -> dict[str, int]:
    """Return by the name of an input which case it is of."""
    owners = {store.origin: number for number, one in enumerate(usable) for store in one.case.stores}
    return owners | dict(analysis.documents.select("origin", "case_id").iter_rows())


def _problem_rows(case: str, problems: Iterable[Problem]) -> Iterator[ProblemRow]:
    """Yield one row for each input with problems; those of the members of an archive are the archive's."""
    by_file: dict[str, list[Problem]] = {}
    for problem in problems:
        by_file.setdefault(problem.origin.partition(INSIDE)[0], []).append(problem)
    for file, found in by_file.items():
        words = list(dict.fromkeys(_said(problem, file) for problem in found))
        more = f"; and {len(words) - MOST_TOLD} more" if len(words) > MOST_TOLD else ""
        yield ProblemRow(
            case=inert(case),
            file=inert(file),
            line=found[0].line if len(found) == 1 else None,
            what=inert("; ".join(words[:MOST_TOLD]) + more),
            hint=inert(next((problem.hint for problem in found if problem.hint), "")),
        )


def _said(problem: Problem, file: str) -> str:
    inside = problem.origin.removeprefix(file).removeprefix(INSIDE)
    return f"{inside}: {problem.what}" if inside else problem.what


def _cases(
    analysis: Analysis, usable: Sequence[Named], problems: Sequence[int], *, with_findings: bool
) -> Iterator[tuple[Row, ...]]:
    of_cases: dict[int, list[Diagnosis]] = {}
    for diagnosis in analysis.diagnoses:
        of_cases.setdefault(diagnosis.case_id, []).append(diagnosis)
    sizes = _sizes(analysis)
    features = _features(analysis.facts)
    for case_id, one in enumerate(usable):
        diagnoses, tokens = of_cases.get(case_id, []), Tokens()
        case = _case(one, diagnoses, features.get(case_id, Features()), tokens)
        case = replace(case, problems=problems[case_id], stores=len(one.case.stores), **sizes.get(case_id, {}))
        found = tuple(_findings(one, diagnoses, tokens)) if with_findings else ()
        yield (case, *found)


def _sizes(analysis: Analysis) -> dict[int, dict[str, int]]:
    told = analysis.documents.group_by("case_id").agg(
        documents=pl.len(), lines=pl.col("line_count").sum(), bytes=pl.col("byte_count").sum()
    )
    return {row.pop("case_id"): row for row in told.to_dicts()}


def _features(facts: Facts) -> dict[int, Features]:
    status = pl.col("http_status")
    shown = (
        facts.frame(READ)
        .group_by("case_id")
        .agg(
            pl.col("oauth_error").drop_nulls().unique(),
            status.filter(status >= REFUSALS_FROM).unique(),
            *(pl.col(name).drop_nulls().unique() for name in URLS),
        )
    )
    providers = load_providers()
    known: dict[str, str] = {}

    def provider(url: str) -> str:
        if url not in known:
            found = provider_of(url, providers)
            known[url] = found.id if found else ""
        return known[url]

    return {
        row["case_id"]: Features(
            oauth_errors=tuple(sorted(map(inert, row["oauth_error"]))),
            http_statuses=tuple(sorted(row["http_status"])),
            providers=tuple(sorted({provider(url) for name in URLS for url in row[name]} - {""})),
        )
        for row in shown.to_dicts()
    }


def _case(one: Named, diagnoses: Sequence[Diagnosis], features: Features, tokens: Tokens) -> CaseRow:
    chosen = distinguishing(diagnoses)
    looked_at = next((it for it in diagnoses if chosen in it.findings), diagnoses[0] if diagnoses else None)
    rung = looked_at.first_rung_not_reached if looked_at else None
    return CaseRow(
        case=inert(one.name),
        source=inert(one.source),
        issue=inert(one.case.issue),
        verdict=overall_verdict(it.verdict for it in diagnoses).value,
        signatures=signatures_of(diagnoses),
        server=inert(looked_at.server) if looked_at else "",
        servers=tuple(dict.fromkeys(inert(it.server or UNNAMED) for it in diagnoses)),
        final_state=looked_at.final_state.value if looked_at else "unknown",
        rung=rung.rung.value if rung else "",
        client_versions=tuple(sorted({inert(version) for it in diagnoses for version in it.client_versions})),
        unknown=_texts(looked_at.unknown if looked_at else (), tokens),
        collect=_texts(looked_at.collect if looked_at else (), tokens),
        known_issues=tuple(map(inert, looked_at.known_issues)) if looked_at else (),
        oauth_errors=features.oauth_errors,
        http_statuses=features.http_statuses,
        providers=features.providers,
        **(_incident(chosen, tokens) if chosen else {}),
    )


def _incident(finding: Finding, tokens: Tokens) -> Mapping[str, Any]:
    """Return the fields of a case that its distinguishing incident fills."""
    first = finding.evidence[0]
    return {
        "signature": finding.signature,
        "rule": inert(finding.rule_id),
        "title": inert(finding.title),
        "certainty": finding.certainty.value,
        "severity": finding.severity.value,
        "responsible": tuple(party.value for party in finding.responsible),
        "cause": _text(finding.cause, tokens),
        "remedy": tuple(
            f"{party.value}: {inert(finding.remedy[party])}" for party in finding.responsible if party in finding.remedy
        ),
        "file": inert(first.place.origin),
        "line": first.place.line_from,
        "excerpt": _text(first.excerpt, tokens),
        "first_at": instant(finding.first_at),
        "last_at": instant(finding.last_at),
    }


def _findings(one: Named, diagnoses: Sequence[Diagnosis], tokens: Tokens) -> Iterator[FindingRow]:
    for diagnosis in diagnoses:
        groups = (
            ("primary", (diagnosis.primary,) if diagnosis.primary else ()),
            ("further", diagnosis.further),
            ("consequence", diagnosis.consequences),
            ("rival", diagnosis.rivals),
        )
        versions = tuple(map(inert, diagnosis.client_versions))
        for role, findings in groups:
            for finding in findings:
                yield _finding(one, finding, role, versions, tokens)


def _finding(one: Named, finding: Finding, role: str, versions: tuple[str, ...], tokens: Tokens) -> FindingRow:
    first = finding.evidence[0]
    open_clauses = (clause.clause for clause in finding.clauses if clause.truth is Truth.UNKNOWN)
    return FindingRow(
        case=inert(one.name),
        source=inert(one.source),
        server=inert(finding.server),
        rule=inert(finding.rule_id),
        title=inert(finding.title),
        verdict=finding.certainty.value,
        severity=finding.severity.value,
        responsible=tuple(party.value for party in finding.responsible),
        role=role,
        signature=finding.signature,
        cause=_text(finding.cause, tokens),
        next_observation=_text(finding.next_observation, tokens),
        file=inert(first.place.origin),
        line=first.place.line_from,
        excerpt=_text(first.excerpt, tokens),
        occurrences=finding.occurrences,
        first_at=instant(finding.first_at),
        last_at=instant(finding.last_at),
        unknown_clauses=tuple(map(inert, open_clauses)),
        client_versions=versions,
    )


def _text(text: str, tokens: Tokens) -> str:
    return inert(tokens.numbered(text))


def _texts(texts: Iterable[str], tokens: Tokens) -> tuple[str, ...]:
    return tuple(_text(text, tokens) for text in texts)
