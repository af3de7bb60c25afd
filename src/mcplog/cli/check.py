"""`mcplog check`: whether a bundle is as it was made."""

from pathlib import Path
from typing import Annotated, Final

import typer

from mcplog import __version__
from mcplog.cli.output import write
from mcplog.cli.plain_typer import plain_typer

program: Final = plain_typer()

_MORE: Final = """\b
Example:
  mcplog check bundle/

\b
Exit codes:
  0   all is well                     10  something was changed, or the report is of other logs
  3   there is no bundle
"""

_Bundle = Annotated[Path, typer.Argument(metavar="BUNDLE", hidden=True)]


@program.command(short_help="Check that a bundle is as it was made.", epilog=_MORE)
def check(bundle: _Bundle) -> int:
    """Check that no file of BUNDLE was changed, and that its report is what its logs and stores say.

    BUNDLE is a folder that `mcplog redact` has written. Its report is made again and compared.
    """
    from mcplog.report.inert import inert
    from mcplog.sharing.checking import check_bundle

    checked = check_bundle(bundle, tool_version=__version__)
    write("".join(f"{inert(fault)}\n" for fault in checked.faults))
    if checked.faults:
        return 10
    write(
        f"{checked.file_count} files are as mcplog {inert(checked.tool_version)} made them, and the report is theirs.\n"
    )
    return 0
