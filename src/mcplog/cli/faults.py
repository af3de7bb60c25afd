"""What the user is told when something fails: one line, a hint, an exit code; never a traceback, never a secret."""

import os
import traceback
from typing import Final, TextIO

import typer

from mcplog.errors import McplogError
from mcplog.report.inert import inert

INTERRUPTED: Final = 130
INTERNAL: Final = 1


def told(fault: BaseException, stderr: TextIO) -> int:
    """Write what there is to say about `fault` to `stderr` and return the exit code of the process."""
    if isinstance(fault, SystemExit):
        return fault.code if isinstance(fault.code, int) else INTERNAL
    if isinstance(fault, KeyboardInterrupt):
        return INTERRUPTED
    if isinstance(fault, McplogError):
        say(stderr, str(fault), fault.hint)
        return fault.exit_code
    if isinstance(fault, typer.TyperException):
        say(stderr, fault.format_message(), f"`{_command(fault)} --help` shows how it is used.")
        return fault.exit_code
    say(stderr, f"internal error: {_what(fault)}", "Please report this line; MCPLOG_DEBUG=1 shows where it happened.")
    if os.environ.get("MCPLOG_DEBUG"):
        stderr.write("".join(traceback.format_tb(fault.__traceback__)))  # frames only: a message may quote the input
    return INTERNAL


def say(stderr: TextIO, message: str, hint: str = "") -> None:
    """Write `mcplog: message` and, indented below it, the `hint` to `stderr`; each line inert."""
    for number, line in enumerate(message.splitlines() or [""]):
        stderr.write(_shown(f"mcplog: {line}" if number == 0 else f"  {line}", stderr))
    if hint:
        stderr.write(_shown(f"  {hint}", stderr))


def _shown(line: str, stream: TextIO) -> str:
    return inert(line, ascii_only=(stream.encoding or "ascii").lower() not in ("utf-8", "utf8")) + "\n"


def _command(fault: typer.TyperException) -> str:
    return str(getattr(getattr(fault, "ctx", None), "command_path", "mcplog"))


def _what(fault: BaseException) -> str:
    """Return type and place of a fault, without its message, which may quote the input."""
    frames = traceback.extract_tb(fault.__traceback__)
    at = f" in {frames[-1].name}, line {frames[-1].lineno} of {os.path.basename(frames[-1].filename)}" if frames else ""
    return f"{type(fault).__name__}{at}"
