"""What is installed: the version of mcplog."""


def version() -> str:
    """Return the version of the installed package, `unknown` in a tree that was never installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("mcplog")
    except PackageNotFoundError:
        return "unknown"
