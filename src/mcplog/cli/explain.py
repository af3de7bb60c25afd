"""`mcplog explain`: the proof of what one rule found."""

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
  mcplog explain rejected-after-auth
  mcplog explain refresh-race recording/ --server notion
"""


@program.command(short_help="Prove what a rule found: each clause, each line.", epilog=_MORE)
@with_inputs
def explain(rule: options.Rule, *, width: options.Width = None, **inputs: Unpack[Inputs]) -> None:
    """Prove what RULE found in the logs: each clause, its truth, and the lines and bytes it rests on."""
    from mcplog.cli.explaining import explained
    from mcplog.cli.known_rules import known_rule
    from mcplog.cli.terminal import page_for
    from mcplog.report.proof import proofs

    known = known_rule(rule, inputs["rules"])
    found = explained(analysis_of(**inputs), known)
    if not found:
        say(sys.stderr, f"{rule} was not found", f"`mcplog why-not {rule}` with the same inputs says what is missing.")
    write(proofs(found, page_for(width=width)))
