"""`mcplog doctor`: what there is to analyse on this machine, and what is missing."""

import os
import time
from pathlib import Path
from typing import Final

from mcplog.cli import options
from mcplog.cli.output import write
from mcplog.cli.plain_typer import plain_typer

program: Final = plain_typer()

_MORE: Final = """\b
Example:
  mcplog doctor
"""


@program.command(short_help="Say what there is to analyse here, and what is missing.", epilog=_MORE)
def doctor(*, width: options.Width = None) -> int:
    """Look for the client's logs and stores on this machine, and say what is missing and how to get it.

    Names, sizes and times are looked at, and of the newest logs the beginning, which names the client's version:
    whether it writes a debug log by itself depends on that. Exits with 3 when there is no log to analyse.
    """
    from mcplog.cli.machine_check import check_machine
    from mcplog.cli.terminal import page_for
    from mcplog.report.checks import checks_text
    from mcplog.sources.client_places import Machine

    checks = check_machine(Machine(environment=os.environ, home=Path.home()), now_s=time.time())
    write(checks_text(checks, page_for(width=width)))
    return 0 if any(check.is_log and check.passed for check in checks) else 3
