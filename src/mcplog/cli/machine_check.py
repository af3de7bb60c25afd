"""Look for the client's files by name, size and time; of the newest logs the beginning is read for the version."""

import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from mcplog.knowledge.logging_habits import habit_of
from mcplog.report.checks import Check
from mcplog.report.wording import counted
from mcplog.sources.client_places import DEBUG_FOLDER, MARKER_NAME, STORE_NAME, Machine

_DEBUG_HINT: Final = "Start `claude --debug`, repeat what goes wrong, then run `mcplog analyze`."
_VERSION_MARKS: Final = ("claude-code/", "cc_version=")
_LOGS_LOOKED_AT: Final = 8
_HEAD_BYTES: Final = 1024 * 1024
_SAME_SESSION_S: Final = 60.0
_STORE_HINT: Final = (
    "Where the system has a keychain the client may keep its tokens there; "
    "what was held is then known from the logs alone."
)

_HISTORY_HINT: Final = (
    "`mcplog watch` or `mcplog snapshot --every 30s` keeps them; a store is overwritten at each refresh."
)


def check_machine(machine: Machine, *, now_s: float) -> tuple[Check, ...]:
    """Return what was found on `machine` at the moment `now_s`, in seconds since 1970."""
    folder = machine.configuration_folder()
    found = Check(name="configuration", passed=folder.is_dir(), text=str(folder), hint="Has the client been run here?")
    history = _history(machine.history_file(), now_s)
    return (found, *_logs(machine, now_s), *_logging(machine), *_store(folder), history)


def _logs(machine: Machine, now_s: float) -> Iterator[Check]:
    debug = machine.configuration_folder() / DEBUG_FOLDER
    yield _logs_in("debug logs", debug, _files(debug.glob("*.txt")), now_s)
    latest = debug / "latest"
    if latest.is_symlink() and not latest.exists():
        yield Check(
            name="latest", text=f"{latest} points to a file that is gone", hint="The newest log is taken instead."
        )
    for root in machine.cache_roots():
        logs = _files(root.glob("*/mcp-logs-*/*"))
        yield _logs_in("server logs", root, logs, now_s)
    oldest = _files(machine.state_root().glob("*/debug-logs/debug.txt"))
    if oldest:
        yield _logs_in("old logs", machine.state_root(), oldest, now_s)


def _logging(machine: Machine) -> Iterator[Check]:
    """Yield whether the client that ran last writes a debug log, as its version and its last sessions tell."""
    debug = _files((machine.configuration_folder() / DEBUG_FOLDER).glob("*.txt"))
    server = [log for root in machine.cache_roots() for log in _files(root.glob("*/mcp-logs-*/*"))]
    newest = sorted(debug + server, key=_changed_s, reverse=True)[:_LOGS_LOOKED_AT]
    version = next((found for log in newest if (found := _version_in(log))), None)
    habit = habit_of(version) if version else None
    if habit is None:
        return
    last_debug, last_server = (max(map(_changed_s, logs), default=0.0) for logs in (debug, server))
    if habit.asked and last_server > last_debug + _SAME_SESSION_S:
        text = f"off: Claude Code {version} ran after the newest debug log was written"
        yield Check(name="logging", passed=False, text=text, hint=habit.how)
    else:
        when = "only when it is asked for" if habit.asked else "in every session"
        yield Check(name="logging", passed=True, text=f"Claude Code {version} writes a debug log {when}")


def _version_in(log: Path) -> str | None:
    """Return the version of the client that the beginning of a log names."""
    with log.open("rb") as file:
        head = file.read(_HEAD_BYTES).decode("utf-8", "replace")
    for mark in _VERSION_MARKS:
        _, found, rest = head.partition(mark)
        number = rest[: len(rest) - len(rest.lstrip("0123456789."))].rstrip(".")
        if found and number.count(".") == 2:  # noqa: PLR2004 - major.minor.patch
            return number
    return None


def _logs_in(name: str, folder: Path, logs: list[Path], now_s: float) -> Check:
    if not logs:
        return Check(name=name, is_log=True, passed=False, text=f"none in {folder}", hint=_DEBUG_HINT)
    newest = max(logs, key=_changed_s)
    age = _age(now_s - _changed_s(newest))
    text = f"{counted(len(logs), 'log')} in {folder}; the newest, {newest.name}, changed {age} ago"
    return Check(name=name, is_log=True, passed=True, text=text)


def _store(folder: Path) -> Iterator[Check]:
    store, marker = folder / STORE_NAME, folder / MARKER_NAME
    if store.is_file():
        open_to_others = store.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH)
        hint = f"Others on this machine can read it: chmod 600 {store}" if open_to_others else ""
        yield Check(name="store", passed=not open_to_others, text=str(store), hint=hint)
    else:
        yield Check(name="store", text=f"no {store}", hint=_STORE_HINT)
    if marker.is_file():
        yield Check(name="marker", passed=True, text=f"{marker}: some server is marked as needing a sign-in")


def _history(path: Path, now_s: float) -> Check:
    if not path.is_file():
        return Check(name="history", text="no snapshots of the store are kept", hint=_HISTORY_HINT)
    is_open = bool(path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))
    hint = f"Others on this machine can read it: chmod 600 {path}" if is_open else ""
    age = _age(now_s - _changed_s(path))
    return Check(name="history", passed=not is_open, text=f"{path}; the last snapshot is {age} old", hint=hint)


def _files(paths: Iterable[Path]) -> list[Path]:
    return [path for path in paths if path.is_file() and not path.is_symlink()]


def _changed_s(path: Path) -> float:
    return path.stat().st_mtime


def _age(seconds: float) -> str:
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= length:
            return counted(int(seconds // length), unit)
    return counted(max(0, int(seconds)), "second")
