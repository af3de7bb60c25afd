"""What was found for one run."""

from msgspec import Struct

from mcplog.model.document import Document, Problem, StoreDump
from mcplog.sources.file_content import FileContent


class Inputs(Struct, frozen=True, kw_only=True):
    """What was found for one run; nothing of it is guessed.

    Attributes:
        documents: The logs; `document_id` is the position.
        dumps: Credential stores and needs-auth markers; those of one store are in the order in which they were taken.
        problems: What could not be used, one sentence and a hint each.
        notes: What the user should know about what was chosen, one sentence each; which store is used is always said.
        case_names: How each case is called, by its number; empty: after the place of its logs.
    """

    documents: tuple[Document, ...] = ()
    dumps: tuple[StoreDump, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    case_names: tuple[str, ...] = ()


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
