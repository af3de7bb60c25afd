"""`mcplog rules`: what the rules are."""

from pathlib import Path
from typing import Final

import click

from mcplog.cli import options
from mcplog.cli.output import write

_LIST: Final = "\b\nExample:\n  mcplog rules list"
_SHOW: Final = "\b\nExample:\n  mcplog rules show refresh-race"


@click.group(epilog="\b\nExamples:\n  mcplog rules list\n  mcplog rules show refresh-race")
def rules() -> None:
    """List the rules, or show one with its query and page."""


@rules.command("list", epilog=_LIST)
@options.added(options.RULES, options.WIDTH)
def list_rules(*, rules: tuple[Path, ...], width: int | None) -> None:
    """List every rule: id, severity, who has to act, title."""
    from mcplog.cli.terminal import page_for
    from mcplog.pipeline import all_rules
    from mcplog.report.rule_pages import rule_list

    write(rule_list(all_rules(rules), page_for(width=width)))


@rules.command("show", epilog=_SHOW)
@click.argument("rule")
@options.added(options.RULES, options.WIDTH)
def show(*, rule: str, rules: tuple[Path, ...], width: int | None) -> None:
    """Show RULE: what it says, what it looks for, what to do, and where it comes from."""
    from mcplog.cli.known_rules import known_rule
    from mcplog.cli.terminal import page_for
    from mcplog.report.rule_pages import rule_page

    write(rule_page(known_rule(rule, rules), page_for(width=width)))
