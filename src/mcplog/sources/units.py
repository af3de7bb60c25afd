"""What the user names for a triage, as units of work: each is opened by itself, wherever that is done.

    a folder with a store, `debug/` or per-server logs in it     one case, with everything below
    a folder below that holds logs                               one case, with everything below
    a file in the folder that was named                          a case of its own
    an export of issues, with the files beside it                a case for each reporter
    an archive                                                   what is in it

A unit is names and sizes; nothing of it has been read, so it is cheap to make, to keep and to send.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import ClassVar, Final

from msgspec import Struct, field

from mcplog.errors import InputError
from mcplog.model.document import Problem
from mcplog.model.veiled import Veiled
from mcplog.sources.client_places import APPLICATION, DEBUG_FOLDER, MARKER_NAME
from mcplog.sources.found import Found, found
from mcplog.sources.listing import Listed, Listing, listed, paths_of
from mcplog.sources.printable import printable
from mcplog.sources.recognise import STORE_NAMES, FileKind

STDIN: Final = "-"
EXPORT_ENDS: Final = (".json", ".jsonl", ".ndjson", ".html", ".htm")
CASE_FOLDERS: Final = (DEBUG_FOLDER, "credentials", "debug-logs")
CASE_FOLDER_STARTS: Final = ("mcp-logs-", APPLICATION, f"cache-{APPLICATION}", "cache-claude-cli", "local-state")
EXPORTS: Final = (FileKind.ISSUES, FileKind.PAGE)


class Grouping(StrEnum):
    """What is one case, where folders do not say."""

    AUTO = "auto"  # as at the top of this file
    FILE = "file"  # each file
    FOLDER = "folder"  # each folder directly below what was named


class Sort(StrEnum):
    """How a unit is opened."""

    CASE = "case"  # all files together
    FILE = "file"  # the file at `place`
    LOOSE = "loose"  # each log is a case, exports take what they link
    PIPED = "piped"  # standard input


class Unit(Veiled, frozen=True, kw_only=True):
    """One piece of work.

    Attributes:
        name: What its case is called: its path below what the user named.
        shown: How the user would name it.
        place: Path or URL of its folder or file.
        sort: How it is opened.
        files: Its files, below `place`.
        size: Bytes of all files.
        problems: What is known to be wrong with it.
        piped: What standard input held.
    """

    HIDDEN: ClassVar[tuple[str, ...]] = ("piped",)

    name: str
    shown: str
    place: str
    sort: Sort
    files: tuple[Listed, ...] = ()
    size: int = 0
    problems: tuple[Problem, ...] = ()
    piped: bytes = b""


class Folder(Struct):
    """The files and folders of one folder."""

    files: list[Listed] = field(default_factory=list)
    folders: dict[str, "Folder"] = field(default_factory=dict)

    def all_files(self) -> Iterator[Listed]:
        """Yield its files and those of the folders below."""
        yield from self.files
        for inner in self.folders.values():
            yield from inner.all_files()


def units_of(names: Sequence[str], *, piped: bytes = b"", grouping: Grouping = Grouping.AUTO) -> list[Unit]:
    """Return the units of work for what the user names, in the order of the names and of the paths below them.

    Args:
        names: Folders, files, patterns, URLs that fsspec knows (`s3://…`), `-`.
        piped: What standard input held.
        grouping: What is one case.

    Returns:
        The units. A path that cannot be used is a unit with a problem.
    """
    return [unit for name in paths_of(list(names)) for unit in _units_of_path(name, piped, grouping)]


def _units_of_path(name: str, piped: bytes, grouping: Grouping) -> list[Unit]:
    if name == STDIN:
        size = len(piped)
        return [Unit(name="standard input", shown=STDIN, place=STDIN, sort=Sort.PIPED, size=size, piped=piped)]
    if "://" in name:
        from mcplog.sources.remote import listed_remotely  # noqa: PLC0415 - needs fsspec, an extra

        try:
            place, listing, is_folder = listed_remotely(name)
        except InputError as fault:
            problem = Problem(origin=printable(name), what=fault.message, hint=fault.hint)
            return [Unit(name=printable(name), shown=name, place=name, sort=Sort.CASE, problems=(problem,))]
        return list(_grouped(place, name, listing, grouping)) if is_folder else [_file(place, name, listing.files)]
    path = Path(name).expanduser().absolute()  # here once, or for each of ten thousand files
    if path.is_dir():
        return list(_grouped(str(path), name, listed(path, name), grouping))
    size = path.stat().st_size if path.is_file() else 0
    return [Unit(name=printable(name), shown=name, place=str(path), sort=Sort.FILE, size=size)]


def _file(place: str, shown: str, files: Sequence[Listed]) -> Unit:
    return Unit(name=printable(shown), shown=shown, place=place, sort=Sort.FILE, size=files[0].size)


def _grouped(place: str, shown: str, listing: Listing, grouping: Grouping) -> Iterator[Unit]:
    """Yield the units of a folder that was named, and one for what is wrong below it."""
    tree = _tree(listing.files)
    if grouping is Grouping.FILE:
        yield from (_single(place, shown, file) for file in listing.files)
    elif grouping is Grouping.FOLDER:
        yield from (_single(place, shown, file) for file in tree.files)
        yield from (_whole(place, shown, name, inner) for name, inner in tree.folders.items())
    else:
        yield from _found_in(place, shown, "", tree)
    # Each in a unit of its own: it is told in one row, and costs no case.
    for problem in listing.problems:
        yield Unit(name=problem.origin, shown=problem.origin, place=place, sort=Sort.CASE, problems=(problem,))
    if not listing.files and not listing.problems:
        told = Problem(origin=printable(shown), what="holds no file", hint="Name a folder with logs in it.")
        yield Unit(name=printable(shown), shown=shown, place=place, sort=Sort.CASE, problems=(told,))


def _tree(files: Iterable[Listed]) -> Folder:
    root = Folder()
    for file in files:
        folder = root
        for part in file.path.split("/")[:-1]:
            folder = folder.folders.setdefault(part, Folder())
        folder.files.append(file)
    return root


def _found_in(place: str, shown: str, below: str, folder: Folder) -> Iterator[Unit]:
    """Yield the units of a folder and of those in it; `below` is its path below what was named."""
    exports = [] if "://" in place else [file for file in folder.files if _is_export(place, shown, file)]
    if _is_case(folder) or (below and folder.files and len(exports) < len(folder.files) and not exports):
        yield _whole(place, shown, below, folder)
        return
    if exports:
        name = printable(below or shown)
        yield _unit(place, shown, below, name, Sort.LOOSE, folder.files)
    else:
        yield from (_single(place, shown, file) for file in folder.files)
    for name, inner in folder.folders.items():
        yield from _found_in(place, shown, f"{below}/{name}" if below else name, inner)


def _is_case(folder: Folder) -> bool:
    """Tell whether a folder is a configuration folder, a copy of one or a recording."""
    names = [file.path.rpartition("/")[2].lower().lstrip(".") for file in folder.files]
    has_store = any(name == MARKER_NAME or (name.startswith(STORE_NAMES) and ".json" in name) for name in names)
    return has_store or any(name in CASE_FOLDERS or name.startswith(CASE_FOLDER_STARTS) for name in folder.folders)


def _is_export(place: str, shown: str, file: Listed) -> bool:
    if not file.path.lower().endswith(EXPORT_ENDS):
        return False
    item = found(Path(place, file.path), os.path.join(shown, file.path))  # noqa: PTH118 - as typed
    return isinstance(item, Found) and item.kind in EXPORTS


def _whole(place: str, shown: str, below: str, folder: Folder) -> Unit:
    return _unit(place, shown, below, printable(below or shown), Sort.CASE, list(folder.all_files()))


def _unit(place: str, shown: str, below: str, name: str, sort: Sort, files: Sequence[Listed]) -> Unit:
    cut = len(below) + 1 if below else 0
    return Unit(
        name=name,
        shown=_joined(shown, below),
        place=_joined(place, below),
        sort=sort,
        files=tuple(Listed(file.path[cut:], file.size) for file in files),
        size=sum(file.size for file in files),
    )


def _single(place: str, shown: str, file: Listed) -> Unit:
    return Unit(
        name=printable(file.path),
        shown=_joined(shown, file.path),
        place=_joined(place, file.path),
        sort=Sort.FILE,
        size=file.size,
    )


def _joined(place: str, below: str) -> str:
    if not below:
        return place
    return f"{place.rstrip('/')}/{below}" if "://" in place else os.path.join(place, below)  # noqa: PTH118 - as typed
