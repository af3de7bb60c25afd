"""Gather on this machine: its environment, home folder and standard input."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from mcplog.sources.gather import gather
from mcplog.sources.inputs import Inputs


def gather_here(paths: Sequence[str | Path], *, credentials: Sequence[str | Path] = ()) -> Inputs:
    """Find the logs and stores that the user names on this machine; see `gather`.

    Args:
        paths: What the user named; empty: the newest debug log of this machine.
        credentials: Stores, snapshots or folders of them that the user named.

    Returns:
        What was found.

    Raises:
        NoInputError: Nothing usable was found; says why, and what to do.
        UsageError: `-` is named and there is no standard input.
    """
    stdin = getattr(sys.stdin, "buffer", None)
    return gather(paths, credentials=credentials, environment=os.environ, home=Path.home(), stdin=stdin)
