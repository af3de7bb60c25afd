"""What a child process does before it loads anything large."""

import os
import signal


def begin() -> None:
    """Make this process a worker: one thread for polars, and Ctrl-C left to the process that shares out the work."""
    os.environ["POLARS_MAX_THREADS"] = "1"  # read when polars is imported, which is later
    signal.signal(signal.SIGINT, signal.SIG_IGN)
