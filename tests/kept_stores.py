"""Help for tests of the history: a store is written as a recording's copy of it was, and a snapshot is kept of it."""

import os
from pathlib import Path

from mcplog.live.recording import Recorder
from mcplog.sources.client_places import STORE_NAME, store_path
from mcplog.sources.store_look import look

SOON_NS = 3_000_000_000


def keep_copy(keeper: Recorder, folder: Path, copy: Path) -> None:
    """Write `copy` over the store of `folder` at the moment that its name tells, and keep what it holds."""
    store = folder / STORE_NAME
    at_ns = int(copy.stem.rpartition("-")[2]) * 1_000_000
    store.write_bytes(copy.read_bytes())
    os.utime(store, ns=(at_ns, at_ns))
    seen = look(store, STORE_NAME, now_ns=at_ns + SOON_NS)
    assert seen is not None
    keeper.keep(store_path(folder), seen)
