"""What people report around their logs, as events of their own: told, not seen.

    pastes ─┬─ sentences (`report_facts.py`) ────────────┐
            ├─ answers (`report_answers.py`) ────────────┤
            ├─ requests by hand (`report_requests.py`) ──┼─► events of REPORTED_KINDS, confidence `prose`
            └─ commands and names (`report_servers.py`) ─┘   and a server for what was pasted without one

May import: model, knowledge. Touches: nothing.
"""

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

import polars as pl
from msgspec import Struct
from msgspec.structs import replace

from mcplog.knowledge.reported_facts import ReportedFacts, load_reported_facts
from mcplog.model.document import Document
from mcplog.model.event_kinds import REPORTED_ABOUT, REPORTED_FAULTS
from mcplog.model.frames import EVENTS, FIELDS
from mcplog.model.redaction import capped, redacted
from mcplog.model.vocabulary import Confidence, DocumentFormat, Level, TimeBasis
from mcplog.parse.entries import NO_NAMES, Parsed
from mcplog.parse.formats import FOLDER_START, HEAD_BYTES, form_of
from mcplog.parse.messages import EventTable
from mcplog.parse.paste import PASTE_BYTES
from mcplog.parse.paste_lines import Line, lines_of
from mcplog.parse.places import TextPlaces
from mcplog.parse.report_answers import told_by_answers
from mcplog.parse.report_facts import Told, is_about_servers, told_by_sentences
from mcplog.parse.report_passages import reports_something
from mcplog.parse.report_requests import told_by_requests
from mcplog.parse.report_servers import (
    UNNAMED,
    UNRECOGNISED,
    Servers,
    Shown,
    as_configured,
    logs_shown,
    nameless,
    names_commanded,
    names_configured,
    names_of_tools,
    names_quoted,
    names_said,
    server_in,
    servers_added,
    servers_of,
    with_servers,
)
from mcplog.parse.utf16 import Transcoded, transcode

BY_HAND: Final = "request_by_hand"
ANSWER: Final = "{"  # how a JSON answer begins, and no message of a log
HEADING: Final = "# "
STRONG: Final = "**"
TOLD: Final = "told: "  # what a report quotes is marked as such wherever it is printed


NAMINGS: Final = (  # the surest first, each with what a text has that names servers so
    (names_said, ("MCP server ", "plugin:")),
    (names_commanded, ("claude mcp ",)),
    (names_configured, ('": {',)),
    (names_of_tools, ("mcp__",)),
    (names_quoted, ("`",)),
)


class Reported(Struct, frozen=True, kw_only=True):
    """What a run's pastes tell.

    Attributes:
        rows: EVENT_ROWS of the messages, with a server for what was pasted or told without one.
        facts: EVENTS of the kinds in REPORTED_KINDS, by document and place.
    """

    rows: pl.DataFrame
    facts: pl.DataFrame


class _Fact(Struct, frozen=True, kw_only=True):
    """A fact with its exact place."""

    told: Told
    document_id: int
    line_from: int
    line_to: int
    byte_from: int
    byte_to: int
    text: str


class _Read(Struct, frozen=True, kw_only=True):
    """What one paste tells.

    Attributes:
        reports: It reports anything.
        about: Where it speaks of servers of MCP; null: nowhere.
        facts: What it tells.
        names: As people give them, the surest way first.
        shown: Logs that it shows below the name of their folder.
    """

    reports: bool = True
    about: _Fact | None = None
    facts: tuple[_Fact, ...] = ()
    names: tuple[frozenset[str], ...] = (frozenset(),) * len(NAMINGS)
    shown: tuple[Shown, ...] = ()


def read_reported(
    documents: Sequence[Document],
    parsed: Parsed,
    table: EventTable,
    known_servers: Mapping[int, frozenset[str]] = NO_NAMES,
) -> Reported:
    """Read what people report in the pastes of a run.

    Args:
        documents: Those of `parsed`.
        parsed: What was read of them.
        table: The messages in them.
        known_servers: Names from the stores, by case.

    Returns:
        The events with a server where one can be told, and the reported facts. These hold no secrets: their text is
        redacted.
    """
    pastes = set(parsed.documents.filter(pl.col("format") == DocumentFormat.PASTE)["document_id"])
    pastes -= {document.document_id for document in documents if document.adapter is not None}
    entries = _entry_lines(parsed.entries, pastes)
    read = {
        document.document_id: _of_document(document, entries.get(document.document_id, []))
        for document in documents
        if document.document_id in pastes
    }
    cases = {document.document_id: document.case_id for document in documents}
    rows = _without_examples(table.rows, [number for number, one in read.items() if not one.reports])
    rows = _without_requests(rows, [fact for one in read.values() for fact in one.facts])
    rows = as_configured(rows, cases)
    of_one = nameless(rows, pastes)
    named = servers_of(rows, cases)
    needed = {cases[document_id] for document_id in rows["document_id"].filter(of_one)}
    needed |= {
        cases[number] for number, one in read.items() if any(fact.told.kind in REPORTED_FAULTS for fact in one.facts)
    }
    about = _about(read, cases, {*named, *needed})
    facts = [fact for number, one in read.items() for fact in (*about.get(number, ()), *one.facts)]
    needed |= {cases[number] for number in about}
    servers = _servers(named, needed, read, cases, known_servers)
    shown = {number: one.shown for number, one in read.items()}
    return Reported(
        rows=with_servers(replace(table, rows=rows), of_one, cases, servers, shown), facts=_facts(facts, cases, servers)
    )


