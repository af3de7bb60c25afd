"""Documents in, entries out: one row for each thing the client logged about MCP, with its exact place.

    documents ─► form ─┬─ debug files ─────► records ─┐
                       ├─ per-server logs ────────────┼─► ENTRIES, DOCUMENTS, GAPS, problems
                       └─ pastes ─────────────────────┘

Server names are known for a whole case before anything that needs them is split.

May import: model. Touches: nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import polars as pl
from msgspec import Struct
from msgspec.structs import replace

from mcplog.errors import McplogError
from mcplog.model.document import Document, Problem
from mcplog.model.frames import ENTRIES, PLACED, conform, constant
from mcplog.model.redaction import redacted_names
from mcplog.model.vocabulary import Confidence, DocumentFormat, GapReason, TimeBasis
from mcplog.parse.copies import Copy
from mcplog.parse.cut_columns import cut_short, cuts
from mcplog.parse.debug_entries import DebugReader
from mcplog.parse.documents import DebugFileReader, Opened, Reading, documents_of
from mcplog.parse.first_looks import TAIL_BYTES, is_marked_up, may_be_newest_first, may_be_wrapped
from mcplog.parse.formats import FOLDER_START, HEAD_BYTES, Form, form_of, lies_with_debug_files, session_of
from mcplog.parse.places import Hole, Row, entries_of, gaps_of
from mcplog.parse.records import SplitText, names_in, split_odd, split_text_of
from mcplog.parse.run_starts import seams_of_clocks
from mcplog.parse.selections import keeps_few_words, selections
from mcplog.parse.server_names import Names

if TYPE_CHECKING:
    from mcplog.parse.server_log import ServerLog

NO_NAMES: Final[Mapping[int, frozenset[str]]] = MappingProxyType({})
DOCUMENT_BYTES: Final = 1 << 40  # a place as one number: no document is longer


class Parsed(Struct, frozen=True, kw_only=True):
    """What documents say about MCP.

    Attributes:
        entries: ENTRIES, by document and place.
        documents: DOCUMENTS, one row for each document.
        gaps: GAPS: what could not be read and might have held an entry.
        problems: What the user has to know about single documents.
        copies: The ids of documents that tell nothing but what another one tells; they have no entries.
    """

    entries: pl.DataFrame
    documents: pl.DataFrame
    gaps: pl.DataFrame
    problems: tuple[Problem, ...]
    copies: frozenset[int] = frozenset()


class Ways(Struct, frozen=True, kw_only=True):
    """How debug files are read: quickly, or with lark alone.

    Attributes:
        debug: Finds the records; used up by one reading.
        split_text: Splits what the reader left whole.
    """

    debug: DebugFileReader
    split_text: SplitText


def read_entries(
    documents: Sequence[Document],
    *,
    known_servers: Mapping[int, frozenset[str]] = NO_NAMES,
    looks_like_message: Callable[[str], bool] | None = None,
) -> Parsed:
    """Read every entry about MCP or OAuth.

    Args:
        documents: Of any number of cases, with dense ids.
        known_servers: Names from elsewhere (the store, a configuration), by case.
        looks_like_message: Says whether a text without any prefix is a message of the client; null recognises none.

    Returns:
        Entries, documents, gaps and problems. A document that cannot be read costs only itself.
    """
    ways = Ways(debug=DebugReader(), split_text=split_text_of)
    return read_entries_by(documents, ways, known_servers=known_servers, looks_like_message=looks_like_message)


def read_entries_by(
    documents: Sequence[Document],
    ways: Ways,
    *,
    known_servers: Mapping[int, frozenset[str]],
    looks_like_message: Callable[[str], bool] | None,
) -> Parsed:
    """Return what `read_entries` returns, debug files read in one of two ways that must agree.

    Args:
        documents: As there.
        ways: How records are found and split.
        known_servers: As there.
        looks_like_message: As there.
    """
    reading = Reading(debug=ways.debug, known_servers=known_servers)
    for document in documents:
        _read(reading, document)
    reading.debug_files = reading.debug.finish()
    names = _names(reading)
    for opened in reading.opened:
        if opened.is_paste:
            _read_paste(reading, opened, names, looks_like_message)
    entries = _entries(reading, names, ways.split_text)
    copied, found = reading.copies.ids, (*reading.holes, *reading.debug_files.holes)
    holes = [hole for hole in found if hole.document_id not in copied]
    gaps = gaps_of(holes)
    for opened in reading.opened:
        for changed in (opened.unwrapped, opened.transcoded):
            if changed is not None:
                entries, gaps = changed.with_original_places(entries), changed.with_original_places(gaps)
    return Parsed(
        entries=_without_secret_names(entries, ("server", "session_id")),
        documents=_without_secret_names(documents_of(reading, entries), ("server_folder",)),
        gaps=gaps,
        problems=(*reading.problems, *_problems(holes, reading.opened)),
        copies=frozenset(copied),
    )


def _read(reading: Reading, document: Document) -> None:
    try:
        head = document.content.slice(0, HEAD_BYTES)
        opened = _opened(document, form_of(document, head), head)
        form = opened.form
        if opened.unwrapped is not None:
            head = opened.readable.content.slice(0, HEAD_BYTES)
            reading.holes += opened.unwrapped.seams
        copy = reading.copies.find(opened.readable if opened.unwrapped else document, form, head)
        reading.opened.append(opened)
        if copy is not None:
            reading.problems.append(_told_once(copy))
            if copy.document.document_id == document.document_id:
                return
        if opened.transcoded is not None:
            head = opened.readable.content.slice(0, HEAD_BYTES)
        _read_as(reading, opened, head)
    except McplogError as error:
        if not reading.opened or reading.opened[-1].document is not document:
            reading.opened.append(Opened(document=document, form=Form(format=DocumentFormat.EMPTY)))
        reading.problems.append(Problem(origin=document.origin, what=error.message, hint=error.hint))
        reading.holes.append(_whole(document, GapReason.LIMIT))


def _told_once(copy: Copy) -> Problem:
    is_whole = copy.document.content.size == copy.of.content.size
    what = "is a copy of" if is_whole else "is the beginning of"
    return Problem(origin=copy.document.origin, what=f"{what} {copy.of.origin}", hint="It is read once.")


def _opened(document: Document, form: Form, head: bytes) -> Opened:
    opened = Opened(document=document, form=form)
    if form.encoding.startswith("utf-16"):
        from mcplog.parse.utf16 import transcode  # noqa: PLC0415 - logs are UTF-8 but for what PowerShell wrote

        opened = replace(opened, transcoded=transcode(document, form))
        head = opened.readable.content.slice(0, HEAD_BYTES)
    if form.encoding == "binary" or (form.format != DocumentFormat.PASTE and not _looks_changed(opened, head)):
        return opened
    from mcplog.parse.unwrapped import unwrapped  # noqa: PLC0415 - most runs read debug files as they are

    found = unwrapped(opened.readable, opened.text_form, head)
    return opened if found is None else replace(opened, unwrapped=found[0], form=found[1])


def plain_document(document: Document) -> Document:
    """Return `document` without what a tool put around its lines; itself where none did.

    Args:
        document: A log.
    """
    head = document.content.slice(0, HEAD_BYTES)
    changed = _opened(document, form_of(document, head), head).unwrapped
    return document if changed is None else changed.plain()


def _looks_changed(opened: Opened, head: bytes) -> bool:
    """Return whether a debug file that begins with `head` may not be as the client wrote it."""
    if opened.form.format != DocumentFormat.DEBUG_FILE:
        return False
    content, skip = opened.readable.content, opened.text_form.skip
    tail = head if len(head) >= content.size else content.slice(content.size - TAIL_BYTES, content.size)
    if may_be_newest_first(head[skip:] if skip else head, tail):
        return True
    return not lies_with_debug_files(opened.document) and (is_marked_up(head) or may_be_wrapped(head))


def _read_as(reading: Reading, opened: Opened, head: bytes) -> None:
    """Read a document whose entries do not depend on names; pastes wait."""
    document, form = opened.readable, opened.text_form
    match form.format:
        case DocumentFormat.DEBUG_FILE:
            reading.debug.add(document, form, head)
            if keeps_few_words(head):
                reading.selected.add(document.document_id)
        case DocumentFormat.SERVER_LOG_LINES | DocumentFormat.SERVER_LOG_ARRAY:
            _read_server_log(reading, document, form)
        case DocumentFormat.PASTE if form.encoding == "binary":
            reading.holes.append(_whole(document, GapReason.UNDECODABLE))
        case DocumentFormat.PASTE | DocumentFormat.EMPTY:
            pass


def _read_server_log(reading: Reading, document: Document, form: Form) -> None:
    from mcplog.parse.server_log import read_array_log, read_lines_log  # noqa: PLC0415 - most runs read a debug file

    read = read_lines_log if form.format == DocumentFormat.SERVER_LOG_LINES else read_array_log
    log = reading.server_logs[document.document_id] = read(document, form)
    reading.holes += log.holes


def _read_paste(
    reading: Reading,
    opened: Opened,
    names: dict[int, Names],
    looks_like_message: Callable[[str], bool] | None,
) -> None:
    from mcplog.parse.paste import read_paste  # noqa: PLC0415 - most runs have no paste

    document = opened.readable
    try:
        if document.adapter is not None:
            from mcplog.parse.foreign import read_foreign  # noqa: PLC0415 - few runs have a log of another client

            pasted = read_foreign(document, opened.text_form, document.adapter)
        else:
            pasted = read_paste(document, opened.text_form, names[document.case_id], looks_like_message)
    except McplogError as error:
        reading.problems.append(Problem(origin=document.origin, what=error.message, hint=error.hint))
        reading.holes.append(_whole(document, GapReason.LIMIT))
        return
    reading.pastes[document.document_id] = pasted
    reading.holes += pasted.holes


def _whole(document: Document, reason: GapReason) -> Hole:
    return Hole(
        document_id=document.document_id,
        line_from=1,
        line_to=1,
        byte_from=0,
        byte_to=document.content.size,
        reason=reason,
    )


def _names(reading: Reading) -> dict[int, Names]:
    """Return the names known in each case."""
    case_of = {opened.document.document_id: opened.document.case_id for opened in reading.opened}
    found: dict[int, set[str]] = {case_id: set(reading.known_servers.get(case_id, ())) for case_id in case_of.values()}
    for part in reading.debug_files.parts:
        for document_id, server in part.first_messages.select("document_id", "server").iter_rows():
            found[case_of[document_id]].add(server)
        for document_id, server in names_in(part):
            found[case_of[document_id]].add(server)
    distinct = {names: Names(names) for names in {frozenset(names) for names in found.values()}}
    return {case_id: distinct[frozenset(names)] for case_id, names in found.items()}


def _entries(reading: Reading, names: dict[int, Names], split_text: SplitText) -> pl.DataFrame:
    """Return ENTRIES of everything, by document and place."""
    documents = [opened.document for opened in reading.opened]
    cases = {document.document_id: document.case_id for document in documents}
    rows: list[Row] = []
    for document in documents:
        if document.document_id in reading.copies.ids:
            continue
        log, pasted = reading.server_logs.get(document.document_id), reading.pastes.get(document.document_id)
        if log is not None:
            server = _server_of(document, log, names[document.case_id])
            rows += [replace(row, server=server) for row in log.rows]
        if pasted is not None:
            rows += pasted.rows
    split = [split_odd(part, cases, names, split_text) for part in reading.debug_files.parts]
    frames = [_debug_entries(_told(pl.concat(split), reading), documents, reading)] if split else []
    return _in_order([*frames, entries_of(rows)] if rows or not frames else frames)


def _told(split: pl.DataFrame, reading: Reading) -> pl.DataFrame:
    """Return SPLIT rows without those of documents that tell nothing of their own."""
    if not reading.copies.ids:
        return split
    return split.filter(~pl.col("document_id").is_in(sorted(reading.copies.ids)))


def _server_of(document: Document, log: "ServerLog", names: Names) -> str:
    if document.folder.startswith(FOLDER_START):
        return names.of_folder(document.folder.removeprefix(FOLDER_START))
    from mcplog.parse.unnamed_logs import name_said  # noqa: PLC0415 - most per-server logs lie in their folder

    return name_said(log.rows)


def _debug_entries(split: pl.DataFrame, documents: Sequence[Document], reading: Reading) -> pl.DataFrame:
    """Return ENTRIES of SPLIT rows."""
    reading.holes += seams_of_clocks(split, (*reading.holes, *reading.debug_files.holes))
    is_cut = cut_short(split)
    if is_cut is not None:
        reading.holes += cuts(split.filter(is_cut))
        split = split.filter(~is_cut)
    owner, event_at, height = split.get_column("document_id"), split.get_column("event_at"), split.height
    sessions = {document.document_id: session_of(reading.copies.name_of(document)) for document in documents}
    basis = constant(TimeBasis.RECORDED, PLACED["time_basis"], height)
    if event_at.null_count():
        basis = basis.zip_with(event_at.is_not_null(), constant(TimeBasis.ORDER, PLACED["time_basis"], height))
    confidence = constant(Confidence.RECORDED, PLACED["confidence"], height)
    selected = selections(reading.debug_files, owner) | reading.selected
    if selected:
        is_copy = owner.is_in(sorted(selected))
        confidence = confidence.zip_with(~is_copy, constant(Confidence.PASTED, PLACED["confidence"], height))
    return split.with_columns(
        constant(0, PLACED["entry_id"], height).alias("entry_id"),
        basis.alias("time_basis"),
        confidence.alias("confidence"),
        _by_document(owner, sessions).alias("session_id"),
    ).select(ENTRIES.names())


def _by_document(owner: pl.Series, texts: Mapping[int, str | None]) -> pl.Series:
    """Return for each row the text of the document that owns it."""
    if len(texts) == 1:
        return constant(next(iter(texts.values())), pl.String(), len(owner))
    ids, values = pl.Series(list(texts), dtype=pl.UInt32), pl.Series(list(texts.values()), dtype=pl.String)
    is_dense = list(texts) == list(range(len(texts)))
    return values.gather(owner) if is_dense else owner.replace_strict(ids, values, return_dtype=pl.String)


def _in_order(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Return ENTRIES of all frames by document and place, counted within each document."""
    entries = pl.concat(frames) if len(frames) > 1 else frames[0]
    owner, place = entries.get_column("document_id"), entries.get_column("byte_from")
    is_of_one = entries.height == 0 or (owner.is_sorted() and owner[0] == owner[-1])
    if not is_of_one:
        place += owner.cast(pl.UInt64) * DOCUMENT_BYTES
    if not place.is_sorted():
        entries = entries.sort("document_id", "byte_from", "byte_to")
        owner = entries.get_column("document_id")
    number = pl.int_range(entries.height, dtype=pl.UInt32, eager=True)
    if not is_of_one:
        counts = owner.rle().struct.field("len")
        number -= (counts.cum_sum() - counts).gather(owner.rle_id()).cast(pl.UInt32)
    return conform(entries.with_columns(number.alias("entry_id")), ENTRIES)


