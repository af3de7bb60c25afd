"""`mcplog rules`: what the rules are."""

from typing import Final

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
_MORE: Final = """\b
Examples:
  mcplog rules list
  mcplog rules show refresh-race
"""

program: Final = plain_typer("rules", help="List the rules, or show one with its query and page.", epilog=_MORE)


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
