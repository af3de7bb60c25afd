"""The commands as one program, put together by typer.

Neither this file nor the head of a command's file loads polars or rich: `--help` and `--version` answer at once. Of the
commands only the one that is asked for is put together, as each costs time to load.
"""

import os
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Final

import typer
from typer.main import get_group

from mcplog import __version__
from mcplog.cli.output import write
from mcplog.cli.plain_typer import COMPLETION, plain_typer

# The modules of the commands, in the order of the help.
COMMANDS: Final = (
    "analyze",
    "explain",
    "why_not",
    "timeline",
    "triage",
    "snapshot",
    "watch",
    "serve",
    "verify",
    "shrink",
    "redact",
    "check",
    "rules",
    "grammar",
    "doctor",
    "schema",
    "completion",
)
_MORE: Final = """\b
Start here:
  mcplog analyze                  the newest Claude Code log of this machine
  mcplog analyze FILE or FOLDER   an attachment, a log, a configuration folder
"""


def _show_version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it so
    if wanted:
        write(f"mcplog {__version__}\n")
        raise typer.Exit


_Version = Annotated[
    bool, typer.Option("--version", "-V", is_eager=True, callback=_show_version, help="Show the version.")
]


def _without_command(context: typer.Context, *, _: _Version = False) -> None:
    """Show the help, as a usage error, when no command is named."""
    if context.invoked_subcommand is None:
        write(context.get_help() + "\n")
        raise typer.Exit(2)


def group(only: str = "") -> typer.core.TyperGroup:
    """Return the program: with all commands, or with the one called `only` where there is such a one."""
    program = plain_typer(
        help="Say what went wrong with an MCP server's sign-in, who has to act, and why.", epilog=_MORE
    )
    program.callback(invoke_without_command=True)(_without_command)
    for name in [name for name in COMMANDS if name.replace("_", "-") == only] or COMMANDS:
        program.add_typer(import_module(f"mcplog.cli.{name}").program)
    return get_group(program)


def run(words: Sequence[str]) -> int:
    """Run the command line `words` and return its exit code; or complete the one that a shell is at.

    Raises:
        ClickException: It cannot be understood, or a command failed.
    """
    if os.environ.get(COMPLETION):
        from click.shell_completion import shell_complete

        return shell_complete(group(), {}, "mcplog", COMPLETION, os.environ[COMPLETION])
    return int(group(words[0] if words else "")(list(words), prog_name="mcplog", standalone_mode=False) or 0)
