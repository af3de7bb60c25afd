"""`mcplog timeline`: what was logged and what the store held, on one clock."""

from datetime import datetime
from typing import Final, Unpack

import click

from mcplog.cli import options
from mcplog.cli.inputs import Inputs, analysis_of
from mcplog.cli.output import write

_MORE: Final = """\b
Examples:
  mcplog timeline --server notion
  mcplog timeline recording/ --around 2026-11-25T08:20:15Z --within 30
"""


@click.command(short_help="Show log and store on one clock.", epilog=_MORE)
@click.option("--around", metavar="ISO", type=options.instant, help="Only what happened near this instant.")
@click.option(
    "--within", metavar="SECONDS", type=click.IntRange(min=1), default=60, show_default=True, help="How near."
)
@options.added(*options.INPUTS, options.WIDTH)
def timeline(*, around: datetime | None, within: int, width: int | None, **inputs: Unpack[Inputs]) -> None:
    """Show every recognised event and every change of the credential store, in order, on one clock."""
    from mcplog.cli.terminal import page_for
    from mcplog.report import timeline as report

    analysis = analysis_of(**inputs)
    write(report.timeline(analysis, page_for(width=width), server=inputs["server"], around=around, within_s=within))
