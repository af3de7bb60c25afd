"""A triage as a Markdown report: counts, clusters with what they share, what is undecided, what could not be used."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from mcplog.report.inert_markdown import markdown, markdown_cell
from mcplog.report.wording import RUNGS, counted
from mcplog.triage.baseline import Baseline, Change
from mcplog.triage.clusters import Cluster, largest_first
from mcplog.triage.summary import Summary, actors

MOST_ROWS: Final = 50
MOST_CASES: Final = 20  # of a cluster that are named


def markdown_lines(summary: Summary, baseline: Baseline | None) -> Iterator[str]:
    """Yield the lines of the report.

    Args:
        summary: What the triage comes to.
        baseline: What has changed since another one; null where none was named.
    """
    yield f"# Triage of {summary.cases:,} cases\n\n"
    yield f"{summary.documents:,} logs, {summary.lines:,} lines. {_listed(summary.verdicts)}.\n\n"
    yield from _kinds(summary)
    yield from _counted("Severity", Counter(dict(summary.severity_counts())))
    yield from _counted("Client version", summary.versions)
    yield from _counted("Provider", summary.providers)
    yield from _clusters(largest_first(summary.clusters))
    if summary.undecided_cases:
        yield f"## Undecided: {summary.undecided_cases:,} cases\n\n"
        yield from _counted("Why", summary.undecided)
    if baseline is not None:
        yield from _changes(baseline)
    if summary.problems:
        yield "## Could not be used\n\n"
        shown = {f"{what} ({summary.problem_files[what]})": count for what, count in summary.problems.items()}
        yield from _counted("What", Counter(shown), "inputs")


def _kinds(summary: Summary) -> Iterator[str]:
    if not summary.kinds:
        return
    yield "## Kinds\n\n| kind | cases | confirmed | severity | who acts |\n|---|--:|--:|---|---|\n"
    for kind in summary.worst_kinds():
        count = kind.confirmed + kind.possible
        who = actors(kind.responsible)
        cells = (f"{kind.rule}: {kind.title}", f"{count:,}", f"{kind.confirmed:,}", kind.severity, who)
        yield f"| {' | '.join(map(markdown_cell, cells))} |\n"
    yield "\n"


def _counted(head: str, counts: Counter[str], of: str = "cases") -> Iterator[str]:
    if not counts:
        return
    yield f"| {head} | {of} |\n|---|--:|\n"
    ranked = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    for word, count in ranked[:MOST_ROWS]:
        yield f"| {markdown_cell(word)} | {count:,} |\n"
    left = len(ranked) - MOST_ROWS
    yield f"\nand {left:,} more\n\n" if left > 0 else "\n"


def _clusters(clusters: Sequence[Cluster]) -> Iterator[str]:
    if not clusters:
        return
    yield f"## Likely duplicates: {counted(len(clusters), 'cluster')}\n\n"
    for cluster in clusters:
        yield f"### {markdown(cluster.title)}: {len(cluster.cases):,} cases\n\n"
        yield f"Signature {markdown(cluster.signature)}. Example: {markdown(cluster.shown.cause)}\n\n"
        for name, value, count in cluster.shared():
            yield f"- {name}: {markdown(RUNGS.get(value, value))} ({count:,} of {len(cluster.cases):,})\n"
        named = ", ".join(map(markdown, cluster.cases[:MOST_CASES]))
        left = len(cluster.cases) - MOST_CASES
        yield f"- cases: {named}{f' and {left:,} more' if left > 0 else ''}\n\n"


def _changes(baseline: Baseline) -> Iterator[str]:
    yield "## Since the baseline\n\n"
    groups: tuple[tuple[str, tuple[Change, ...]], ...] = (
        ("new", baseline.new),
        ("gone", baseline.gone),
        ("changed", baseline.changed),
    )
    for word, changes in groups:
        for change in changes[:MOST_ROWS]:
            states = " became ".join(markdown(state) for state in (change.before, change.now) if state)
            yield f"- {word}: {markdown(change.case)}: {states}\n"
        if len(changes) > MOST_ROWS:
            yield f"- {word}: {len(changes) - MOST_ROWS:,} more\n"
    yield f"- same: {baseline.same:,}\n\n"


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{count:,} {word}" for word, count in counts.most_common()) or "no case"
