"""`mcplog why-not`: what keeps a rule from firing."""

import sys
from typing import Final, Unpack

from mcplog.cli import options
from mcplog.cli.analysing import analysis_of
from mcplog.cli.faults import say
from mcplog.cli.inputs import Inputs, with_inputs
from mcplog.cli.output import write
from mcplog.cli.plain_typer import plain_typer

program: Final = plain_typer()

_MORE: Final = """\b
Examples:
  mcplog why-not refresh-never-used
  mcplog why-not rejected-after-auth recording/ --server notion
"""


@program.command(short_help="Say what keeps a rule from firing: clause and line.", epilog=_MORE)
@with_inputs
def why_not(rule: options.Rule, *, width: options.Width = None, **inputs: Unpack[Inputs]) -> None:
    """Say why RULE found nothing: on each server the clauses that fail, with the lines they fail on."""
    from mcplog.cli.known_rules import known_rule
    from mcplog.cli.terminal import page_for
    from mcplog.report.proof import near_misses
    from mcplog.rules.near_miss import why_not as near_miss

    known = known_rule(rule, inputs["rules"])
    analysis = analysis_of(**inputs)
    misses = [
        near_miss(known, analysis.events, documents=analysis.documents, server=one.server, case_id=one.case_id)
        for one in analysis.diagnoses
    ]
    if not misses:
        say(sys.stderr, "these logs name no MCP server", "`mcplog doctor` says what there is to analyse.")
    write(near_misses(misses, page_for(width=width)))
