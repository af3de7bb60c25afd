"""What lies in a folder: every file that a log or a store may be in, in the order of the names."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from mcplog.model.document import Problem
from mcplog.sources.client_places import DEBUG_FOLDER, STORE_NAME
from mcplog.sources.found import Found, found, unreadable
from mcplog.sources.printable import printable
from mcplog.sources.recognise import FileKind

DEPTH_LIMIT: Final = 32
FILE_LIMIT: Final = 200_000
# Folders of a configuration folder that hold neither logs nor stores; the first holds everything anybody ever typed.
PRIVATE_FOLDERS: Final = frozenset(
    ("projects", "todos", "statsig", "shell-snapshots", "file-history", "plugins", "ide", "session-env", "skills")
)
FOREIGN_FOLDERS: Final = frozenset((".git", "node_modules", ".venv", "__pycache__"))
LATEST: Final = "latest"


def files_in(folder: Path, shown: str) -> Iterator[Found | Problem]:
    """Yield the files in a folder and the folders in it.

    Args:
        folder: Where to look. Links are followed, no folder and no file is visited twice.
        shown: How the user named it.

    Yields:
        Files of every kind but links named `latest`, and what cannot be read.
    """
    seen: set[tuple[int, ...]] = set()
    for count, item in enumerate(_walk(folder, shown, seen, 0)):
        if count >= FILE_LIMIT:
            what = f"holds more than {FILE_LIMIT} files, the rest is not read"
            yield Problem(origin=printable(shown), what=what, hint="Name the folders that matter.")
            return
        if isinstance(item, Problem):
            yield item
        elif item.identity not in seen and item.kind is not FileKind.LINK:
            seen.add(item.identity)
            yield item


def newest_first(folder: Path) -> list[str]:
    """Return the names of the files in a folder, the one that was written last first; links are left out.

    Args:
        folder: Where to look; not in the folders in it.
    """
    try:
        with os.scandir(folder) as listing:
            files = [entry for entry in listing if entry.is_file(follow_symlinks=False)]
            return [entry.name for entry in sorted(files, key=_written, reverse=True)]
    except OSError:
        return []


def _written(entry: os.DirEntry[str]) -> tuple[int, str]:
    return entry.stat(follow_symlinks=False).st_mtime_ns, entry.name


def _walk(folder: Path, shown: str, seen: set[tuple[int, ...]], depth: int) -> Iterator[Found | Problem]:
    try:
        status = folder.stat()
        if (status.st_dev, status.st_ino) in seen or depth > DEPTH_LIMIT:
            return
        seen.add((status.st_dev, status.st_ino))
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError as fault:
        yield unreadable(printable(shown), fault)
        return
    names = {entry.name for entry in entries}
    skipped = FOREIGN_FOLDERS | (PRIVATE_FOLDERS if names & {STORE_NAME, DEBUG_FOLDER} else frozenset())
    for entry in entries:
        name = os.path.join(shown, entry.name)  # noqa: PTH118 - Path drops the `./` that the user typed
        if _is_folder(entry):
            if entry.name not in skipped:
                yield from _walk(Path(entry.path), name, seen, depth + 1)
        elif entry.name != LATEST or not entry.is_symlink():
            yield found(Path(entry.path), name)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False
