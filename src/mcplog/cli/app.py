"""The commands as one program, and the one place that decides how it ends: exit code, one line for a fault.

Neither this file nor the head of a command's file loads polars or rich: `--help` and `--version` answer at once. Of the
commands only the one that is asked for is put together, as each costs time to load.
"""

import gc
import os
import sys
from importlib import import_module
from typing import Annotated, Final

import typer
from typer.main import get_group

from mcplog.cli.faults import told
from mcplog.cli.installed import version
from mcplog.cli.output import write
from mcplog.cli.plain_typer import COMPLETION, plain_typer
from mcplog.light import keep_light

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
        write(f"mcplog {version()}\n")
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


def main() -> int:
    """Run the command line of this process and return its exit code."""
    keep_light()
    try:
        if os.environ.get(COMPLETION):
            from click.shell_completion import shell_complete

            return shell_complete(group(), {}, "mcplog", COMPLETION, os.environ[COMPLETION])
        return int(group(sys.argv[1] if sys.argv[1:] else "")(prog_name="mcplog", standalone_mode=False) or 0)
    except BaseException as fault:  # noqa: BLE001 - a panic of polars is no Exception; nothing may end in a traceback
        return told(fault, sys.stderr)
    finally:
        gc.freeze()  # what there is at the end is left to the system
