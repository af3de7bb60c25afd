"""What `mcplog analyze` does, whoever read its command line."""

from pathlib import Path
from typing import TYPE_CHECKING, Required, TypedDict, Unpack

from mcplog.cli.output import refuse_to_overwrite
from mcplog.model.vocabulary import Severity

if TYPE_CHECKING:
    from datetime import datetime

    from mcplog.model.finding import Analysis


class Asked(TypedDict, total=False):
    """What to read, and what of it to look at; `Inputs` has the option for each."""

    paths: Required[list[str]]
    credentials: Required[list[Path]]
    server: str | None
    since: "datetime | None"
    until: "datetime | None"
    fingerprint_key: bytes | None
    rules: list[Path]
    strict_grammar: bool


def report_on(
    *,
    form: str = "terminal",
    output: Path | None = None,
    width: int | None = None,
    fail_on: Severity = Severity.LOW,
    exit_zero: bool = False,
    suppress: Path | None = None,
    baseline: Path | None = None,
    **inputs: Unpack[Asked],
) -> int:
    """Write the report on what the command line names and return the exit code.

    Args:
        form: Name of the output format.
        output: File to write to; null for standard output.
        width: Columns; null for those of the terminal.
        fail_on: Findings below it do not fail.
        exit_zero: Nothing fails.
        suppress: File of findings that do not count.
        baseline: An earlier report; what it has already does not fail.
        inputs: What to read, and what of it to look at.
    """
    refuse_to_overwrite((*inputs["paths"], *inputs["credentials"], *([baseline] if baseline else [])), output)
    found = analysis_of(**inputs)
    if suppress:
        from mcplog.cli.suppressed import without_suppressed

        found = without_suppressed(found, suppress, inputs.get("rules", []))
    from mcplog.cli.ending import end  # loads polars

    return end(found, form, output, width=width, fail_on=None if exit_zero else fail_on, baseline=baseline)


def analysis_of(**inputs: Unpack[Asked]) -> "Analysis":
    """Return the analysis of what the command line names."""
    from mcplog.pipeline import analyze

    return analyze(
        inputs["paths"],
        credentials=inputs["credentials"],
        server=inputs.get("server"),
        since=inputs.get("since"),
        until=inputs.get("until"),
        key=inputs.get("fingerprint_key"),
        rules=inputs.get("rules", ()),
        strict_grammar=inputs.get("strict_grammar", False),
    )
