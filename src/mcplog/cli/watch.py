"""`mcplog watch`: follow logs and store, and warn before it fails."""

from typing import Annotated, Final, Literal

import typer

from mcplog.cli import options
from mcplog.cli.plain_typer import plain_typer
from mcplog.model.vocabulary import Severity

program: Final = plain_typer()

_MORE: Final = """\b
Examples:
  mcplog watch
  mcplog watch --format jsonl | jq 'select(.what == "warning")'
  mcplog watch --for 10m --fail-on high

\b
Needs the extra `watch`: pip install 'mcplog[watch]'
"""

_Format = Annotated[
    Literal["board", "lines", "jsonl"] | None,
    typer.Option("--format", "-f", metavar="FORMAT", help="board (on a terminal), lines (in a pipe) or jsonl."),
]
_For = Annotated[
    float | None,
    typer.Option("--for", metavar="TIME", parser=options.seconds, help="End after this time: 90s, 10m, 8h."),
]


@program.command(short_help="Follow logs and store live; warn before it fails.", epilog=_MORE)
def watch(
    config: options.ConfigurationFolder = None,
    *,
    form: _Format = None,
    for_s: _For = None,
    fail_on: options.FailOn = Severity.LOW,
    exit_zero: options.ExitZero = False,
) -> int:
    """Follow the newest logs and the store in the folder CONFIG, and say how each server stands.

    Followed are the newest debug log, those written up to an hour before it, their per-server logs, the credential
    store and the needs-auth marker. Each change of the store is kept as with `mcplog snapshot`. At the end the exit
    code is that of `mcplog analyze` on the same files.
    """
    from mcplog.cli.watching import watch_folder

    return watch_folder(config, form=form, for_s=for_s, fail_on=None if exit_zero else fail_on)
