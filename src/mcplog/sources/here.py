"""Gather on this machine: its environment, home folder and standard input."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from mcplog.sources.gather import gather
from mcplog.sources.inputs import Inputs

Named = str | Path | Sequence[str | Path]


def gather_here(paths: Named, *, credentials: Named = ()) -> Inputs:
    """Find the logs and stores that the user names on this machine; see `gather`.

    Args:
        paths: What the user named, one or several; empty: the newest debug log of this machine.
        credentials: Stores, snapshots or folders of them that the user named, one or several.

    Returns:
        What was found.

    Raises:
        NoInputError: Nothing usable was found; says why, and what to do.
        UsageError: `-` is named and there is no standard input.
    """
    stdin = getattr(sys.stdin, "buffer", None)
    logs, stores = _several(paths), _several(credentials)
    return gather(logs, credentials=stores, environment=os.environ, home=Path.home(), stdin=stdin)


def _several(named: Named) -> Sequence[str | Path]:
    """Return one path as a list: a text is a sequence too, of paths of one letter, and `/` is among them."""
    return [named] if isinstance(named, str | Path) else named
