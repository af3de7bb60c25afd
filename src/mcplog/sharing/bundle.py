"""Make a bundle that can be shown to others out of what the user names.

    inputs ─► names and secrets in them ─► new names, stand-ins ─► the same files, rewritten

Everything is read twice: first to learn what is to be replaced, then to replace it wherever it stands.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

import polars as pl
from msgspec import Struct
from msgspec.structs import replace

from mcplog.credentials import StoreReading, read_stores
from mcplog.credentials.shared import StandIns, StoreNames, shared_store
from mcplog.model.document import Document, Problem, StoreDump
from mcplog.model.veiled import Veiled
from mcplog.parse import Parsed, plain_document, read_entries, recognises
from mcplog.parse.server_names import mangle
from mcplog.sharing.layout import Layout
from mcplog.sharing.line import Lines
from mcplog.sharing.logs import Kept, Place, kept_lines, shared_log
from mcplog.sharing.new_names import UUID, NewNames
from mcplog.sharing.words import is_own_word
from mcplog.sources.inputs import Inputs


class SharedFile(Veiled, frozen=True, kw_only=True):
    """One file of a bundle.

    Attributes:
        path: Its name in the bundle, with `/` between the folders.
        content: Its bytes.
        origin: The input that it was made from.
        written_ms: Epoch milliseconds of the input's last write, where that matters; null: it does not.
        places: What was replaced; empty for stores, all of which is.
    """

    HIDDEN: ClassVar[tuple[str, ...]] = ("content",)

    path: str
    content: bytes
    origin: str
    written_ms: int | None = None
    places: tuple[Place, ...] = ()


class Shared(Veiled, frozen=True, kw_only=True):
    """The evidence of a bundle.

    Attributes:
        files: Logs first, then stores.
        cases: Their folders, `.` for a single one.
        servers: New names of servers by their old ones.
        problems: What could not be read.
    """

    HIDDEN: ClassVar[tuple[str, ...]] = ("servers",)

    files: tuple[SharedFile, ...]
    cases: tuple[str, ...]
    servers: Mapping[str, str]
    problems: tuple[Problem, ...] = ()


class _Evidence(Struct, frozen=True, kw_only=True):
    inputs: Inputs
    parsed: Parsed
    reading: StoreReading
    kept: Mapping[int, Kept]


def shared_evidence(inputs: Inputs, *, key: bytes) -> Shared:
    """Return the files of a bundle: no secret, no private name, and all that a diagnosis rests on.

    Args:
        inputs: The logs and stores.
        key: Random, and never used again: who has it can try out what was replaced.
    """
    inputs = replace(inputs, documents=tuple(map(plain_document, inputs.documents)))
    reading = read_stores(inputs.dumps, key=key)
    parsed = read_entries(inputs.documents, known_servers=reading.servers, looks_like_message=recognises)
    evidence = _Evidence(inputs=inputs, parsed=parsed, reading=reading, kept=kept_lines(parsed))
    names = NewNames(key)
    stand_ins = StandIns(key, stays=lambda word: is_own_word(word) or names.is_kept(word), rename=names.text)
    names.hide_with(stand_ins)
    for session_id in _sessions(parsed):
        names.keep_id(session_id)
    servers = {name: names.server(name) for name in _servers(evidence)}
    _rewritten(evidence, names, stand_ins, servers, Lines(names, stand_ins, servers=servers.values()))
    thorough = Lines(names, stand_ins, servers=servers.values(), looked_for=names.looked_for)
    files = _rewritten(evidence, names, stand_ins, servers, thorough)
    cases = tuple(Layout(_case_count(inputs), str).cases())
    return Shared(files=_swept(files, stand_ins), cases=cases, servers=servers, problems=inputs.problems)


def _case_count(inputs: Inputs) -> int:
    ids = [document.case_id for document in inputs.documents] + [dump.case_id for dump in inputs.dumps]
    return max(ids, default=0) + 1


def _sessions(parsed: Parsed) -> frozenset[str]:
    columns = [parsed.documents["session_id"], parsed.entries["session_id"]]
    ids = (str(id_) for column in columns for id_ in column.drop_nulls().unique())
    return frozenset(id_ for id_ in ids if UUID.fullmatch(id_))


def _servers(evidence: _Evidence) -> list[str]:
    """Return the names of servers, those first that are written out."""
    of_stores = frozenset[str]().union(*evidence.reading.servers.values())
    written = {*of_stores, *evidence.parsed.entries["server"].drop_nulls().unique()}
    return sorted(written)


def _rewritten(
    evidence: _Evidence, names: NewNames, stand_ins: StandIns, servers: Mapping[str, str], lines: Lines
) -> list[SharedFile]:
    inputs = evidence.inputs
    folders = {mangle(old): mangle(new) for old, new in servers.items()}
    layout = Layout(_case_count(inputs), lambda folder: folders.get(folder) or names.server(folder))
    store_names = StoreNames(server=lambda name: servers.get(name) or names.server(name), text=names.text)
    stores = [
        _store(dump, shared_store(dump.content, stand_ins, store_names, is_marker=dump.is_marker), layout, inputs.dumps)
        for dump in inputs.dumps
    ]
    told = [document for document in inputs.documents if document.document_id not in evidence.parsed.copies]
    logs = [_log(document, evidence, lines, servers, layout) for document in told]
    return [*logs, *stores]


def _log(
    document: Document, evidence: _Evidence, lines: Lines, servers: Mapping[str, str], layout: Layout
) -> SharedFile:
    content, places = shared_log(document, evidence.kept[document.document_id], lines, servers)
    return SharedFile(path=layout.of_log(document), content=content, origin=document.origin, places=tuple(places))


def _store(dump: StoreDump, content: bytes, layout: Layout, dumps: Sequence[StoreDump]) -> SharedFile:
    of_case = [other for other in dumps if other.case_id == dump.case_id and not other.is_marker]
    series = [other for other in of_case if other.store_id == dump.store_id]
    is_only = len({other.store_id for other in of_case}) <= 1
    number = series.index(dump) + 1 if dump in series else 1
    return SharedFile(
        path=layout.of_store(dump, number, is_only=is_only),
        content=content,
        origin=dump.origin,
        written_ms=None if dump.time_is_from_name else dump.taken_at_ms,
    )


def _swept(files: Sequence[SharedFile], stand_ins: StandIns) -> tuple[SharedFile, ...]:
    """Return the files without what was found to be a secret in one place and stands in another without a sign."""
    texts = pl.Series([file.content.decode("latin-1") for file in files], dtype=pl.String)
    swept = stand_ins.without_known(texts)
    return tuple(
        SharedFile(
            path=file.path,
            content=text.encode("latin-1"),
            origin=file.origin,
            written_ms=file.written_ms,
            places=file.places,
        )
        for file, text in zip(files, swept, strict=True)
    )
