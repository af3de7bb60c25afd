"""Keep each state of a store while it is watched, apart from the analysis: a long log never makes it miss one."""

import time
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Final

from mcplog.errors import InputError
from mcplog.live.recording import Recorder, recorder
from mcplog.model.document import FileFacts
from mcplog.sources import look
from mcplog.sources.client_places import STORE_NAME, store_path
from mcplog.sources.store_look import facts_of

LOOK_S: Final = 0.25  # a notice may be lost; looking costs a few microseconds
WRITE_S: Final = 0.02  # how soon to look again at half a write
RETRY_S: Final = 5.0


def keep_on(
    folder: Path,
    history: Path,
    *,
    woken: Event,
    stopped: Event,
    kept: Callable[[int], None],
    told: Callable[[str], None],
) -> None:
    """Keep what the store of a configuration folder holds until it is stopped; it never raises.

    Args:
        folder: The configuration folder.
        history: Where snapshots are kept.
        woken: Set when the store may have changed.
        stopped: Set to end.
        kept: Called with the number of each new snapshot.
        told: Called with one sentence when store or history cannot be used, and with an empty one when they can again.
    """
    while not stopped.is_set():
        try:
            keeper = recorder(history)
            with keeper.history:
                told("")
                _keep_on(keeper, folder, woken=woken, stopped=stopped, kept=kept)
        except InputError as fault:
            told(str(fault))
            stopped.wait(RETRY_S)


def _keep_on(keeper: Recorder, folder: Path, *, woken: Event, stopped: Event, kept: Callable[[int], None]) -> None:
    path, name = folder / STORE_NAME, store_path(folder)
    last: FileFacts | None = FileFacts(file_id="not looked at yet")
    while not stopped.is_set():
        woken.clear()
        facts = _facts(path)
        wait_s = LOOK_S
        if facts != last:
            seen = look(path, str(path), now_ns=time.time_ns())
            if seen is None:
                wait_s = WRITE_S
            else:
                number = keeper.keep(name, seen)
                last = None if seen.dump.absent else seen.facts
                if number is not None:
                    kept(number)
        woken.wait(wait_s)


def _facts(path: Path) -> FileFacts | None:
    try:
        return facts_of(path)
    except OSError as fault:
        raise InputError(f"cannot be read: {fault.strerror}", place=str(path)) from fault
