"""What is installed: the version of mcplog."""

from typing import Final

_VERSION: Final = "Version: "


def version() -> str:
    """Return the version of the installed package, `unknown` in a tree that was never installed."""
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        told = distribution("mcplog").read_text("METADATA") or ""
    except PackageNotFoundError:
        return "unknown"
    # Read as text: the parser of e-mails that `metadata` loads for it takes longer than all of `--version`.
    return next((line.removeprefix(_VERSION) for line in told.splitlines() if line.startswith(_VERSION)), "unknown")
