"""`mcplog verify`: whether a fault is gone."""

from pathlib import Path
from typing import Annotated, Final, Literal

import typer

from mcplog.cli import options
from mcplog.cli.plain_typer import plain_typer

program: Final = plain_typer()

_MORE: Final = """\b
Examples:
  mcplog verify before/ after/
  mcplog verify issue-1234.zip ~/.claude/debug/latest --server notion
  mcplog verify before.txt after.txt --rule refresh-race --format json

\b
Exit codes:
  0   every fault is fixed            11 to 14  a fault is still there, by its severity as with analyze
  10  not reproduced, or its precondition was not seen          3  BEFORE shows no fault
"""

_Before = Annotated[str, typer.Argument(metavar="BEFORE", hidden=True)]
_After = Annotated[str, typer.Argument(metavar="AFTER", hidden=True)]
_RuleId = Annotated[str | None, typer.Option("--rule", metavar="RULE", help="Only what this rule found.")]
_Format = Annotated[Literal["terminal", "json"], typer.Option("--format", "-f", metavar="FORMAT", help="Or json.")]
_StoresBefore = Annotated[
    Path | None, typer.Option("--before-credentials", metavar="PATH", help="Stores to join with BEFORE.")
]
_StoresAfter = Annotated[
    Path | None, typer.Option("--after-credentials", metavar="PATH", help="Stores to join with AFTER.")
]


@program.command(short_help="Prove that a fault is gone: before, after.", epilog=_MORE)
def verify(
    before: _Before,
    after: _After,
    *,
    server: options.Server = None,
    rule: _RuleId = None,
    before_credentials: _StoresBefore = None,
    after_credentials: _StoresAfter = None,
    form: _Format = "terminal",
    output: options.Output = None,
    width: options.Width = None,
) -> int:
    """Say of each fault that BEFORE shows whether AFTER proves that it is gone.

    A fault is fixed when what it needs happened again on the same server, the fault did not, and the server works at
    the end. Anything less is told as less: not reproduced, or its precondition was not seen.
    """
    from mcplog.cli.verifying import end_verification

    return end_verification(
        (before, before_credentials),
        (after, after_credentials),
        server=server,
        rule_id=rule,
        form=form,
        output=output,
        width=width,
    )
