"""From an analysis to what the user gets: the report in a format, the problems, the exit code."""

import sys
from collections.abc import Iterable
from pathlib import Path

from mcplog import __version__
from mcplog.cli.formats import renderer
from mcplog.cli.output import write
from mcplog.cli.terminal import page_for
from mcplog.model.finding import Analysis
from mcplog.report.v1 import FindingV1, ProblemV1
from mcplog.report.view import report_v1


def end(
    analysis: Analysis,
    form: str,
    output: Path | None,
    *,
    width: int | None,
    fail_on: str | None,
    baseline: Path | None = None,
) -> int:
    """Write the report on `analysis` and return the exit code.

    Args:
        analysis: What was found.
        form: Name of the output format.
        output: File to write to; null for standard output.
        width: Columns; null for those of the terminal.
        fail_on: Lowest severity that fails; null when nothing is to fail.
        baseline: An earlier report; what it has already does not fail.
    """
    report = report_v1(analysis, tool_version=__version__)
    if baseline:
        from mcplog.cli.baseline import beside

        report = beside(report, baseline)
    write(renderer(form, analysis)(report, page_for(output, width)), output)
    if form == "terminal":
        tell_problems(report.problems)
    if fail_on is None:
        return 0
    from mcplog.cli.exit_codes import exit_code

    return exit_code(_that_count(report.findings), fail_on)


def _that_count(findings: Iterable[FindingV1]) -> Iterable[str]:
    return (finding.severity for finding in findings if not finding.suppressed and finding.baseline != "unchanged")


def tell_problems(problems: tuple[ProblemV1, ...]) -> None:
    """Write to standard error what could not be used."""
    if not problems:
        return
    from mcplog.cli.faults import say

    for problem in problems:
        line = f":{problem.line}" if problem.line else ""
        say(sys.stderr, f"{problem.file}{line}: {problem.what}", problem.hint)
