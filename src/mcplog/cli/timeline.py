"""`mcplog timeline`: what was logged and what the store held, on one clock."""

from datetime import datetime
from typing import Annotated, Final, Unpack

import typer

from mcplog.cli import options
from mcplog.cli.analysing import analysis_of
from mcplog.cli.inputs import Inputs, with_inputs
from mcplog.cli.output import write
from mcplog.cli.plain_typer import plain_typer

program: Final = plain_typer()

_MORE: Final = """\b
Examples:
  mcplog timeline --server notion
  mcplog timeline recording/ --around 2026-11-25T08:20:15Z --within 30
"""


_Around = Annotated[
    datetime | None,
    typer.Option("--around", metavar="ISO", parser=options.instant, help="Only what happened near this instant."),
]
_Within = Annotated[int, typer.Option("--within", metavar="SECONDS", min=1, help="How near.")]


@program.command(short_help="Show log and store on one clock.", epilog=_MORE)
@with_inputs
def timeline(
    *, around: _Around = None, within: _Within = 60, width: options.Width = None, **inputs: Unpack[Inputs]
) -> None:
    """Show what happened on one clock: lanes of each server, then each event and each change of the credential store.

    Events stand under their connection attempt. What repeats is counted, and stretches without an event and a clock
    that goes back are told.
    """
    from mcplog.cli.terminal import page_for
    from mcplog.report import timeline as report

    analysis = analysis_of(**inputs)
    write(report.timeline(analysis, page_for(width=width), server=inputs["server"], around=around, within_s=within))
