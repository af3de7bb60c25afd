"""`mcplog shrink`: the smallest log that still tells the same."""

from pathlib import Path
from typing import Annotated, Final

import typer

from mcplog.cli import options
from mcplog.cli.plain_typer import plain_typer

program: Final = plain_typer()

_MORE: Final = """\b
Examples:
  mcplog shrink attachment.txt -o smallest.txt
  mcplog shrink ~/.claude/debug/latest --server notion -o smallest.zip
"""

_File = Annotated[
    Path, typer.Option("--output", "-o", metavar="FILE", help="The log; a .zip where several files are needed.")
]


@program.command(short_help="Make the smallest log that still tells the same.", epilog=_MORE)
def shrink(
    paths: options.Paths,
    *,
    output: _File,
    credentials: options.Credentials,
    server: options.Server = None,
) -> int:
    """Write the smallest part of the evidence that still gives the verdict on one server, to attach to an issue.

    Lines and stores are left out as long as verdict, finding and who has to act stay the same. Secrets and names are
    replaced as with `mcplog redact`. Without --server it is the server that `mcplog analyze` puts first.
    """
    from mcplog.cli.shrunk import shrink_to

    return shrink_to(paths, credentials, output, server=server)
