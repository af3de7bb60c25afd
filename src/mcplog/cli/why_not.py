"""`mcplog why-not`: what keeps a rule from firing."""

import sys
from typing import Final, Unpack

import click

from mcplog.cli import options
from mcplog.cli.inputs import Inputs, analysis_of
from mcplog.cli.output import write

_MORE: Final = """\b
Examples:
  mcplog why-not refresh-never-used
  mcplog why-not rejected-after-auth recording/ --server notion
"""


@click.command("why-not", short_help="Say what keeps a rule from firing: clause and line.", epilog=_MORE)
@click.argument("rule")
@options.added(*options.INPUTS, options.WIDTH)
def why_not(*, rule: str, width: int | None, **inputs: Unpack[Inputs]) -> None:
    """Say why RULE found nothing: what comes nearest on each server, and the clause that fails, with its line."""
    from mcplog.cli.faults import say
    from mcplog.cli.known_rules import known_rule
    from mcplog.cli.terminal import page_for
    from mcplog.report.proof import nearest
    from mcplog.report.view import finding_v1
    from mcplog.rules.near_misses import near_misses

    known = known_rule(rule, inputs["rules"])
    analysis = analysis_of(**inputs)
    misses = [miss.finding for miss in near_misses(known, analysis.events, documents=analysis.documents)]
    wanted = [miss for miss in misses if inputs["server"] in (None, miss.server)]
    if not wanted:
        say(sys.stderr, f"nothing comes near {rule}", f"`mcplog explain {rule}` shows where it was found, if it was.")
    write(nearest([finding_v1(miss) for miss in wanted], page_for(width=width)))
