"""`mcplog rules`: what the rules are, whether they hold, and the start of a new one."""

from pathlib import Path
from typing import Annotated, Final

import typer

from mcplog.cli import options
from mcplog.cli.output import write
from mcplog.cli.plain_typer import plain_typer

_LIST: Final = """\b
Example:
  mcplog rules list
"""
_SHOW: Final = """\b
Example:
  mcplog rules show refresh-race
"""
_TEST: Final = """\b
Examples:
  mcplog rules test
  mcplog rules test my-rules/ --mutate
  mcplog rules test my-rules/two-tenants

\b
Exit codes:
  0   every case has its verdict     1   something does not hold
                                     2   a rule has faults, or there is none
"""
_NEW: Final = """\b
Examples:
  mcplog rules new two-tenants --in my-rules
  mcplog rules new two-tenants --in my-rules --query query.txt
"""
_MORE: Final = """\b
Examples:
  mcplog rules list
  mcplog rules show refresh-race
  mcplog rules test my-rules/ --mutate
"""

program: Final = plain_typer("rules", help="List, show, test the rules, or begin a new one.", epilog=_MORE)

_Pack = Annotated[Path | None, typer.Argument(metavar="[DIR]", hidden=True)]
_Mutate = Annotated[
    bool, typer.Option("--mutate", help="Also change every clause, and take away every line that proves something.")
]
_Folder = Annotated[Path, typer.Option("--in", metavar="DIR", help="The pack: a folder of rules.", show_default=False)]
_Query = Annotated[Path | None, typer.Option("--query", metavar="FILE", help="The text of the query.")]


@program.command("list", epilog=_LIST)
def list_rules(*, rules: options.RuleFolders, width: options.Width = None) -> None:
    """List every rule: id, severity, who has to act, title."""
    from mcplog.cli.terminal import page_for
    from mcplog.pipeline import all_rules
    from mcplog.report.rule_pages import rule_list

    write(rule_list(all_rules(rules), page_for(width=width)))


@program.command("show", short_help="Show one rule: query, page, remedies.", epilog=_SHOW)
def show(rule: options.Rule, *, rules: options.RuleFolders, width: options.Width = None) -> None:
    """Show RULE: what it says, what it looks for, what to do, and where it comes from."""
    from mcplog.cli.known_rules import known_rule
    from mcplog.cli.terminal import page_for
    from mcplog.report.rule_pages import rule_page

    write(rule_page(known_rule(rule, rules), page_for(width=width)))


@program.command("test", short_help="Run the rules on their cases.", epilog=_TEST)
def run(pack: _Pack = None, *, mutate: _Mutate = False) -> None:
    """Run the rules of DIR on their cases: of a pack, of one rule's folder, of an installed pack, or those of mcplog.

    A case lies in confirmed/, possible/ or none/ beside the rule: what a recording's folder would hold. Each has to get
    the verdict that its folder is called after.
    """
    from mcplog.cli.rule_scores import head, scored, told, total
    from mcplog.cli.rule_trials import packed

    rules, cases = packed(pack)
    write(head(rules, mutate=mutate))
    scores = []
    for one in scored(rules, cases, mutate=mutate):
        write(told(one, rules))
        scores.append(one)
    write(total(scores))
    if not all(one.is_good for one in scores):
        raise typer.Exit(1)


@program.command("new", short_help="Begin a new rule.", epilog=_NEW)
def new(rule: options.Rule, *, folder: _Folder = Path(), query: _Query = None) -> None:
    """Write the folder of a new rule called RULE: a rule.toml to fill in, and places for its cases."""
    from mcplog.cli.new_rule import begin

    write(begin(rule, folder, query))
