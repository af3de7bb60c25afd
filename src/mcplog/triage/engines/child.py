"""What a child process does before it loads anything large."""

import gc
import os
import signal

# Rows are made and given away; looking for cycles among them finds none.
SELDOM = (100_000, 50, 50)


def begin() -> None:
    """Make this process a worker: one thread for polars, and Ctrl-C left to the process that shares out the work."""
    os.environ["POLARS_MAX_THREADS"] = "1"  # read when polars is imported, which is later
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(*SELDOM)
