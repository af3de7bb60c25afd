"""`mcplog redact`: a copy of the evidence that can be shown to others."""

from pathlib import Path
from typing import Annotated, Final

import typer

from mcplog.cli import options
from mcplog.cli.plain_typer import plain_typer

program: Final = plain_typer()

_MORE: Final = """\b
Examples:
  mcplog redact recording/ --dry-run
  mcplog redact ~/.claude/debug/latest -o bundle/
  mcplog redact attachment.txt --credentials saved-stores/ -o bundle/
  mcplog check bundle/
"""

_Bundle = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="DIR", help="The bundle: a folder that is made.")
]
_DryRun = Annotated[bool, typer.Option("--dry-run", help="Write nothing; list what would be replaced, and where.")]


@program.command(short_help="Make a copy of the evidence that can be shown to others.", epilog=_MORE)
def redact(
    paths: options.Paths,
    *,
    credentials: options.Credentials,
    output: _Bundle = None,
    dry_run: _DryRun = False,
) -> int:
    """Copy logs and stores into a bundle that tells the same and shows nothing private.

    Tokens, codes and other secrets get stand-ins: equal ones stay equal, none can be used. Servers, hosts, users,
    folders and addresses of mail get new names, the same everywhere. Of a debug log only what is about MCP is kept.

    The bundle holds the evidence, its report, and a manifest by which `mcplog check` knows it again. Exits with 10 when
    the bundle does not tell the same as the original.
    """
    from mcplog.cli import bundles

    if dry_run:
        return bundles.list_replacements(paths, credentials)
    return bundles.make(paths, credentials, output)
