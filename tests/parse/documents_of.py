"""Small documents for the tests of entries, and short looks at what was read."""

from collections.abc import Sequence

from mcplog.model.document import Document, Memory
from mcplog.parse.entries import Parsed, read_entries

SESSION = "11111111-2222-4333-8444-555555555555"
UTC = "2026-11-25T00:36:43.901Z"


def document(
    content: str | bytes, *, id_: int = 0, name: str = "log.txt", folder: str = "", case_id: int = 0
) -> Document:
    data = content if isinstance(content, bytes) else content.encode()
    return Document(document_id=id_, origin=name, content=Memory(data), name=name, folder=folder, case_id=case_id)


def debug_file(content: str | bytes, *, id_: int = 0, case_id: int = 0) -> Document:
    return document(content, id_=id_, name=f"{SESSION}.txt", folder="debug", case_id=case_id)


def server_log(content: str | bytes, server: str, *, id_: int = 0, name: str = "x.jsonl", case_id: int = 0) -> Document:
    return document(content, id_=id_, name=name, folder=f"mcp-logs-{server}", case_id=case_id)


def read(*documents: Document, known: Sequence[str] = ()) -> Parsed:
    return read_entries(documents, known_servers={0: frozenset(known)})


def told(parsed: Parsed, *columns: str) -> list[tuple[object, ...]]:
    """Return the chosen columns of all entries; server and message when none is chosen."""
    return parsed.entries.select(*(columns or ("server", "message"))).rows()


def cited(parsed: Parsed, source: Document) -> list[bytes]:
    """Return the bytes of the document that each of its entries stands on."""
    mine = parsed.entries.filter(document_id=source.document_id)
    return [source.content.slice(start, stop) for start, stop in mine.select("byte_from", "byte_to").rows()]
