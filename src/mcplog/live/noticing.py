"""Notice that something in the client's folders has changed. Needs the extra `watch` (watchfiles)."""

from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Final

from mcplog.sources.client_places import DEBUG_FOLDER, Machine

OWN_STEP_MS: Final = 30  # how long it has to be quiet; each step wakes the processor, so it is short where it matters
SERVER_LOG_STEP_MS: Final = 60
GROUP_MS: Final = 120  # how long changes are gathered when it never is
CHECK_MS: Final = 2_000  # how often to see whether a folder has come or gone


def notice_files(folder: Path, *, changed: Callable[[], None], stopped: Event) -> None:
    """Call `changed` after each change of store, marker or debug logs in a configuration folder, until `stopped`."""

    def folders() -> list[Path]:
        return [one for one in (folder, folder / DEBUG_FOLDER) if one.is_dir()]

    _notice(folders, changed, stopped, step_ms=OWN_STEP_MS, recursive=False)


def notice_server_logs(machine: Machine, *, changed: Callable[[], None], stopped: Event) -> None:
    """Call `changed` after each change of a per-server log of this `machine`, until `stopped`."""
    _notice(machine.cache_roots, changed, stopped, step_ms=SERVER_LOG_STEP_MS, recursive=True)


def _notice(
    folders: Callable[[], list[Path]], changed: Callable[[], None], stopped: Event, *, step_ms: int, recursive: bool
) -> None:
    from watchfiles import watch  # noqa: PLC0415 - an extra

    while not stopped.is_set():
        there = folders()
        if not there:
            stopped.wait(CHECK_MS / 1000)
            continue
        try:
            notices = watch(
                *there,
                watch_filter=None,
                debounce=GROUP_MS,
                step=step_ms,
                stop_event=stopped,
                rust_timeout=CHECK_MS,
                yield_on_timeout=True,
                raise_interrupt=False,
                recursive=recursive,
                ignore_permission_denied=True,
            )
            changed()  # what came before the watch began
            for notice in notices:
                if notice:
                    changed()
                if folders() != there:
                    break
        except (OSError, RuntimeError):  # a folder went away, or the system has no notices left: then a look must do
            stopped.wait(CHECK_MS / 1000)
