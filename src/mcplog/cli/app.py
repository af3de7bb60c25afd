"""The commands as one program, and the only place where its end is decided: exit code, one line for a fault.

Nothing here or in the head of a command's file loads polars or rich: `--help` and `--version` answer at once.
"""

import sys
from typing import Annotated

import typer
from typer.main import get_command

from mcplog.cli import analyze, schema
from mcplog.cli.faults import told
from mcplog.cli.installed import version
from mcplog.cli.output import write

app = typer.Typer(
    name="mcplog",
    help="Say what went wrong with an MCP server's sign-in, who has to act, and why.",
    epilog=(
        "\b\nStart here:\n  mcplog analyze                 the newest Claude Code log of this machine\n"
        "  mcplog analyze FILE|FOLDER...  a log, an attachment, a configuration folder"
    ),
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for part in (analyze, schema):
    part.add_to(app)


def _show_version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it with the flag
    if wanted:
        write(f"mcplog {version()}\n")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _start(
    context: typer.Context,
    _: Annotated[
        bool,
        typer.Option("--version", "-V", help="Show the version and exit.", is_eager=True, callback=_show_version),
    ] = False,
) -> int | None:
    if context.invoked_subcommand is None:
        write(context.get_help() + "\n")
        raise typer.Exit(2)
    return None


def main() -> int:
    """Run the command line of this process and return its exit code."""
    try:
        return int(get_command(app).main(prog_name="mcplog", standalone_mode=False) or 0)
    except BaseException as fault:  # noqa: BLE001 - polars panics are no Exception; nothing may end in a traceback
        return told(fault, sys.stderr)
