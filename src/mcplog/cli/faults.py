"""What the user is told when something fails: one line, a hint, an exit code; never a traceback, never a secret."""

import os
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from mcplog.errors import McplogError
from mcplog.report.inert import inert

if TYPE_CHECKING:
    from click import ClickException

INTERRUPTED: Final = 130
INTERNAL: Final = 1


def told(fault: BaseException, stderr: TextIO) -> int:
    """Write what there is to say about `fault` to `stderr` and return the exit code of the process."""
    if isinstance(fault, SystemExit):
        return fault.code if isinstance(fault.code, int) else INTERNAL
    if isinstance(fault, McplogError):
        say(stderr, str(fault), fault.hint)
        return fault.exit_code
    from click import Abort, ClickException  # typer raises click's faults and does not name their kinds

    if isinstance(fault, KeyboardInterrupt | Abort):  # typer makes the one into the other
        return INTERRUPTED
    if isinstance(fault, ClickException):
        say(stderr, fault.format_message().rstrip("."), f"`{_command(fault)} --help` shows how it is used.")
        return fault.exit_code
    say(stderr, f"internal error: {_what(fault)}", "Please report this line; MCPLOG_DEBUG=1 shows how it came about.")
    if os.environ.get("MCPLOG_DEBUG"):
        stderr.write("".join(traceback.format_tb(fault.__traceback__)))  # frames only: a message may quote the input
    return INTERNAL


def say(stderr: TextIO, message: str, hint: str = "") -> None:
    """Write `mcplog: message` and, indented below it, the `hint` to `stderr`; each line inert."""
    first, *more = message.splitlines() or [""]
    lines = [f"mcplog: {first}", *(f"  {line}" for line in (*more, hint) if line)]
    ascii_only = (stderr.encoding or "ascii").lower() not in ("utf-8", "utf8")
    stderr.writelines(inert(line, ascii_only=ascii_only) + "\n" for line in lines)


def _command(fault: "ClickException") -> str:
    context = getattr(fault, "ctx", None)
    return context.command_path if context is not None else "mcplog"


def _what(fault: BaseException) -> str:
    """Return type and place of a fault, without its message, which may quote the input."""
    frames = traceback.extract_tb(fault.__traceback__)
    at = f" in {frames[-1].name}, line {frames[-1].lineno} of {Path(frames[-1].filename).name}" if frames else ""
    return f"{type(fault).__name__}{at}"
