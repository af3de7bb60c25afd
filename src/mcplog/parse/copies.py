"""Logs that lie in a case twice: what a copy tells happened once.

The link `latest` becomes a file when a folder is packed, and people attach a log again, perhaps an earlier state of it.
Read twice, each refresh would count as two.

May import: model. Touches: nothing.
"""

from typing import Final, NamedTuple

from msgspec import Struct, field

from mcplog.model.document import Document
from mcplog.model.vocabulary import DocumentFormat
from mcplog.parse.formats import Form, session_of

LOGS: Final = (DocumentFormat.DEBUG_FILE, DocumentFormat.SERVER_LOG_LINES, DocumentFormat.SERVER_LOG_ARRAY)
STAMPED_BYTES: Final = 256  # with times; recorded: 33 between two sessions, 113 between logs of one server
BARE_BYTES: Final = 4096  # without times; recorded: 1,524 between two sessions
BLOCK_BYTES: Final = 1024 * 1024
MOST_ALIKE: Final = 20

_Beginning = tuple[int, str, bytes]  # case, folder of a per-server log, first bytes


class Copy(NamedTuple):
    """One document that tells nothing of its own.

    Attributes:
        document: The copy, or the earlier state.
        of: The document that tells all of it.
    """

    document: Document
    of: Document


class Copies(Struct):
    """Finds copies among the logs that it is shown.

    Attributes:
        ids: The documents that tell nothing but what another one tells.
        names: By the id of a document that no session names, the name of a copy that one does.
    """

    ids: set[int] = field(default_factory=set)
    names: dict[int, str] = field(default_factory=dict)
    _seen: dict[_Beginning, list[Document]] = field(default_factory=dict)

    def find(self, document: Document, form: Form, head: bytes) -> Copy | None:
        """Return which of two logs is a copy of the other, where `document` has the text of one seen before.

        Two sessions may write the same where lines have no stamps: what two session ids name is no copy.

        Args:
            document: The next log.
            form: Its form.
            head: Its first bytes.
        """
        if form.format not in LOGS:
            return None
        is_server_log = form.format is not DocumentFormat.DEBUG_FILE
        shown = STAMPED_BYTES if form.stamped or is_server_log else BARE_BYTES
        beginning = (document.case_id, document.folder if is_server_log else "", head[:shown])
        alike = self._seen.setdefault(beginning, [])
        for place, other in enumerate(alike):
            if self._is_another_session(document, other) or not _is_same(document, other):
                continue
            self._name(document, other)
            copy = Copy(document, other) if document.content.size <= other.content.size else Copy(other, document)
            alike[place] = copy.of
            self.ids.add(copy.document.document_id)
            return copy
        if len(alike) < MOST_ALIKE:
            alike.append(document)
        return None

    def name_of(self, document: Document) -> str:
        """Return what a document is called, or a copy of it that is called after its session."""
        return self.names.get(document.document_id, document.name)

    def _is_another_session(self, one: Document, other: Document) -> bool:
        sessions = {session_of(one.name), session_of(self.name_of(other))} - {None}
        return len(sessions) > 1

    def _name(self, one: Document, other: Document) -> None:
        name = next((name for name in (one.name, self.name_of(other)) if session_of(name) is not None), None)
        if name is not None:
            self.names[one.document_id] = self.names[other.document_id] = name


def _is_same(one: Document, other: Document) -> bool:
    """Return whether the shorter of two documents is the beginning of the longer one."""
    size = min(one.content.size, other.content.size)
    spans = ((start, min(start + BLOCK_BYTES, size)) for start in range(0, size, BLOCK_BYTES))
    return all(one.content.slice(*span) == other.content.slice(*span) for span in spans)
