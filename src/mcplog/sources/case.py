"""One case: the logs and stores that are judged together."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import ClassVar

from msgspec.structs import replace

from mcplog.model.document import Problem
from mcplog.model.veiled import Veiled
from mcplog.sources.found import Found
from mcplog.sources.recognise import FileKind

LOG_KINDS = (FileKind.LOG, FileKind.SERVER_LOG, FileKind.PASTE, FileKind.TEXT)
STORE_KINDS = (FileKind.STORE, FileKind.ABSENT_STORE, FileKind.MARKER)


class Case(Veiled, frozen=True, kw_only=True):
    """What belongs together.

    Attributes:
        place: The folder or file that makes two paths one case.
        logs: Logs, in the order in which they were found.
        stores: Stores, markers and marks of absence.
        stdin: What standard input held; null when it was not asked for or cannot be used.
        stdin_is: What that is.
        problems: What could not be used.
        notes: What the user should know.
        name: How it is called where there are several; empty: after its place.
        exports: Issue exports that the user named one by one; who reported what is not told apart yet.
        histories: Histories of stores that the user named.
        issue: The issue it was reported in, `owner/name#42` or `#42`; empty where there is none.
    """

    HIDDEN: ClassVar[tuple[str, ...]] = ("stdin",)

    place: str
    logs: tuple[Found, ...] = ()
    stores: tuple[Found, ...] = ()
    stdin: bytes | None = None
    stdin_is: FileKind = FileKind.TEXT
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    name: str = ""
    exports: tuple[Found, ...] = ()
    histories: tuple[Path, ...] = ()
    issue: str = ""

    @property
    def is_empty(self) -> bool:
        """Nothing of it can be used."""
        return not self.logs and not self.stores and self.stdin is None


def case_of(place: str, items: Iterable[Found | Problem], *, notes: tuple[str, ...] = (), name: str = "") -> Case:
    """Return the case of what was found in one place.

    Where there are debug logs, pasted pieces of logs beside them (copies of a terminal, an issue) say nothing new.
    Texts without an entry are read only where there is nothing else.

    Args:
        place: The folder or file.
        items: What was found, in order.
        notes: What the user should know.
        name: How it is called where there are several.
    """
    found = list(items)
    files = [item for item in found if isinstance(item, Found)]
    logs = [file for file in files if file.kind in (FileKind.LOG, FileKind.SERVER_LOG)]
    if not any(file.kind is FileKind.LOG for file in logs):
        logs = [file for file in files if file.kind in (FileKind.PASTE, FileKind.SERVER_LOG)]
    logs = logs or [file for file in files if file.kind is FileKind.TEXT]
    return Case(
        place=place,
        logs=distinct(logs),
        stores=distinct(file for file in files if file.kind in STORE_KINDS),
        problems=tuple(item for item in found if isinstance(item, Problem)),
        notes=notes,
        name=name,
    )


def distinct(files: Iterable[Found]) -> tuple[Found, ...]:
    """Return each file once, under the first of its names."""
    first: dict[tuple[int, ...], Found] = {}
    for file in files:
        first.setdefault(file.identity, file)
    return tuple(first.values())


def merged(cases: Sequence[Case], *, as_one: bool) -> list[Case]:
    """Join cases of one place.

    Args:
        cases: In the order of the paths.
        as_one: All are one case whatever their places: the user named the store that they share.
    """
    joined: dict[str, Case] = {}
    for case in cases:
        place = "" if as_one else case.place
        before = joined.get(place, Case(place=place))
        joined[place] = replace(
            before,
            logs=distinct([*before.logs, *case.logs]),
            stores=distinct([*before.stores, *case.stores]),
            stdin=before.stdin if case.stdin is None else case.stdin,
            stdin_is=before.stdin_is if case.stdin is None else case.stdin_is,
            problems=(*before.problems, *case.problems),
            notes=(*before.notes, *case.notes),
            name=before.name or case.name,
            exports=distinct([*before.exports, *case.exports]),
            histories=tuple(dict.fromkeys([*before.histories, *case.histories])),
            issue=before.issue or case.issue,
        )
    return list(joined.values())
