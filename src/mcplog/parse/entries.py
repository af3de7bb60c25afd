"""Documents in, entries out: one row for each thing the client logged about MCP, with its exact place.

    documents ─► form ─┬─ debug files ─────► records ─┐
                       ├─ per-server logs ────────────┼─► ENTRIES, DOCUMENTS, GAPS, problems
                       └─ pastes ─────────────────────┘

Server names are known for a whole case before anything that needs them is split.

May import: model. Touches: nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import polars as pl

from mcplog.errors import McplogError
from mcplog.model.document import Document, Problem
from mcplog.model.frames import DOCUMENTS, ENTRIES, PLACED, conform
from mcplog.model.vocabulary import Confidence, DocumentFormat, GapReason, TimeBasis
from mcplog.parse.debug_entries import DebugFiles, DebugReader, Span
from mcplog.parse.formats import HEAD_BYTES, Form, form_of, session_of
from mcplog.parse.places import Hole, Row, entries_of, gaps_of
from mcplog.parse.process_starts import process_begins, starts_late
from mcplog.parse.records import names_in, split_odd
from mcplog.parse.server_log import FOLDER_START, ServerLog, read_array_log, read_lines_log
from mcplog.parse.server_names import Names
from mcplog.parse.utf16 import Transcoded, transcode

DOCUMENT_BYTES: Final = 1 << 40  # a place as one number: no document is longer


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What documents say about MCP.

    Attributes:
        entries: ENTRIES, by document and place.
        documents: DOCUMENTS, one row for each document.
        gaps: GAPS: what could not be read and might have held an entry.
        problems: What the user has to know about single documents.
    """

    entries: pl.DataFrame
    documents: pl.DataFrame
    gaps: pl.DataFrame
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """A document, how it is read, and its text when that had to be transcoded."""

    document: Document
    form: Form
    transcoded: Transcoded | None = None


