"""What is known of each document as a whole: its format, version, session, and what it covers.

May import: model. Touches: nothing.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Final, Protocol

import polars as pl
from msgspec import Struct, field
from msgspec.structs import replace

from mcplog.model.document import Document, Problem
from mcplog.model.frames import DOCUMENTS, INSTANT, conform
from mcplog.model.vocabulary import SERVER_LOGS, DocumentFormat
from mcplog.parse.copies import Copies
from mcplog.parse.debug_entries import DebugFiles, Span
from mcplog.parse.formats import FOLDER_START, Form, session_of
from mcplog.parse.places import Hole
from mcplog.parse.process_starts import process_begins, starts_late
from mcplog.parse.stamps import stamp_ms

if TYPE_CHECKING:
    from mcplog.parse.paste import Pasted
    from mcplog.parse.server_log import ServerLog
    from mcplog.parse.unwrapped import Unwrapped
    from mcplog.parse.utf16 import Transcoded


class Opened(Struct, frozen=True, kw_only=True):
    """A document and how it is read.

    Attributes:
        document: As it was given.
        form: Its form.
        transcoded: Its text in UTF-8, when it is in UTF-16.
        unwrapped: Its lines without what a tool put around them, where one did; `form` is theirs then.
    """

    document: Document
    form: Form
    transcoded: "Transcoded | None" = None
    unwrapped: "Unwrapped | None" = None

    @property
    def readable(self) -> Document:
        """The document in UTF-8, without what a tool put around its lines."""
        changed = self.unwrapped or self.transcoded
        return changed.document if changed else self.document

    @property
    def text_form(self) -> Form:
        """The form of `readable`."""
        return replace(self.form, skip=0) if self.transcoded or self.unwrapped else self.form

    def line_of(self, line: int) -> int:
        """Return which line of the document a `line` of `readable` is, or stands in."""
        return self.unwrapped.line_of(line) if self.unwrapped else line

    @property
    def is_paste(self) -> bool:
        """Whether its entries are read when names are known."""
        return self.form.format == DocumentFormat.PASTE and self.form.encoding != "binary"


class DebugFileReader(Protocol):
    """Takes debug files one by one."""

    def add(self, document: Document, form: Form, head: bytes) -> None:
        """Read `document`, a debug file of the form `form` that begins with `head`."""
        ...

    def finish(self) -> DebugFiles:
        """Return what was found in all of them."""
        ...


class Reading(Struct, kw_only=True):
    """What has been read so far; it grows document by document.

    Attributes:
        debug: Reads the debug files.
        known_servers: Names from elsewhere, by case.
        opened: The documents, in order.
        debug_files: What they hold, when all are read.
        copies: Finds logs that are there twice.
        selected: The debug files that share few words: somebody kept some lines of them.
        server_logs: What per-server logs hold, by document.
        pastes: What pastes hold, by document.
        problems: What to tell.
        holes: What could not be read.
    """

    debug: DebugFileReader
    known_servers: Mapping[int, frozenset[str]] = {}
    opened: list[Opened] = field(default_factory=list)
    debug_files: DebugFiles = field(default_factory=DebugFiles)
    copies: Copies = field(default_factory=Copies)
    selected: set[int] = field(default_factory=set)
    server_logs: dict[int, "ServerLog"] = field(default_factory=dict)
    pastes: dict[int, "Pasted"] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    holes: list[Hole] = field(default_factory=list)


NAME_WITHIN_MS: Final = 5_000  # recorded: the first record follows the start in the name by up to three seconds


def documents_of(reading: Reading, entries: pl.DataFrame) -> pl.DataFrame:
    """Return DOCUMENTS.

    Args:
        reading: All that was read.
        entries: ENTRIES of it.
    """
    late, seen = _late(reading), _seen(entries)
    opened = sorted(reading.opened, key=lambda opened: opened.document.document_id)
    rows = [_row(one, reading, late, seen) for one in opened]
    table = zip(*rows, strict=True) if rows else ((),) * len(DOCUMENTS)
    columns = [
        pl.Series(name, values, dtype=pl.Int64).cast(INSTANT)
        if dtype == INSTANT
        else pl.Series(name, values, dtype=dtype)
        for (name, dtype), values in zip(DOCUMENTS.items(), table, strict=True)
    ]
    return conform(pl.DataFrame(columns), DOCUMENTS)


def _row(
    opened: Opened, reading: Reading, late: Mapping[int, bool | None], seen: Mapping[int, tuple[int | None, int | None]]
) -> tuple[object, ...]:
    document, form = opened.document, opened.form
    id_ = document.document_id
    if id_ in reading.copies.ids:
        size = document.content.size
        known = (id_, document.case_id, document.origin, DocumentFormat.EMPTY, size, 0, form.encoding)
        return (*known, *(None,) * (len(DOCUMENTS) - len(known)))
    span, log, pasted = reading.debug_files.spans.get(id_), reading.server_logs.get(id_), reading.pastes.get(id_)
    line_count = (
        reading.debug_files.line_counts.get(id_)
        if span
        else log.line_count
        if log
        else pasted.line_count
        if pasted
        else None
    )
    told = log.client_version if log else pasted.client_version if pasted else None
    is_server_log = form.format in SERVER_LOGS
    folder = document.folder.removeprefix(FOLDER_START)
    is_late = _starts_late(span) if span else _late_by_name(document, log)
    low, high = seen.get(id_, (None, None))
    return (
        id_,
        document.case_id,
        document.origin,
        form.format,
        document.content.size,
        0 if form.format == DocumentFormat.EMPTY else line_count,
        form.encoding,
        reading.debug_files.versions.get(id_, told),
        session_of(reading.copies.name_of(document)) if form.format == DocumentFormat.DEBUG_FILE else None,
        folder if is_server_log and folder != document.folder else None,
        is_late if is_late is not None else late.get(id_),
        _ends_early(document, span, log),
        _extreme(min, span.from_ms if span else None, low),
        _extreme(max, span.to_ms if span else None, high),
    )


def _extreme(choose: Callable[[int, int], int], one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else choose(one, other)


def _starts_late(span: Span | None) -> bool | None:
    """Return what the first line alone tells; null leaves it to the messages."""
    if span is None:
        return None
    if span.starts_inside:
        return True
    return False if process_begins(span.first_text) else None


def _late_by_name(document: Document, log: "ServerLog | None") -> bool | None:
    """Return false when a per-server log's first record stands right behind the start that its name tells (L29)."""
    if log is None or not log.rows:
        return None
    day, _, clock = document.name.partition("T")
    hour, minute, second, rest = [*clock.split("-", 3), "", "", "", ""][:4]
    begun = stamp_ms(f"{day}T{hour}:{minute}:{second}.{rest[:3]}Z")
    first = log.rows[0].at_ms
    return False if begun is not None and first is not None and 0 <= first - begun <= NAME_WITHIN_MS else None


