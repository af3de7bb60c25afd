"""One case: the logs and stores that are judged together, and how a named path becomes one."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from mcplog.model.document import Problem
from mcplog.sources.client_places import STORE_NAME, cache_roots, configuration_folder
from mcplog.sources.folder import SKIPPED_FOLDERS, files_in
from mcplog.sources.found import Found, found
from mcplog.sources.printable import printable
from mcplog.sources.recognise import MARKER_NAME, FileKind
from mcplog.sources.session_logs import logs_of_sessions, session_of

STORE_KINDS: Final = (FileKind.STORE, FileKind.ABSENT_STORE, FileKind.MARKER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Where to look when the user names nothing: the environment's variables and the home folder."""

    environment: Mapping[str, str] = field(repr=False)
    home: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What belongs together.

    Attributes:
        place: The folder or file that makes two paths one case.
        logs: Logs, in the order in which they were found.
        stores: Stores, markers and marks of absence.
        stdin: What standard input held; null when it was not asked for.
        problems: What could not be used.
        notes: What the user should know.
    """

    place: str
    logs: tuple[Found, ...] = ()
    stores: tuple[Found, ...] = ()
    stdin: bytes | None = field(default=None, repr=False)
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


def case_of_folder(folder: Path, shown: str, machine: Machine) -> Case:
    """Return everything in a folder.

    Where there are logs, texts that hold no entry (copies of screens, notes) are left out; where there are none, these
    texts are what there is to read.

    Args:
        folder: The folder.
        shown: As the user named it.
        machine: For the per-server logs of the sessions whose debug logs lie in it.
    """
    items = list(files_in(folder, shown))
    files = [item for item in items if isinstance(item, Found)]
    problems = [item for item in items if isinstance(item, Problem) and not item.what.startswith(("is a binary", "is an archive"))]
    logs = [file for file in files if file.kind is FileKind.LOG] or [file for file in files if file.kind is FileKind.TEXT]
    stores = [file for file in files if file.kind in STORE_KINDS]
    is_debug_folder = folder.name == "debug" or any(session_of(file.path.name) for file in logs if file.path.parent == folder)
    beside = stores_beside(folder.parent, os.path.dirname(shown) or os.curdir) if is_debug_folder and not stores else []
    logs += _logs_elsewhere(logs, machine)
    if not logs:
        problems.append(_no_logs(printable(shown), items))
    return Case(
        place=str(folder.absolute()),
        logs=_distinct(logs),
        stores=_distinct([*stores, *beside]),
        problems=tuple(problems),
    )


def case_of_log(log: Found, shown: str, machine: Machine, notes: tuple[str, ...] = ()) -> Case:
    """Return one log and what belongs to it by its place or by the session that it names."""
    folder = log.path.absolute().parent
    is_debug_file = folder.name == "debug" and session_of(log.path.name) is not None
    if not is_debug_file:
        return Case(place=str(log.path.absolute()), logs=(log,), notes=notes)
    stores = stores_beside(folder.parent, os.path.join(os.path.dirname(shown), os.pardir))  # noqa: PTH118, PTH120 - as typed
    return Case(
        place=str(folder.parent),
        logs=_distinct([log, *_logs_elsewhere([log], machine)]),
        stores=tuple(stores),
        notes=notes,
    )
