"""Find the per-server logs of given sessions; every record in them names its session.

    {"debug":"…","timestamp":"2026-11-25T00:36:06.100Z","sessionId":"<uuid>","cwd":"…"}

They lie under a cache root of the home folder, whatever configuration folder the client used.
"""

import os
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from mcplog.model.document import Problem
from mcplog.sources.found import Found, found, opened
from mcplog.sources.recognise import FileKind
from mcplog.sources.snapshot_names import time_in_name

UUID_DASHES: Final = (8, 13, 18, 23)
UUID_LENGTH: Final = 36
FOLDER_PREFIX: Final = "mcp-logs-"
HEAD_BYTES: Final = 16 * 1024
STAMP_BYTES: Final = len("2026-11-25T00:36:05.608Z")
MARGIN_MS: Final = 3600 * 1000


def session_of(name: str) -> str | None:
    """Return the session that a debug file's name tells, `<uuid>.txt`; null when it tells none."""
    stem = name.rpartition(".")[0] or name
    is_uuid = len(stem) == UUID_LENGTH and all(
        character == "-" if at in UUID_DASHES else character in "0123456789abcdef" for at, character in enumerate(stem)
    )
    return stem if is_uuid else None


def logs_of_sessions(
    roots: Sequence[Path], sessions: Collection[str], *, since_ms: int | None, until_ms: int | None
) -> Iterator[Found | Problem]:
    """Yield the per-server logs whose records are of these sessions.

    Args:
        roots: Folders with `<project>/mcp-logs-<server>/<start>.jsonl`.
        sessions: Session ids.
        since_ms: Files last changed before are not looked at; null: all are.
        until_ms: Files begun later are not looked at; null: all are.
    """
    for path in _server_logs(roots):
        if _may_be_of(path, since_ms, until_ms) and session_in(path) in sessions:
            item = found(path, str(path))
            if isinstance(item, Problem) or item.kind is FileKind.SERVER_LOG:
                yield item


def begun_ms(path: Path) -> int | None:
    """Return the moment of a debug log's first stamp in epoch milliseconds; null for a log without stamps."""
    try:
        with opened(path) as file:
            return int(datetime.fromisoformat(file.read(STAMP_BYTES).decode("ascii")).timestamp() * 1000)
    except (OSError, ValueError):
        return None


def newest_server_log(roots: Sequence[Path]) -> Path | None:
    """Return the per-server log that was written last."""
    return max(_server_logs(roots), key=_modified_ns, default=None)


def session_in(path: Path) -> str | None:
    """Return the session that the first records of a per-server log name."""
    try:
        with opened(path) as file:
            head = file.read(HEAD_BYTES)
    except OSError:
        return None
    _, mark, rest = head.partition(b'"sessionId"')
    value = rest.lstrip(b" :\t")[1 : 1 + UUID_LENGTH].decode("utf-8", "replace")
    return value if mark and session_of(value) else None


def _server_logs(roots: Sequence[Path]) -> Iterator[Path]:
    for root in roots:
        for project in _folders(root):
            for folder in _folders(project):
                if folder.name.startswith(FOLDER_PREFIX):
                    yield from _files(folder)


def _folders(folder: Path) -> Iterator[Path]:
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError:
        return
    yield from (Path(entry.path) for entry in entries if entry.is_dir(follow_symlinks=False))


def _files(folder: Path) -> Iterator[Path]:
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError:
        return
    yield from (Path(entry.path) for entry in entries if entry.is_file(follow_symlinks=False))


def _may_be_of(path: Path, since_ms: int | None, until_ms: int | None) -> bool:
    begun = time_in_name(path.name)
    if until_ms is not None and begun is not None and begun > until_ms + MARGIN_MS:
        return False
    return since_ms is None or _modified_ns(path) // 1_000_000 >= since_ms - MARGIN_MS


def _modified_ns(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