def _ends_early(document: Document, span: Span | None, log: "ServerLog | None") -> bool | None:
    if document.truncated_by or (log and log.ends_cut) or (span and span.ends_in_header):
        return True
    return None if span and span.ends_in_line else False


def _late(reading: Reading) -> dict[int, bool | None]:
    """Return which documents are known to begin in the middle or not to, judged by their first messages."""
    known: dict[str, bool | None] = {}  # thousands of documents begin with few messages
    told: dict[int, bool | None] = {}
    for document_id, message in _first_messages(reading):
        is_late = known[message] if message in known else known.setdefault(message, starts_late(message))
        before = told.get(document_id, is_late)
        told[document_id] = True if before or is_late else before if is_late is False else None
    return told


def _first_messages(reading: Reading) -> Iterator[tuple[int, str]]:
    for part in reading.debug_files.parts:
        first = part.first_messages
        yield from zip(first.get_column("document_id").to_list(), first.get_column("message").to_list(), strict=True)
    for document_id, log in reading.server_logs.items():
        if log.rows:
            yield document_id, log.rows[0].message


def _seen(entries: pl.DataFrame) -> dict[int, tuple[int | None, int | None]]:
    """Return the first and the last moment at which each document has an entry, as epoch milliseconds."""
    at = pl.col("event_at").to_physical()
    told = (at.min().alias("low"), at.max().alias("high"))
    owner = entries.get_column("document_id")
    if entries.height and owner[0] == owner[-1]:  # by document and place: it is of one document
        seen = entries.select_seq(pl.col("document_id").first(), *told)
    else:
        seen = entries.group_by("document_id").agg(*told)
    return {document_id: (low, high) for document_id, low, high in seen.iter_rows()}
