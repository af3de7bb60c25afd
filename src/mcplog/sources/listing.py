"""The names and sizes of all files below what the user named; nothing is opened.

Ten thousand files are listed in the time that ten take to be read, so the work can be shared out before it is begun.
"""

import glob
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from msgspec import Struct, field

from mcplog.model.document import Problem
from mcplog.sources.client_places import DEBUG_FOLDER, STORE_NAME
from mcplog.sources.folder import DEPTH_LIMIT, FOREIGN_FOLDERS, LATEST, PRIVATE_FOLDERS
from mcplog.sources.found import unreadable
from mcplog.sources.printable import printable

PATTERN_MARKS: Final = "*?["
LOOP: Final = "is a link to a folder that is read already"


class Listed(Struct, frozen=True):
    """One file: its path below what was named, with `/`, and its size in bytes."""

    path: str
    size: int


class Listing(Struct, kw_only=True):
    """What lies below one folder.

    Attributes:
        files: In the order of their paths.
        problems: Folders that cannot be read, links that lead back.
    """

    files: list[Listed] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def listed(folder: Path, shown: str) -> Listing:
    """Return the files below a folder. Links are followed, no folder is visited twice.

    Args:
        folder: Where to look.
        shown: How the user named it.
    """
    listing = Listing()
    _walk(str(folder), "", shown, listing, set(), 0)
    return listing


def matching(pattern: str) -> list[str]:
    """Return the paths that a pattern matches, sorted; the pattern itself when it is none or is the name of a file.

    Args:
        pattern: A path with `*`, `?`, `[…]` or `**`, where the shell has not put the names in.
    """
    if not any(mark in pattern for mark in PATTERN_MARKS) or os.path.lexists(pattern):
        return [pattern]
    return sorted(glob.glob(str(Path(pattern).expanduser()), recursive=True)) or [pattern]  # noqa: PTH207 - as typed


def _walk(folder: str, below: str, shown: str, listing: Listing, seen: set[tuple[int, int]], depth: int) -> None:
    try:
        status = os.stat(folder)  # noqa: PTH116 - called for every folder
        seen.add((status.st_dev, status.st_ino))
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError as fault:
        listing.problems.append(unreadable(printable(shown), fault))
        return
    names = {entry.name for entry in found}
    skipped = FOREIGN_FOLDERS | (PRIVATE_FOLDERS if names & {STORE_NAME, DEBUG_FOLDER} else frozenset())
    for entry in found:
        path, name = f"{below}{entry.name}", os.path.join(shown, entry.name)  # noqa: PTH118 - as typed
        if not _is_folder(entry):
            if entry.name != LATEST or not entry.is_symlink():
                listing.files.append(Listed(path, _size(entry)))
        elif entry.name in skipped:
            continue
        elif (told := _way_back(entry, seen, depth)) is not None:
            listing.problems += [Problem(origin=printable(name), what=told)] if told else []
        else:
            _walk(entry.path, f"{path}/", name, listing, seen, depth + 1)


def _way_back(entry: os.DirEntry[str], seen: set[tuple[int, int]], depth: int) -> str | None:
    """Return why a folder is not entered, empty where that is nothing to tell; null when it is entered."""
    if depth >= DEPTH_LIMIT:
        return f"lies deeper than {DEPTH_LIMIT} folders"
    try:
        status = entry.stat()
    except OSError:
        return None
    return LOOP if (status.st_dev, status.st_ino) in seen else None


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def _size(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat().st_size
    except OSError:  # told when it is opened
        return 0


def paths_of(names: list[str]) -> Iterator[str]:
    """Yield what the user named with patterns replaced by the paths that they match.

    Args:
        names: Paths, patterns, URLs, `-`.
    """
    for name in names:
        yield from [name] if "://" in name or name == "-" else matching(name)
