"""Programs as mcplog has them: plain text help, no shell completion to install, faults left to `faults.py`."""

from typing import Final

import typer

COMPLETION: Final = "_MCPLOG_COMPLETE"  # the variable by which a shell asks for completions


def plain_typer(name: str | None = None, *, help: str = "", epilog: str = "") -> typer.Typer:  # noqa: A002 - as typer calls it
    """Return a typer called `name` that prints its `help` and `epilog` without rich, which takes long to load."""
    return typer.Typer(
        name=name,
        help=help or None,
        epilog=epilog or None,
        add_completion=False,
        rich_markup_mode=None,
        suggest_commands=False,  # click does it already
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
