"""The only writer: text to standard output or, all or nothing, to a file."""

import os
import stat
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from mcplog.errors import UsageError


def write(text: str, output: Path | None = None) -> None:
    """Write `text` to the file `output`, or to standard output when it is null or `-`.

    A reader that closed the pipe is no fault: what is left is dropped.

    Raises:
        UsageError: `output` is a folder or cannot be written.
    """
    if output is None or str(output) == "-":
        _to_standard_output(text)
        return
    write_parts([text], output)


def write_parts(parts: Iterable[str], output: Path) -> None:
    """Write `parts`, one behind the other, to the file `output`; they are taken one by one and never held together.

    Raises:
        UsageError: `output` is a folder or cannot be written.
    """
    write_bytes((part.encode("utf-8", "backslashreplace") for part in parts), output)


def write_bytes(parts: Iterable[bytes], output: Path) -> None:
    """Write `parts`, one behind the other, to the file `output`, all or nothing.

    Raises:
        UsageError: `output` is a folder or cannot be written.
    """
    if output.is_dir():
        raise UsageError("is a folder", place=str(output), hint="Name a file after -o.")
    try:
        _to_file(parts, Path(os.path.realpath(output)))
    except OSError as fault:
        raise UsageError(f"cannot be written: {fault.strerror}", place=str(output)) from fault


def refuse_to_overwrite(inputs: Iterable[str | Path], output: Path | None) -> None:
    """Raise when the file `output` is one of `inputs`.

    Raises:
        UsageError: It is: evidence would be lost.
    """
    if output is None or not output.exists():
        return
    if any(Path(path).exists() and output.samefile(path) for path in inputs):
        raise UsageError("is an input and would be overwritten", place=str(output), hint="Name another file after -o.")


def _to_standard_output(text: str) -> None:
    encoding = sys.stdout.encoding or "ascii"
    try:
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python would complain at its end
    except OSError as fault:
        raise UsageError(f"cannot be written: {fault.strerror}", place="standard output") from fault


def _to_file(parts: Iterable[bytes], target: Path) -> None:
    """Replace `target` by a finished file, so that nobody ever reads half a report."""
    if target.exists() and not stat.S_ISREG(target.stat().st_mode):
        with target.open("wb") as file:  # a device or a pipe: there is nothing to replace
            file.writelines(parts)
        return
    number, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(number, "wb") as file:
            file.writelines(parts)
        Path(name).chmod(_mode(target))
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _mode(target: Path) -> int:
    """Return the permissions the file has, or those a new file would get."""
    if target.exists():
        return stat.S_IMODE(target.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
