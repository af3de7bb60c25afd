"""The commands as one program, and the one place that decides how it ends: exit code, one line for a fault.

Neither this file nor the head of a command's file loads polars or rich: `--help` and `--version` answer at once.
"""

import sys
from typing import Final

import click

from mcplog.cli.analyze import analyze
from mcplog.cli.doctor import doctor
from mcplog.cli.explain import explain
from mcplog.cli.faults import told
from mcplog.cli.grammar import grammar
from mcplog.cli.installed import version
from mcplog.cli.output import write
from mcplog.cli.rules import rules
from mcplog.cli.schema import schema
from mcplog.cli.timeline import timeline
from mcplog.cli.why_not import why_not

_MORE: Final = """\b
Start here:
  mcplog analyze                  the newest Claude Code log of this machine
  mcplog analyze FILE or FOLDER   an attachment, a log, a configuration folder
"""


def _show_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 - click calls it so
    if wanted:
        write(f"mcplog {version()}\n")
        context.exit()


@click.group(
    commands=[analyze, explain, why_not, timeline, rules, grammar, doctor, schema],
    invoke_without_command=True,
    epilog=_MORE,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "--version", "-V", is_flag=True, is_eager=True, expose_value=False, callback=_show_version, help="Show the version."
)
@click.pass_context
def mcplog(context: click.Context) -> None:
    """Say what went wrong with an MCP server's sign-in, who has to act, and why."""
    if context.invoked_subcommand is None:
        write(context.get_help() + "\n")
        context.exit(2)


def main() -> int:
    """Run the command line of this process and return its exit code."""
    try:
        return int(mcplog(prog_name="mcplog", standalone_mode=False) or 0)
    except BaseException as fault:  # noqa: BLE001 - a panic of polars is no Exception; nothing may end in a traceback
        return told(fault, sys.stderr)