def _without_secret_names(frame: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """Return `frame` with names that hold secrets as they may be shown."""
    for name in columns:
        names = frame.get_column(name)
        changed = redacted_names(names.unique().drop_nulls()) if names.null_count() < len(names) else {}
        if changed:
            frame = frame.with_columns(pl.col(name).replace(changed))
    return frame


TOLD: Final = {
    GapReason.UNDECODABLE: ("1 line holds bytes that are not UTF-8", "{n} lines hold bytes that are not UTF-8"),
    GapReason.TOO_LONG: ("1 line was too long to be read whole", "{n} lines were too long to be read whole"),
    GapReason.CUT: (
        "something was left out or broken off at 1 place",
        "something was left out or broken off at {n} places",
    ),
    GapReason.NARROWED: (
        "1 line was cut at the column at which others end, and is not read",
        "{n} lines were cut at one column, and are not read: give them whole",
    ),
    GapReason.ANOTHER_RUN: (
        "another run of the client begins in the middle of it",
        "{n} other runs of the client begin in the middle of it",
    ),
    GapReason.LIMIT: ("a part was not read", "{n} parts were not read"),
}


def _problems(holes: Sequence[Hole], opened: Sequence[Opened]) -> list[Problem]:
    """Return one problem for each document and reason, with the first line it concerns."""
    by_id = {one.document.document_id: one for one in opened}
    groups: dict[tuple[int, GapReason], list[Hole]] = {}
    for hole in holes:
        groups.setdefault((hole.document_id, hole.reason), []).append(hole)
    return [
        Problem(
            origin=by_id[document_id].document.origin,
            what=TOLD[reason][len(found) > 1].format(n=len(found)),
            line=by_id[document_id].line_of(min(hole.line_from for hole in found)),
        )
        for (document_id, reason), found in groups.items()
    ]
