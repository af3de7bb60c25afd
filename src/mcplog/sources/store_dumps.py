"""Turn files that hold stores and markers into dumps: which are snapshots of one store, and in which order."""

import time
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from mcplog.errors import InputError
from mcplog.model.document import Problem, StoreDump
from mcplog.sources.client_places import STORE_NAME
from mcplog.sources.file_content import content_of
from mcplog.sources.found import Found, opened, unreadable
from mcplog.sources.recognise import FileKind
from mcplog.sources.snapshot_names import order_in_name, time_in_name
from mcplog.sources.store_look import STORE_LIMIT, WAIT_S, WRITE_NS, is_whole

SERIES_FOLDERS: Final = ("credentials", "snapshots", "history", "backups")
APART_MS: Final = 1_000
RETRIES: Final = 10


def store_dumps(files: Sequence[Found], *, case_id: int, first_store_id: int) -> tuple[list[StoreDump], list[Problem]]:
    """Read the stores of one case.

    Args:
        files: Files of the kinds store, absent store and marker.
        case_id: The case.
        first_store_id: Number of its first store.

    Returns:
        The dumps, those of one store in the order in which they were taken, and what could not be read.
    """
    series: dict[tuple[str, str], list[Found]] = {}
    for file in files:
        series.setdefault(_store_of(file), []).append(file)
    dumps: list[StoreDump] = []
    problems: list[Problem] = []
    for number, store in enumerate(series.values()):
        for file, taken_at_ms, is_from_name in _in_order(store):
            content = _content(file)
            if isinstance(content, Problem):
                problems.append(content)
                continue
            dumps.append(
                StoreDump(
                    store_id=first_store_id + number,
                    origin=file.origin,
                    content=content,
                    taken_at_ms=taken_at_ms,
                    absent=file.kind is FileKind.ABSENT_STORE,
                    is_marker=file.kind is FileKind.MARKER,
                    case_id=case_id,
                    time_is_from_name=is_from_name,
                    is_current=file.path.name == STORE_NAME,
                )
            )
    return dumps, problems


def _store_of(file: Found) -> tuple[str, str]:
    """Return the folder and the family of a store: `credentials-1.json` and `.credentials.json` are of one store."""
    folder = file.path.absolute().parent
    if file.kind is FileKind.MARKER:
        return str(folder), "marker"
    if folder.name in SERIES_FOLDERS:
        folder = folder.parent
    stem = file.path.name.lower().lstrip(".")
    family = stem[: next((n for n, character in enumerate(stem) if not character.isalpha()), len(stem))]
    return str(folder), family


def _in_order(store: Sequence[Found]) -> list[tuple[Found, int | None, bool]]:
    """Return the snapshots of one store in order, with their times and whether the names tell them.

    The file that the client keeps is the last. For copies without a time in the name, those of the file system count
    only when they are apart: copies that were unpacked or checked out together all have the time of that.
    """
    copies = [(file, time_in_name(file.path.name)) for file in store if file.path.name != STORE_NAME]
    current = [(file, file.modified_ms, False) for file in store if file.path.name == STORE_NAME]
    if all(told is not None for _, told in copies):
        copies.sort(key=lambda copy: (copy[1] or 0, order_in_name(copy[0].path.name)))
        return [(file, told, True) for file, told in copies] + current
    if all(order_in_name(file.path.name) for file, _ in copies):
        copies.sort(key=lambda copy: order_in_name(copy[0].path.name))
    else:
        copies.sort(key=lambda copy: (copy[0].modified_ms or 0, copy[0].path.name))
    times = [file.modified_ms for file, _ in copies]
    are_apart = all(later - earlier >= APART_MS for earlier, later in pairwise([at or 0 for at in times]))
    return [(file, file.modified_ms if are_apart else None, False) for file, _ in copies] + current


def _content(file: Found) -> bytes | Problem:
    """Read a store. One that the client keeps may be caught empty, cut or locked while it is written: try again."""
    if file.kind is FileKind.ABSENT_STORE:
        return b""
    if file.size > STORE_LIMIT:
        return Problem(origin=file.origin, what="is larger than 64 MB, no store is", hint="Name the store itself.")
    content = _read(file)
    for _ in range(RETRIES if file.path.name == STORE_NAME and file.content is None else 0):
        if not _may_be_half(file, content):
            break
        time.sleep(WAIT_S)
        content = _read(file)
    return content


def _may_be_half(file: Found, content: bytes | Problem) -> bool:
    """Say whether a store is what an unfinished write leaves, and was written just now."""
    if isinstance(content, bytes) and is_whole(content):
        return False
    try:
        return abs(time.time_ns() - file.path.stat().st_mtime_ns) < WRITE_NS
    except OSError:
        return False


def _unpacked(file: Found) -> bytes | Problem:
    try:
        return content_of(file).slice(0, file.size)
    except InputError as fault:
        return Problem(origin=file.origin, what=fault.message, hint=fault.hint)


def _read(file: Found) -> bytes | Problem:
    if file.content is not None:
        return _unpacked(file)
    try:
        with opened(file.path) as handle:
            return handle.readall()  # type: ignore[attr-defined, no-any-return]  # an unbuffered file has it
    except OSError as fault:
        return unreadable(file.origin, fault)