@dataclass(slots=True)
class _Reading:
    """What has been read so far."""

    opened: list[_Opened] = field(default_factory=list)
    debug: DebugReader = field(default_factory=DebugReader)
    server_logs: dict[int, ServerLog] = field(default_factory=dict)
    pastes: list[tuple[Document, Form]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    holes: list[Hole] = field(default_factory=list)


def read_entries(
    documents: Sequence[Document],
    *,
    known_servers: frozenset[str] = frozenset(),
    looks_like_message: Callable[[str], bool] | None = None,
) -> Parsed:
    """Read every entry about MCP or OAuth.

    Args:
        documents: Of any number of cases, with dense ids.
        known_servers: Names from elsewhere (the store, a configuration), good for all cases.
        looks_like_message: Says whether a text without any prefix is a message of the client; null recognises none.

    Returns:
        Entries, documents, gaps and problems. A document that cannot be read costs only itself.
    """
    reading = _Reading()
    for document in documents:
        _read(reading, document)
    debug = reading.debug.finish()
    names = _names(documents, debug, known_servers)
    return _assemble(reading, debug, names)


def _read(reading: _Reading, document: Document) -> None:
    try:
        head = document.content.slice(0, HEAD_BYTES)
        form = form_of(document, head)
        if form.encoding.startswith("utf-16"):
            transcoded = transcode(document, form)
            reading.opened.append(_Opened(document=document, form=form, transcoded=transcoded))
            document, form = transcoded.document, replace(form, skip=0)
            head = document.content.slice(0, HEAD_BYTES)
        else:
            reading.opened.append(_Opened(document=document, form=form))
        match form.format:
            case DocumentFormat.DEBUG_FILE:
                reading.debug.add(document, form, head)
            case DocumentFormat.SERVER_LOG_LINES:
                reading.server_logs[document.document_id] = read_lines_log(document, form)
            case DocumentFormat.SERVER_LOG_ARRAY:
                reading.server_logs[document.document_id] = read_array_log(document, form)
            case DocumentFormat.PASTE:
                reading.pastes.append((document, form))
            case DocumentFormat.EMPTY:
                pass
    except McplogError as error:
        reading.problems.append(Problem(origin=document.origin, what=error.message, hint=error.hint))


def _names(documents: Sequence[Document], debug: DebugFiles, known: frozenset[str]) -> dict[int, Names]:
    """Return the names known in each case."""
    case_of = {document.document_id: document.case_id for document in documents}
    found: dict[int, set[str]] = {case_id: set(known) for case_id in case_of.values()}
    for part in debug.parts:
        for document_id, server in part.first_messages.select("document_id", "server").iter_rows():
            found[case_of[document_id]].add(server)
        for document_id, server in names_in(part.odd):
            found[case_of[document_id]].add(server)
    return {case_id: Names(frozenset(names)) for case_id, names in found.items()}


def _assemble(reading: _Reading, debug: DebugFiles, names: dict[int, Names]) -> Parsed:
    documents = [opened.document for opened in reading.opened]
    cases = {document.document_id: document.case_id for document in documents}
    split = [part.rows for part in debug.parts] + [split_odd(part.odd, cases, names) for part in debug.parts]
    rows: list[Row] = []
    for document in documents:
        log = reading.server_logs.get(document.document_id)
        if log is not None:
            server = _server_of(document, names[document.case_id])
            rows += [replace(row, server=server) for row in log.rows] if server else log.rows
            reading.holes += log.holes
    reading.holes += debug.holes
    frames = [_debug_entries(pl.concat(split), documents)] if split else []
    entries = _in_order([*frames, entries_of(rows)])
    return Parsed(
        entries=entries,
        documents=_documents_frame(reading, debug, entries),
        gaps=gaps_of(reading.holes),
        problems=(*reading.problems, *_told(reading.holes, documents)),
    )


def _server_of(document: Document, names: Names) -> str | None:
    if not document.folder.startswith(FOLDER_START):
        return None
    return names.of_folder(document.folder.removeprefix(FOLDER_START))


def _debug_entries(split: pl.DataFrame, documents: Sequence[Document]) -> pl.DataFrame:
    """Return ENTRIES of SPLIT rows."""
    ids = pl.Series([document.document_id for document in documents], dtype=pl.UInt32)
    sessions = pl.Series([session_of(document.name) for document in documents], dtype=pl.String)
    is_dense = ids.to_list() == list(range(len(documents)))
    session = (
        sessions.gather(split.get_column("document_id"))
        if is_dense
        else split.get_column("document_id").replace_strict(ids, sessions, return_dtype=pl.String)
    )
    recorded, order = (pl.lit(basis, dtype=PLACED["time_basis"]) for basis in (TimeBasis.RECORDED, TimeBasis.ORDER))
    return split.select(
        "document_id",
        pl.lit(0, dtype=pl.UInt32).alias("entry_id"),
        "line_from",
        "line_to",
        "byte_from",
        "byte_to",
        "event_at",
        pl.when(pl.col("event_at").is_null()).then(order).otherwise(recorded).alias("time_basis"),
        "level",
        pl.lit(Confidence.RECORDED, dtype=PLACED["confidence"]).alias("confidence"),
        "server",
        session.alias("session_id"),
        "message",
    )


def _in_order(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Return ENTRIES of all frames by document and place, counted within each document."""
    entries = pl.concat(frames) if len(frames) > 1 else frames[0]
    place = entries.select(pl.col("document_id").cast(pl.UInt64) * DOCUMENT_BYTES + pl.col("byte_from")).to_series()
    if not place.is_sorted():
        entries = entries.sort("document_id", "byte_from", "byte_to")
    owner = entries.get_column("document_id")
    counts = owner.rle().struct.field("len")
    firsts = (counts.cum_sum() - counts).gather(owner.rle_id())
    number = pl.int_range(pl.len(), dtype=pl.UInt32) - pl.lit(firsts)
    return conform(entries.with_columns(number.cast(pl.UInt32).alias("entry_id")), ENTRIES).collect()


def _documents_frame(reading: _Reading, debug: DebugFiles, entries: pl.DataFrame) -> pl.DataFrame:
    """Return DOCUMENTS."""
    table = [_document_row(opened, reading, debug) for opened in reading.opened]
    frame = pl.DataFrame(table, schema={**DOCUMENTS, "covers_from": pl.Int64(), "covers_to": pl.Int64()}, orient="row")
    stamped = entries.filter(pl.col("event_at").is_not_null())
    spans = stamped.group_by("document_id").agg(low=pl.col("event_at").min(), high=pl.col("event_at").max())
    late = _late(reading, debug)
    joined = frame.join(spans, on="document_id", how="left").join(late, on="document_id", how="left", suffix="_seen")
    joined = joined.with_columns(
        covers_from=pl.min_horizontal(pl.col("covers_from").cast(DOCUMENTS["covers_from"]), "low"),
        covers_to=pl.max_horizontal(pl.col("covers_to").cast(DOCUMENTS["covers_to"]), "high"),
        starts_late=pl.coalesce("starts_late", "starts_late_seen"),
    )
    return conform(joined.sort("document_id"), DOCUMENTS).collect()


def _document_row(opened: _Opened, reading: _Reading, debug: DebugFiles) -> tuple[object, ...]:
    document, form = opened.document, opened.form
    span, log = debug.spans.get(document.document_id), reading.server_logs.get(document.document_id)
    is_server_log = form.format in (DocumentFormat.SERVER_LOG_LINES, DocumentFormat.SERVER_LOG_ARRAY)
    folder = document.folder.removeprefix(FOLDER_START)
    return (
        document.document_id,
        document.case_id,
        document.origin,
        form.format,
        document.content.size,
        span.line_count if span else log.line_count if log else None,
        form.encoding,
        debug.versions.get(document.document_id),
        session_of(document.name) if form.format == DocumentFormat.DEBUG_FILE else None,
        folder if is_server_log and folder != document.folder else None,
        _starts_late(span),
        _ends_early(document, span, log),
        span.from_ms if span else None,
        span.to_ms if span else None,
    )


def _starts_late(span: Span | None) -> bool | None:
    """Return what the first line alone tells; null leaves it to the messages."""
    if span is None:
        return None
    if span.starts_inside:
        return True
    return False if process_begins(span.first_text) else None


def _ends_early(document: Document, span: Span | None, log: ServerLog | None) -> bool | None:
    if document.truncated_by or (log and log.ends_cut) or (span and span.ends_in_header):
        return True
    return None if span and span.ends_in_line else False


def _late(reading: _Reading, debug: DebugFiles) -> pl.DataFrame:
    """Return for each document whether it begins in the middle, judged by its first messages."""
    first = [part.first_messages for part in debug.parts]
    logs = [(id_, "", log.rows[0].message) for id_, log in reading.server_logs.items() if log.rows]
    schema = {"document_id": pl.UInt32(), "server": pl.String(), "message": pl.String()}
    frames = [*first, pl.DataFrame(logs, schema=schema, orient="row")]
    return starts_late(pl.concat(frames).unique(["document_id", "server"], keep="first", maintain_order=True))


TOLD: Final = {
    GapReason.UNDECODABLE: "{n} lines hold bytes that are not UTF-8",
    GapReason.TOO_LONG: "{n} lines were too long to be read whole",
    GapReason.CUT: "{n} records are broken off",
    GapReason.LIMIT: "the end was not read, the document is too large",
}


def _told(holes: Sequence[Hole], documents: Sequence[Document]) -> list[Problem]:
    """Return one problem for each document and reason, with the first line it concerns."""
    origin = {document.document_id: document.origin for document in documents}
    groups: dict[tuple[int, GapReason], list[Hole]] = {}
    for hole in holes:
        groups.setdefault((hole.document_id, hole.reason), []).append(hole)
    return [
        Problem(origin=origin[document_id], what=_what(reason, len(found)), line=min(hole.line_from for hole in found))
        for (document_id, reason), found in groups.items()
    ]


def _what(reason: GapReason, count: int) -> str:
    what = TOLD[reason].format(n=count)
    return what.replace("1 lines hold", "1 line holds").replace("1 lines were", "1 line was").replace("1 records are", "1 record is") if count == 1 else what
