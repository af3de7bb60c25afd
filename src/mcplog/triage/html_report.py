"""A triage as one HTML page: counts, kinds, likely duplicates, and a table of cases that can be sorted and filtered.

The page is made like that of `mcplog analyze --format html`: one file, no outside address, every text escaped.
"""

import heapq
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct

from mcplog.model.vocabulary import SEVERITY_ORDER, Verdict
from mcplog.report.formats.html import document
from mcplog.report.wording import RUNGS
from mcplog.triage.baseline import Baseline
from mcplog.triage.clusters import Cluster, largest_first
from mcplog.triage.rows import CaseRow, Row
from mcplog.triage.summary import Kind, Summary, actors, reasons

MOST_CASES: Final = 3_000  # rows of the table, the worst; a browser opens them at once
MOST_KINDS: Final = 60
MOST_CLUSTERS: Final = 100
MOST_NAMED: Final = 30  # cases of a cluster


class Share(Struct, frozen=True, kw_only=True):
    """A value with how many cases have it, and its share of the largest, in percent."""

    word: str
    count: int
    percent: float


class Case(Struct, frozen=True, kw_only=True):
    """A row of the table: its case, what is the matter, and who has to act."""

    row: CaseRow
    matter: str
    who: str
    weight: int


class ClusterPart(Struct, frozen=True, kw_only=True):
    """Likely duplicates: what they are, what they share beyond it, and their names."""

    title: str
    rule: str
    signature: str
    who: str
    count: int
    cause: str
    shared: tuple[str, ...]
    cases: tuple[str, ...]
    left: int


def html_page(summary: Summary, rows: Iterable[Row], baseline: Baseline | None, *, tool: str) -> str:
    """Return the page.

    Args:
        summary: What the triage comes to.
        rows: Of a journal, taken one by one; the worst cases are kept.
        baseline: What has changed since another one; null where none was named.
        tool: Name and version of what made it.
    """
    cases = (row for row in rows if isinstance(row, CaseRow))
    kept = heapq.nsmallest(MOST_CASES, enumerate(cases), key=lambda pair: (*_badness(pair[1]), pair[0]))
    clusters = largest_first(summary.clusters)
    return document(
        "triage.html",
        tool=tool,
        summary=summary,
        verdicts=_verdicts(summary),
        kinds=_kinds(summary),
        severities=summary.severity_counts(),
        versions=_shares(summary.versions),
        providers=_shares(summary.providers),
        undecided=_shares(summary.undecided),
        clusters=[_cluster(cluster) for cluster in clusters[:MOST_CLUSTERS]],
        clusters_left=max(0, len(clusters) - MOST_CLUSTERS),
        cases=[_case(row) for _, row in kept],
        cases_left=summary.cases - len(kept),
        problems=_shares(summary.problems),
        problem_files=summary.problem_files,
        baseline=baseline,
        changes=_changes(baseline),
    )


def _verdicts(summary: Summary) -> list[Share]:
    counts = [(word.value, summary.verdicts[word]) for word in Verdict if summary.verdicts[word]]
    return [Share(word=word, count=count, percent=_percent(count, summary.cases)) for word, count in counts]


def _kinds(summary: Summary) -> list[tuple[Kind, str, float]]:
    """Return each kind, who has to act, and its share of the commonest."""
    kinds = summary.worst_kinds()[:MOST_KINDS]
    most = max((kind.confirmed + kind.possible for kind in kinds), default=1)
    return [(kind, actors(kind.responsible), _percent(kind.confirmed + kind.possible, most)) for kind in kinds]


def _percent(count: int, of: int) -> float:
    return round(100 * count / max(1, of), 2)


def _shares(counts: Counter[str], most: int = 20) -> list[Share]:
    ranked = sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:most]
    largest = ranked[0][1] if ranked else 1
    return [Share(word=word, count=count, percent=_percent(count, largest)) for word, count in ranked]


def _badness(case: CaseRow) -> tuple[int, int, int]:
    """Return what cases are ordered by: verdict, then severity, then certainty; the smallest is the worst."""
    order = [Verdict.INCIDENT, Verdict.INCONCLUSIVE, Verdict.NO_EVIDENCE, Verdict.HEALTHY]
    return (order.index(Verdict(case.verdict)), -_weight(case), int(case.certainty != "confirmed"))


def _weight(case: CaseRow) -> int:
    words = [severity.value for severity in SEVERITY_ORDER]
    return words.index(case.severity) if case.severity in words else -1


def _case(row: CaseRow) -> Case:
    undecided = row.verdict in (Verdict.INCONCLUSIVE, Verdict.NO_EVIDENCE)
    matter = row.cause or row.title or (reasons(row)[0] if undecided else "")
    return Case(row=row, matter=matter, who=actors(row.responsible), weight=_weight(row))


def _cluster(cluster: Cluster) -> ClusterPart:
    shared = (f"{name}: {RUNGS.get(value, value)} ({count:,})" for name, value, count in cluster.shared())
    return ClusterPart(
        title=cluster.title,
        rule=cluster.rule,
        signature=cluster.signature,
        who=actors(cluster.responsible),
        count=len(cluster.cases),
        cause=cluster.shown.cause,
        shared=tuple(shared),
        cases=tuple(cluster.cases[:MOST_NAMED]),
        left=max(0, len(cluster.cases) - MOST_NAMED),
    )


def _changes(baseline: Baseline | None) -> Sequence[tuple[str, str, str, str]]:
    if baseline is None:
        return ()
    groups = (("new", baseline.new), ("gone", baseline.gone), ("changed", baseline.changed))
    return [(word, one.case, one.before, one.now) for word, changes in groups for one in changes[:MOST_KINDS]]
