"""The loop of `mcplog snapshot`."""

import sys
import time
from pathlib import Path

from mcplog.cli.faults import say
from mcplog.cli.machine import this_machine
from mcplog.cli.output import write
from mcplog.errors import InputError, NoInputError
from mcplog.live.recording import Recorder, recorder
from mcplog.report.inert import inert
from mcplog.sources.client_places import STORE_NAME, store_path
from mcplog.sources.store_look import Seen, settled


def keep_snapshots(config: Path | None, *, every_s: float | None, history: Path | None) -> None:
    """Keep a snapshot of a store, or one after each change.

    Args:
        config: The configuration folder; null for that of this machine.
        every_s: How often to look; null: once.
        history: The history; null for that of this machine.

    Raises:
        NoInputError: There is no store, and it is to be looked for once.
        InputError: It is to be done once, and store or history cannot be used.
    """
    machine = this_machine()
    folder = config or machine.configuration_folder()
    keeper = recorder(history or machine.history_file())
    with keeper.history:
        if every_s is None:
            seen = settled(folder / STORE_NAME, str(folder / STORE_NAME))
            number = keeper.keep(store_path(folder), seen)
            write(_told(folder, seen, number))
            if seen.dump.absent:
                raise _no_store(folder)
        while every_s is not None:
            _keep_next(keeper, folder)
            time.sleep(every_s)


def _keep_next(keeper: Recorder, folder: Path) -> None:
    """Keep one snapshot; what cannot be read now may be the next time."""
    try:
        seen = settled(folder / STORE_NAME, str(folder / STORE_NAME))
        number = keeper.keep(store_path(folder), seen)
    except InputError as fault:
        say(sys.stderr, str(fault), fault.hint)
        return
    if number is not None:
        write(_told(folder, seen, number))


def _told(folder: Path, seen: Seen, number: int | None) -> str:
    what = "is not there" if seen.dump.absent else f"{seen.facts.size} bytes"
    kept = "nothing new" if number is None else f"kept as snapshot {number}"
    return inert(f"{folder / STORE_NAME}: {what}, {kept}") + "\n"


def _no_store(folder: Path) -> NoInputError:
    hint = "Sign in to a server first; on macOS the client keeps its tokens in the keychain, which is not read."
    return NoInputError("there is no credential store", place=str(folder / STORE_NAME), hint=hint)
