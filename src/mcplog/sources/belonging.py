"""What belongs to a debug log: by its place the store and the marker, by its session the per-server logs."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from mcplog.model.document import Problem
from mcplog.sources.case import STORE_KINDS
from mcplog.sources.client_places import APPLICATION, DEBUG_FOLDER, MARKER_NAME, Machine
from mcplog.sources.folder import files_in
from mcplog.sources.found import Found, folder_name, found
from mcplog.sources.session_logs import begun_ms, logs_of_sessions, session_of

SERIES_FOLDER: Final = "credentials"
STORE_PREFIX: Final = ".credentials"
LOGS_LOOKED_AT: Final = 16  # of more logs than this, all per-server logs are of interest anyway


def is_debug_log(log: Found) -> bool:
    """Say whether a log lies and is called as the client's debug logs do: `debug/<session>.txt`."""
    return folder_name(log.path) == DEBUG_FOLDER and session_of(log.path.name) is not None


def stores_of(configuration: Path, shown: str) -> Iterator[Found | Problem]:
    """Yield the store of a configuration folder, copies of it and the needs-auth marker.

    Args:
        configuration: The folder.
        shown: How the user would name it.
    """
    try:
        names = sorted(os.listdir(configuration))  # noqa: PTH208 - names, not paths
    except OSError:
        return
    for name in names:
        if name == MARKER_NAME or name.startswith(STORE_PREFIX):
            item = found(configuration / name, _joined(shown, name))
            if isinstance(item, Problem) or item.kind in STORE_KINDS:
                yield item
    if SERIES_FOLDER in names:
        series = files_in(configuration / SERIES_FOLDER, _joined(shown, SERIES_FOLDER))
        yield from (item for item in series if isinstance(item, Problem) or item.kind in STORE_KINDS)


def server_logs_of(logs: Sequence[Found], configuration: Path, machine: Machine) -> Iterator[Found | Problem]:
    """Yield the per-server logs of the sessions whose debug logs are given.

    Args:
        logs: Debug logs of one configuration folder.
        configuration: The folder; a copy may have the cache beside it.
        machine: For the cache roots.
    """
    if not machine.is_configuration(configuration):
        return
    sessions = {session for log in logs if is_debug_log(log) and (session := session_of(log.path.name))}
    if not sessions:
        return
    copies = [folder for folder in sorted(configuration.glob(f"*{APPLICATION}*")) if folder.is_dir()]
    begun = [begun_ms(log.path) for log in logs[:LOGS_LOOKED_AT]]
    since = None if None in begun or len(logs) > LOGS_LOOKED_AT else min(moment or 0 for moment in begun)
    until = max(log.modified_ms or 0 for log in logs)
    yield from logs_of_sessions([*machine.cache_roots(), *copies], sessions, since_ms=since, until_ms=until)


def _joined(shown: str, name: str) -> str:
    return os.path.normpath(os.path.join(shown, name))  # noqa: PTH118 - Path drops nothing of `..`
