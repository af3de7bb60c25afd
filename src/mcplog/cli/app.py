"""The commands as one program, and the one place that decides how it ends: exit code, one line for a fault.

Neither this file nor the head of a command's file loads polars or rich: `--help` and `--version` answer at once.
"""

import sys
from typing import Annotated, Final

import typer
from typer.main import get_group

from mcplog.cli import analyze, doctor, explain, grammar, rules, schema, snapshot, timeline, why_not
from mcplog.cli.faults import told
from mcplog.cli.installed import version
from mcplog.cli.output import write
from mcplog.cli.plain_typer import plain_typer

_MORE: Final = """\b
Start here:
  mcplog analyze                  the newest Claude Code log of this machine
  mcplog analyze FILE or FOLDER   an attachment, a log, a configuration folder
"""


program: Final = plain_typer(
    help="Say what went wrong with an MCP server's sign-in, who has to act, and why.", epilog=_MORE
)
for command in (analyze, explain, why_not, timeline, snapshot, rules, grammar, doctor, schema):
    program.add_typer(command.program)


def _show_version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it so
    if wanted:
        write(f"mcplog {version()}\n")
        raise typer.Exit


_Version = Annotated[
    bool, typer.Option("--version", "-V", is_eager=True, callback=_show_version, help="Show the version.")
]


@program.callback(invoke_without_command=True)
def _without_command(context: typer.Context, *, _: _Version = False) -> None:
    """Show the help, as a usage error, when no command is named."""
    if context.invoked_subcommand is None:
        write(context.get_help() + "\n")
        raise typer.Exit(2)


mcplog: Final = get_group(program)


def main() -> int:
    """Run the command line of this process and return its exit code."""
    try:
        return int(mcplog(prog_name="mcplog", standalone_mode=False) or 0)
    except BaseException as fault:  # noqa: BLE001 - a panic of polars is no Exception; nothing may end in a traceback
        return told(fault, sys.stderr)
