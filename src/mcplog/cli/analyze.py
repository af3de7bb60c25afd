"""`mcplog analyze`: what went wrong, who has to act, and why."""

from typing import Final, Unpack

from mcplog.cli import options
from mcplog.cli.analysing import report_on
from mcplog.cli.inputs import Inputs, with_inputs
from mcplog.cli.plain_typer import plain_typer
from mcplog.model.vocabulary import Severity

program: Final = plain_typer()

_MORE: Final = """\b
Examples:
  mcplog analyze
  mcplog analyze ~/.claude/debug/latest --server notion
  mcplog analyze attachment.txt --credentials saved-stores/
  mcplog analyze recording/ --format html -o report.html
  mcplog analyze recording/ --format sarif --baseline last-week.json
  pbpaste | mcplog analyze -

\b
Exit codes:
  0   nothing above informational     10  findings, all below --fail-on
  1   internal error                  11  worst finding is low
  2   usage                           12  worst finding is medium
  3   no usable input                 13  worst finding is high
  130 interrupted                     14  worst finding is critical
"""


@program.command(short_help="Say what went wrong, who has to act, and why.", epilog=_MORE)
@with_inputs
def analyze(
    *,
    form: options.Format = "terminal",
    output: options.Output = None,
    width: options.Width = None,
    fail_on: options.FailOn = Severity.LOW,
    exit_zero: options.ExitZero = False,
    suppress: options.Suppressions = None,
    baseline: options.Baseline = None,
    **inputs: Unpack[Inputs],
) -> int:
    """Say what went wrong with each MCP server's sign-in, who has to act, and why.

    PATH is a debug log, a per-server log, a folder of them, a whole configuration folder, or - for standard input.
    Without any: the newest debug log of this machine and the credential store beside it.

    Tokens appear as fingerprints only. Nothing is sent anywhere, and nothing is written but the report.
    """
    return report_on(
        form=form,
        output=output,
        width=width,
        fail_on=fail_on,
        exit_zero=exit_zero,
        suppress=suppress,
        baseline=baseline,
        **inputs,
    )
