"""Read the file of an earlier report."""

from pathlib import Path

from mcplog.errors import InputError


def read_earlier_report(path: Path) -> bytes:
    """Return the content of the report at `path`.

    Raises:
        InputError: It cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as fault:
        hint = "Write one with `mcplog analyze --format json -o FILE`."
        raise InputError(f"cannot be read ({fault.strerror})", place=str(path), hint=hint) from None