def _entry_lines(entries: pl.DataFrame, pastes: set[int]) -> dict[int, list[tuple[int, int]]]:
    """Return first and last line of the entries of each paste that are shown, not told.

    Where a paste shows JSON answers alone and no line of a log, these are quotes of what a page or a server said.
    """
    is_shown = pl.col("document_id").is_in(list(pastes)) & (pl.col("confidence") == Confidence.PASTED)
    is_answer = pl.col("message").str.starts_with(ANSWER)
    found: dict[int, list[tuple[int, int]]] = {}
    logs: set[int] = set()
    shown = entries.filter(is_shown).select("document_id", "line_from", "line_to", is_answer)
    for document_id, first, last, answers in shown.iter_rows():
        found.setdefault(document_id, []).append((first, last))
        if not answers:
            logs.add(document_id)
    return {document_id: spans for document_id, spans in found.items() if document_id in logs}


def _of_document(document: Document, entries: Sequence[tuple[int, int]]) -> _Read:
    """Return what a paste tells, with places in the original."""
    form = form_of(document, document.content.slice(0, HEAD_BYTES))
    if form.encoding == "binary":
        return _Read()
    transcoded = transcode(document, form) if form.encoding.startswith("utf-16") else None
    content, skip = (transcoded.document.content, 0) if transcoded else (document.content, form.skip)
    text = content.slice(skip, min(content.size, skip + PASTE_BYTES)).decode("utf-8", "surrogateescape")
    lines = list(lines_of(text))
    taken = {number for first, last in entries for number in range(first, last + 1)}
    table = load_reported_facts()
    is_about, reports = is_about_servers(text, table), reports_something(lines, table)
    tells_faults = is_about and reports
    said = list(told_by_sentences(text, lines, taken, table, tells_faults=tells_faults))
    if not any(fact.kind in REPORTED_FAULTS for fact in said):
        said += told_by_answers(text, lines, taken, table, tells_faults=tells_faults)
    told = [
        *said,
        *told_by_requests(text, lines, taken),
        *servers_added(lines),
    ]
    about = _told_about(lines, table) if is_about else []
    facts = _placed([*about, *sorted(told, key=lambda fact: (fact.start, fact.end))], document, text, skip)
    facts = _in_original(facts, transcoded) if transcoded and facts else facts
    return _Read(
        reports=reports,
        about=facts[0] if about else None,
        facts=tuple(facts[len(about) :]),
        names=tuple(
            frozenset(given(lines)) if any(mark in text for mark in marks) else frozenset() for given, marks in NAMINGS
        ),
        shown=tuple(logs_shown(lines)) if FOLDER_START in text else (),
    )


def _told_about(lines: Sequence[Line], table: ReportedFacts) -> list[Told]:
    """Return where a text that speaks of servers of MCP does so first; nothing where no line of it was kept."""
    said = [line for line in lines if line.text]
    first = next((line for line in said if is_about_servers(line.text, table)), said[0] if said else None)
    return [Told(kind=REPORTED_ABOUT, start=first.start, end=first.end)] if first else []


def _about(read: Mapping[int, _Read], cases: Mapping[int, int], known: AbstractSet[int]) -> dict[int, tuple[_Fact]]:
    """Return of each case that is not `known` to be about a server where it first speaks of servers of MCP."""
    found: dict[int, tuple[_Fact]] = {}
    done = set(known)
    for number, one in read.items():
        if one.about is not None and cases[number] not in done:
            done.add(cases[number])
            found[number] = (one.about,)
    return found


def _placed(told: Sequence[Told], document: Document, text: str, skip: int) -> list[_Fact]:
    places, at = TextPlaces(text, skip), dict[int, tuple[int, int]]()
    for position in sorted({place for fact in told for place in (fact.start, fact.end)}):
        at[position] = places.at(position)
    return [
        _Fact(
            told=fact,
            document_id=document.document_id,
            line_from=at[fact.start][0],
            line_to=at[fact.end][0],
            byte_from=at[fact.start][1],
            byte_to=at[fact.end][1],
            text=" ".join(text[fact.start : fact.end].split()),
        )
        for fact in told
    ]


