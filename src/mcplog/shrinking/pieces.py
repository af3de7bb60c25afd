"""Evidence in pieces that can be left out one by one: each line of each log, and each store.

A choice of pieces is a case, so a run judges many choices at once: its fixed cost is that of hundreds of lines.
"""

import json
from collections.abc import Collection, Sequence
from pathlib import PurePosixPath
from typing import ClassVar

from msgspec import Struct
from msgspec.structs import replace

from mcplog.model.document import Document, Memory, StoreDump
from mcplog.model.veiled import Veiled
from mcplog.sharing.bundle import SharedFile


class Log(Veiled, frozen=True, kw_only=True):
    """A log in lines.

    Attributes:
        path: Its name in the evidence.
        lines: Its lines with their ends.
        is_pasted: Somebody wrote it into a comment.
    """

    HIDDEN: ClassVar[tuple[str, ...]] = ("lines",)

    path: str
    lines: tuple[bytes, ...]
    is_pasted: bool


class Store(Veiled, frozen=True, kw_only=True):
    """A store or a marker.

    Attributes:
        path: Its name in the evidence.
        dump: What it holds.
    """

    path: str
    dump: StoreDump


class Piece(Struct, frozen=True, order=True):
    """A line of a log, or a store: the number of the log and of its line; -1 and the number of the store."""

    log: int
    number: int


class Evidence(Struct, frozen=True, kw_only=True):
    """Everything that pieces are chosen from."""

    logs: tuple[Log, ...]
    stores: tuple[Store, ...]

    def pieces(self) -> list[Piece]:
        """Return all pieces: lines first, then stores."""
        lines = [Piece(at, number) for at, log in enumerate(self.logs) for number in range(len(log.lines))]
        return lines + [Piece(-1, number) for number in range(len(self.stores))]

    def documents(self, chosen: Collection[Piece], *, case_id: int, first_id: int) -> list[Document]:
        """Return the logs of a choice.

        Args:
            chosen: The pieces.
            case_id: Of the documents.
            first_id: Number of the first document.
        """
        files = [file for file in self.files(chosen) if isinstance(file[0], Log)]
        return [
            Document(
                document_id=first_id + number,
                origin=log.path,
                content=Memory(content),
                name=PurePosixPath(log.path).name,
                folder=PurePosixPath(log.path).parent.name,
                case_id=case_id,
                is_pasted=isinstance(log, Log) and log.is_pasted,
            )
            for number, (log, content) in enumerate(files)
        ]

    def dumps(self, chosen: Collection[Piece], *, case_id: int, first_id: int) -> list[StoreDump]:
        """Return the stores of a choice.

        Args:
            chosen: The pieces.
            case_id: Of the stores.
            first_id: What is added to their numbers, so that stores of two choices are told apart.
        """
        return [
            replace(store.dump, case_id=case_id, store_id=first_id + store.dump.store_id)
            for number, store in enumerate(self.stores)
            if Piece(-1, number) in chosen
        ]

    def files(self, chosen: Collection[Piece]) -> list[tuple[Log | Store, bytes]]:
        """Return the files of a choice with their bytes; a log without a line is none."""
        found: list[tuple[Log | Store, bytes]] = []
        for at, log in enumerate(self.logs):
            content = b"".join(line for number, line in enumerate(log.lines) if Piece(at, number) in chosen)
            if content:
                found.append((log, content))
        kept = [store for number, store in enumerate(self.stores) if Piece(-1, number) in chosen]
        return [*found, *((store, store.dump.content) for store in kept)]


def evidence_of(files: Sequence[SharedFile], documents: Sequence[Document], dumps: Sequence[StoreDump]) -> Evidence:
    """Return shared files in pieces.

    Args:
        files: The logs, then the stores, each in the order of what they were made from.
        documents: The logs that they were made from.
        dumps: The stores that they were made from.
    """
    logs, stores = files[: len(documents)], files[len(documents) :]
    return Evidence(
        logs=tuple(_log(file, is_pasted=document.is_pasted) for file, document in zip(logs, documents, strict=True)),
        stores=tuple(_store(file, dump) for file, dump in zip(stores, dumps, strict=True)),
    )


def _log(file: SharedFile, *, is_pasted: bool) -> Log:
    """Return a log in lines; an array of records, of which a part is none, as a record a line."""
    records = _records(file.content)
    if records is None:
        return Log(path=file.path, lines=tuple(file.content.splitlines(keepends=True)), is_pasted=is_pasted)
    lines = tuple(f"{json.dumps(record, ensure_ascii=False)}\n".encode("utf-8", "replace") for record in records)
    return Log(path=str(PurePosixPath(file.path).with_suffix(".jsonl")), lines=lines, is_pasted=is_pasted)


def _records(content: bytes) -> list[object] | None:
    if not content.lstrip().startswith(b"["):
        return None
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, list) and all(isinstance(one, dict) for one in found) else None


def _store(file: SharedFile, dump: StoreDump) -> Store:
    """Return a store under a name that tells its time, as the time of a file is lost on the way."""
    made = replace(dump, content=file.content, origin=file.path)
    if dump.is_marker or dump.taken_at_ms is None or dump.time_is_from_name:
        return Store(path=file.path, dump=made)
    folder = PurePosixPath(file.path).parent
    ending = ".json.absent" if dump.absent else ".json"
    inner = folder if folder.name == "credentials" else folder / "credentials"
    path = str(inner / f"credentials-{dump.taken_at_ms}{ending}")
    return Store(path=path, dump=replace(made, origin=path, time_is_from_name=True, is_current=False))
