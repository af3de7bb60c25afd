"""What was found for one run."""

from pathlib import Path

from msgspec import Struct

from mcplog.model.document import Document, Problem, StoreDump
from mcplog.sources.file_content import FileContent


class HistoryOf(Struct, frozen=True, kw_only=True):
    """A history of snapshots that belongs to a case.

    Attributes:
        path: The database.
        store: Path of the store whose snapshots are meant; null: all that it has, the user named it.
        case_id: The case.
        store_id: Number of that store in the run; null when nothing of it was found but its history.
    """

    path: Path
    store: str | None
    case_id: int
    store_id: int | None


class Inputs(Struct, frozen=True, kw_only=True):
    """What was found for one run; nothing of it is guessed.

    Attributes:
        documents: The logs; `document_id` is the position.
        dumps: Credential stores and needs-auth markers; those of one store are in the order in which they were taken.
        problems: What could not be used, one sentence and a hint each.
        notes: What the user should know about what was chosen, one sentence each; which store is used is always said.
        case_names: How each case is called, by its number; empty: after the place of its logs.
        histories: What mcplog itself has kept of these stores.
    """

    documents: tuple[Document, ...] = ()
    dumps: tuple[StoreDump, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    case_names: tuple[str, ...] = ()
    histories: tuple[HistoryOf, ...] = ()


def changes_while_reading(inputs: Inputs) -> tuple[Problem, ...]:
    """Return the logs that were cut, replaced or removed since they were found; ask after they have been read.

    Args:
        inputs: What `gather` found.
    """
    changes = [
        (document.origin, document.content.change())
        for document in inputs.documents
        if isinstance(document.content, FileContent)
    ]
    hint = "Read it again, or copy it first when it is still written."
    return tuple(Problem(origin=origin, what=f"The file {change}", hint=hint) for origin, change in changes if change)
