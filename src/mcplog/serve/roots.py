"""The folders that may be read, and in them nothing that a link, a name or a neighbour leads to elsewhere.

A debug log brings its store and a folder brings all that lies in it, so these are looked at before anything is opened.
"""

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

from mcplog.errors import McplogError
from mcplog.sources.client_places import APPLICATION, DEBUG_FOLDER, MARKER_NAME
from mcplog.sources.folder import PRIVATE_FOLDERS

NOWHERE: Final = "/nonexistent-for-mcplog-serve"
LONGEST_PATH: Final = 4_096
MOST_FILES: Final = 2_000
MOST_LISTED: Final = 20_000
MOST_BYTES: Final = 64 * 1024 * 1024
DEPTH: Final = 32
LINK_STEM: Final = "latest"


class RefusedError(McplogError):
    """An argument asks for what a tool does not give."""

    exit_code = 2


class Roots(Struct, frozen=True, kw_only=True):
    """The allowed folders, with every link in their own paths resolved."""

    folders: tuple[Path, ...]

    def holds(self, path: Path) -> bool:
        """Say whether a path, with its links followed, lies in one of the folders."""
        real = Path(os.path.realpath(path))
        return any(real.is_relative_to(folder) for folder in self.folders)

    def resolved(self, text: str) -> Path:
        """Return the file or folder that a client names: absolute, or below one of the allowed folders.

        Args:
            text: The path as the client wrote it.

        Raises:
            RefusedError: It is not there, or what would be read with it lies outside of the allowed folders.
        """
        if not text.strip() or len(text) > LONGEST_PATH or "\0" in text:
            raise RefusedError("the path is empty, too long or holds a null character")
        try:
            return self._checked(text)
        except (OSError, ValueError, UnicodeError) as fault:
            raise RefusedError("the path cannot be looked at") from fault

    def files(self) -> Iterator[Path]:
        """Yield the files below the allowed folders; no link is followed, and of very many only the first are given."""
        for top in self.folders:
            for count, path in enumerate(_plain_files(top, 0)):
                if count >= MOST_LISTED:
                    break
                yield path

    def environment(self, own: dict[str, str], home: Path) -> tuple[dict[str, str], Path]:
        """Return the environment and the home folder to look for per-server logs with: nothing outside is found.

        Args:
            own: The environment of this process.
            home: The user's home folder.
        """
        caches = own.get("XDG_CACHE_HOME") or str(home / ".cache")
        found = {
            "XDG_CACHE_HOME": caches if self.holds(Path(caches) / APPLICATION) else NOWHERE,
            "XDG_STATE_HOME": NOWHERE,  # the history is not of these folders
            "CLAUDE_CONFIG_DIR": NOWHERE,
        }
        local = own.get("LOCALAPPDATA", "")
        if local and self.holds(Path(local)):
            found["LOCALAPPDATA"] = local
        return found, home if self.holds(home) else Path(NOWHERE)

    def _checked(self, text: str) -> Path:
        named = [Path(text)] if Path(text).is_absolute() else [folder / text for folder in self.folders]
        there = next((path for path in named if self.holds(path) and os.path.lexists(os.path.realpath(path))), None)
        if there is None:
            raise RefusedError("there is no such file or folder below the allowed ones")
        path = Path(os.path.realpath(there))
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            raise RefusedError("it is neither a file nor a folder")
        self._check_neighbours(path, is_folder=stat.S_ISDIR(mode))
        _check_size(self._all(path) if stat.S_ISDIR(mode) else iter([path]))
        return path

    def _check_neighbours(self, path: Path, *, is_folder: bool) -> None:
        """Refuse when what belongs to a path lies elsewhere: the store of a debug log, the target of a copied link."""
        folder = path if is_folder else path.parent
        if folder.name == DEBUG_FOLDER:
            self._check_beside(folder.parent)
        if not is_folder and path.stem == LINK_STEM:
            self._check_all(folder)

    def _check_beside(self, configuration: Path) -> None:
        if not self.holds(configuration):
            hint = "Allow the configuration folder, its parent."
            raise RefusedError("the store of a debug log lies outside of the allowed folders", hint=hint)
        for entry in configuration.iterdir():
            if (
                entry.name == MARKER_NAME
                or entry.name.startswith((".credentials", "credentials"))
                or APPLICATION in entry.name
            ):
                self._check_all(entry)

    def _check_all(self, top: Path) -> None:
        for _ in self._all(top):
            pass

    def _all(self, top: Path, depth: int = 0) -> Iterator[Path]:
        """Yield the files below a folder; refuse what leads elsewhere."""
        if not self.holds(top):
            raise RefusedError("it holds a link that leads outside of the allowed folders")
        if not top.is_dir():
            yield top
            return
        if depth > DEPTH:
            raise RefusedError("its folders are nested too deeply")
        for entry in sorted(top.iterdir()):
            yield from self._all(entry, depth + 1)


def roots_of(folders: Sequence[Path]) -> Roots:
    """Return the allowed `folders`.

    Raises:
        RefusedError: One is no folder.
    """
    for folder in folders:
        if not folder.is_dir():
            raise RefusedError("is no folder", place=str(folder), hint="Name a folder after --root.")
    return Roots(folders=tuple(Path(os.path.realpath(folder)) for folder in folders))


def _plain_files(folder: Path, depth: int) -> Iterator[Path]:
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.is_file(follow_symlinks=False):
            yield Path(entry.path)
        elif depth < DEPTH and entry.is_dir(follow_symlinks=False) and entry.name not in PRIVATE_FOLDERS:
            yield from _plain_files(Path(entry.path), depth + 1)


def _check_size(files: Iterator[Path]) -> None:
    size = 0
    for count, path in enumerate(files, 1):
        size += path.stat().st_size if path.exists() else 0
        if count > MOST_FILES or size > MOST_BYTES:
            raise RefusedError("it is too much to read at once", hint="Name a single log or a smaller folder.")