def _in_original(facts: Sequence[_Fact], transcoded: Transcoded) -> list[_Fact]:
    """Return the facts with their bytes led back to a document in UTF-16."""
    names = ("document_id", "byte_from", "byte_to")
    schema = {name: EVENTS[name] for name in names}
    frame = pl.DataFrame({name: [getattr(fact, name) for fact in facts] for name in names}, schema=schema)
    led_back = transcoded.with_original_places(frame).select("byte_from", "byte_to").iter_rows()
    return [
        replace(fact, byte_from=byte_from, byte_to=byte_to)
        for fact, (byte_from, byte_to) in zip(facts, led_back, strict=True)
    ]


def _without_examples(rows: pl.DataFrame, documents: Collection[int]) -> pl.DataFrame:
    """Return EVENT_ROWS without the messages that these texts name, which report nothing; lines of a log are kept."""
    if not documents:
        return rows
    is_of_log = (pl.col("confidence") != Confidence.PROSE) & (
        (pl.col("level") != Level.NONE) | pl.col("event_at").is_not_null()
    )
    return rows.filter(is_of_log | ~pl.col("document_id").is_in(list(documents)))


def _without_requests(rows: pl.DataFrame, facts: Sequence[_Fact]) -> pl.DataFrame:
    """Return EVENT_ROWS without the unknown texts that were understood as requests by hand."""
    spans: dict[int, list[tuple[int, int]]] = {}
    for fact in facts:
        if fact.told.kind.startswith(BY_HAND):
            spans.setdefault(fact.document_id, []).append((fact.line_from, fact.line_to))
    if not spans:
        return rows
    unknown = (
        rows.with_row_index("row")
        .filter((pl.col("kind") == UNRECOGNISED) & pl.col("document_id").is_in(list(spans)))
        .select("row", "document_id", "line_from")
    )
    understood = [
        row
        for row, document_id, line in unknown.iter_rows()
        if any(first <= line <= last for first, last in spans[document_id])
    ]
    return rows.with_row_index("row").filter(~pl.col("row").is_in(understood)).drop("row")


def _servers(
    named: Mapping[int, list[str]],
    needed: set[int],
    read: Mapping[int, _Read],
    cases: Mapping[int, int],
    known: Mapping[int, frozenset[str]],
) -> Servers:
    """Return the servers of each case: those that its logs name, else the one that people name, else the empty name.

    People name it in the client's words, in a command, in a configuration, by its tools, in backticks or in a store.
    A case in which nothing is about a server at all gets none: "I have version 2.0.75" is no evidence.
    """
    servers: dict[int, list[str]] = dict(named)
    for case_id in needed - named.keys():
        own = [one for document_id, one in read.items() if cases[document_id] == case_id]
        added = {fact.told.server for one in own for fact in one.facts if fact.told.server}
        said, *others = ({name for one in own for name in one.names[way]} for way in range(len(NAMINGS)))
        told = next((names for names in (said, added, *others, known.get(case_id, said)) if names), said)
        servers[case_id] = list(told) if len(told) == 1 else [UNNAMED]
    return servers


def _facts(facts: Sequence[_Fact], cases: Mapping[int, int], servers: Servers) -> pl.DataFrame:
    """Return EVENTS of what is reported."""
    columns: dict[str, Sequence[object]] = {
        "document_id": [fact.document_id for fact in facts],
        "entry_id": range(len(facts)),
        "line_from": [fact.line_from for fact in facts],
        "line_to": [fact.line_to for fact in facts],
        "byte_from": [fact.byte_from for fact in facts],
        "byte_to": [fact.byte_to for fact in facts],
        "event_at": [None] * len(facts),
        "time_basis": [TimeBasis.ORDER] * len(facts),
        "level": [Level.NONE] * len(facts),
        "confidence": [Confidence.PROSE] * len(facts),
        "server": [_server_of(fact, servers.get(cases[fact.document_id], ())) for fact in facts],
        "session_id": [None] * len(facts),
        "kind": [fact.told.kind for fact in facts],
        **{name: [fact.told.fields.get(name) for fact in facts] for name in FIELDS},
    }
    excerpts = capped(redacted(pl.Series([f"{TOLD}{_clean(fact.text)}" for fact in facts], dtype=pl.String)))
    return pl.DataFrame({**columns, "excerpt": excerpts}, schema=EVENTS)


def _server_of(fact: _Fact, servers: Sequence[str]) -> str | None:
    """Return the server that a fact is about; one that it adds counts only where the case is about it.

    A fault is about some server: where it is not said which of several, about the one with the empty name.
    """
    if fact.told.server is not None:
        return fact.told.server if fact.told.server in servers else None
    server = server_in(fact.text, servers)
    return UNNAMED if server is None and fact.told.kind in (*REPORTED_FAULTS, REPORTED_ABOUT) else server


def _clean(text: str) -> str:
    """Return what is told without the marks of a heading and of emphasis that it was written with."""
    whole = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return whole.lstrip(HEADING).replace(STRONG, "")
