"""What a triage comes to: counts, clusters, what is undecided and why. Made from rows, one at a time."""

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct, field

from mcplog.model.vocabulary import SEVERITY_ORDER, Severity, Verdict
from mcplog.report.wording import PARTY_NAMES
from mcplog.triage.clusters import Cluster, cluster_of
from mcplog.triage.rows import CaseRow, FindingRow, ProblemRow, Row

SILENT = "The logs say nothing about any MCP server."
NOT_PROVEN = "Nothing failed, and no connection was seen to work."


def actors(responsible: Iterable[str]) -> str:
    """Return who has to act, for a reader who is none of them.

    Args:
        responsible: Parties.
    """
    return " or ".join("user" if party == "user" else PARTY_NAMES[party] for party in responsible)


class Kind(Struct, kw_only=True):
    """One kind of incident: in how many cases it was found."""

    rule: str
    title: str
    severity: str
    responsible: tuple[str, ...]
    confirmed: int = 0
    possible: int = 0


class Summary(Struct, kw_only=True):
    """Counts over cases.

    Attributes:
        cases: How many.
        documents: Their logs.
        lines: Their lines.
        bytes: Their bytes.
        verdicts: Cases by verdict.
        kinds: By rule, of the incidents that set the cases apart.
        severities: Cases by the severity of that incident.
        versions: Cases by client version.
        providers: Cases by provider.
        undecided: Cases that are neither an incident nor healthy, by the reason.
        undecided_cases: How many those are.
        clusters: By signature.
        problems: Inputs that could not be used, by what is wrong.
        problem_files: The first inputs with that, by what is wrong.
    """

    cases: int = 0
    documents: int = 0
    lines: int = 0
    bytes: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    kinds: dict[str, Kind] = field(default_factory=dict)
    severities: Counter[str] = field(default_factory=Counter)
    versions: Counter[str] = field(default_factory=Counter)
    providers: Counter[str] = field(default_factory=Counter)
    undecided: Counter[str] = field(default_factory=Counter)
    undecided_cases: int = 0
    clusters: dict[str, Cluster] = field(default_factory=dict)
    problems: Counter[str] = field(default_factory=Counter)
    problem_files: dict[str, str] = field(default_factory=dict)

    def worst_kinds(self) -> list[Kind]:
        """Return the kinds, the commonest first."""
        return sorted(self.kinds.values(), key=lambda kind: (-kind.confirmed - kind.possible, kind.rule))

    def severity_counts(self) -> list[tuple[str, int]]:
        """Return the severities that occur with their cases, the worst first."""
        return [(word, self.severities[word]) for word in reversed(SEVERITY_ORDER) if self.severities[word]]

    def add(self, row: Row) -> None:
        """Count `row`; rows of findings and marks change nothing."""
        if isinstance(row, CaseRow):
            self._add_case(row)
        elif isinstance(row, ProblemRow):
            self.problems[row.what] += 1
            self.problem_files.setdefault(row.what, row.file)

    def _add_case(self, case: CaseRow) -> None:
        self.cases += 1
        self.documents += case.documents
        self.lines += case.lines
        self.bytes += case.bytes
        self.verdicts[case.verdict] += 1
        self.versions.update(case.client_versions)
        self.providers.update(case.providers)
        if case.signature:
            self._add_incident(case)
        elif case.verdict in (Verdict.INCONCLUSIVE, Verdict.NO_EVIDENCE):
            self.undecided_cases += 1
            self.undecided.update(reasons(case))

    def _add_incident(self, case: CaseRow) -> None:
        severity = case.severity or Severity.INFORMATIONAL.value
        usual = Kind(rule=case.rule, title=case.title, severity=severity, responsible=case.responsible)
        kind = self.kinds.setdefault(case.rule, usual)
        kind.confirmed += case.certainty == "confirmed"
        kind.possible += case.certainty != "confirmed"
        self.severities[severity] += 1
        cluster_of(case, self.clusters).add(case)


def reasons(case: CaseRow) -> tuple[str, ...]:
    """Return why a case is undecided.

    Args:
        case: A case without an incident.
    """
    if case.verdict == Verdict.NO_EVIDENCE:
        return (SILENT,)
    return case.unknown or (NOT_PROVEN,)


def summary_of(rows: Iterable[Row]) -> Summary:
    """Return the summary of some rows.

    Args:
        rows: Taken one by one and not kept.
    """
    summary = Summary()
    for row in rows:
        if not isinstance(row, FindingRow):
            summary.add(row)
    return summary
