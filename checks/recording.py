"""Recordings as values: the files that an analysis may see, so that a check can change and analyse them.

A recording is a folder with `debug/`, per-server logs or stores; labels and what the server saw are left out.
"""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mcplog.model.finding import Analysis
from mcplog.pipeline import analyze
from mcplog.sources.printable import printable

KEY: Final = b"the same fingerprints every time"
FOLDERS: Final = ("debug", "credentials", "cache-", "local-state")
MARKER: Final = "mcp-needs-auth-cache.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One recorded case.

    Attributes:
        name: Where it lies in its corpus.
        files: Contents by path below it, with `/` between the parts.
        written_ns: When each file was written last, by path.
    """

    name: str
    files: Mapping[str, bytes]
    written_ns: Mapping[str, int]


def recordings(corpus: Path, *, every: int = 1, word: str = "") -> list[Recording]:
    """Return the recordings below `corpus`, by name.

    Args:
        corpus: A folder of recordings, at any depth.
        every: Only each so-manieth of them.
        word: Only those with this in their names.
    """
    places = sorted({file.parent for name in FOLDERS for file in corpus.rglob(f"{name}*") if file.is_dir()})
    roots = [place for place in places if not any(parent in places for parent in place.parents)]
    chosen = [root for root in roots if word in str(root.relative_to(corpus))][::every]
    return [_read(root, str(root.relative_to(corpus))) for root in chosen]


def analysed(recording: Recording) -> Analysis:
    """Return what mcplog says of `recording`, written out and read as a user's folder is."""
    with written(recording) as folder:
        return analyze([folder], key=KEY)


@contextmanager
def written(recording: Recording) -> Iterator[str]:
    """Write `recording` out as a user's folder, and yield where it lies as long as it does."""
    with tempfile.TemporaryDirectory(prefix="mcplog-check-") as folder:
        write(recording, Path(folder))
        yield folder


def write(recording: Recording, folder: Path) -> None:
    """Write `recording` out below `folder`, with the times of its files."""
    for name, content in recording.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        at = recording.written_ns.get(name)
        if at is not None:
            os.utime(path, ns=(at, at))


def is_debug_file(name: str) -> bool:
    """Return whether the file of a recording called `name` is a debug file."""
    return name.startswith("debug/") and name.endswith(".txt")


def file_of(recording: Recording, origin: str) -> str:
    """Return the file of `recording` that a document's `origin` names, which shows no line ends of names."""
    return next(name for name in recording.files if origin.endswith(f"/{printable(name)}"))


def _read(root: Path, name: str) -> Recording:
    paths = {str(path.relative_to(root)): path for path in _inputs(root)}
    return Recording(
        name=name,
        files={shown: path.read_bytes() for shown, path in paths.items()},
        written_ns={shown: path.stat().st_mtime_ns for shown, path in paths.items()},
    )


def _inputs(root: Path) -> Iterator[Path]:
    for entry in sorted(root.iterdir()):
        if entry.is_dir() and entry.name.startswith(FOLDERS):
            yield from sorted(path for path in entry.rglob("*") if path.is_file() and not path.is_symlink())
        elif entry.name == MARKER:
            yield entry
