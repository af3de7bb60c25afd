"""What people report around their logs, as events of their own: told, not seen.

    pastes ─┬─ sentences (`report_sentences.py`) ──┐
            ├─ requests by hand (`report_requests.py`) ─► rows of the kinds in REPORTED_KINDS, confidence `prose`
            └─ `claude mcp add …` ─────────────────┘

A paste often names its server once and then says "it". So what is pasted or told without a name is about the one server
that the case names; where it names none, the server is the empty name, so that the case still gets a verdict.

May import: model, knowledge. Touches: nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import polars as pl
from msgspec import Struct

from mcplog.knowledge.reported_facts import load_reported_facts
from mcplog.model.document import Document
from mcplog.model.frames import EVENT_ROWS, EVENTS, FIELDS
from mcplog.model.vocabulary import Confidence, DocumentFormat, Level, TimeBasis
from mcplog.parse.entries import Parsed
from mcplog.parse.formats import HEAD_BYTES, form_of
from mcplog.parse.paste import PASTE_BYTES
from mcplog.parse.paste_lines import Line, lines_of
from mcplog.parse.places import TextPlaces
from mcplog.parse.redaction import capped, redacted
from mcplog.parse.report_requests import told_by_requests
from mcplog.parse.report_sentences import Told, find_phrase, server_url, told_by_sentences, words_of
from mcplog.parse.utf16 import Transcoded, transcode

ADD: Final = ("claude", "mcp", "add")
WITH_VALUE: Final = (
    "-t",
    "--transport",
    "-s",
    "--scope",
    "-e",
    "--env",
    "-H",
    "--header",
    "--callback-port",
    "--client-id",
)
# About the client, its surroundings or several servers at once: never about the one server of a case.
SURROUNDINGS: Final = (
    "client_version_told",
    "mcp_runtime_told",
    "runtime_told",
    "environment_told",
    "proxy_options_told",
    "mtls_options_told",
    "configs_loading",
    "configs_loaded",
    "servers_started_async",
    "servers_not_ready",
    "servers_retried",
    "setup_issue_told",
    "connectors_gate_checked",
    "connectors_gate_answered",
    "connectors_disabled",
    "connectors_account_token_absent",
    "account_session_expired",
    "account_token_checked",
    "list_started",
    "servers_counted",
    "servers_failed_told",
    "servers_need_auth_told",
    "screen_unavailable",
    "ide_server_listening",
)
UNRECOGNISED: Final = "unrecognised"


class Reported(Struct, frozen=True, kw_only=True):
    """What a run's pastes tell.

    Attributes:
        rows: EVENT_ROWS of the messages, with a server for what was pasted or told without one.
        facts: EVENTS of the kinds in REPORTED_KINDS, by document and place.
    """

    rows: pl.DataFrame
    facts: pl.DataFrame


class _Placed(Struct, frozen=True, kw_only=True):
    """A fact with its exact place."""

    told: Told
    document_id: int
    line_from: int
    line_to: int
    byte_from: int
    byte_to: int
    excerpt: str


def read_reported(documents: Sequence[Document], parsed: Parsed, rows: pl.DataFrame) -> Reported:
    """Read what people report in the pastes of a run.

    Args:
        documents: Those of `parsed`.
        parsed: What was read of them.
        rows: EVENT_ROWS of the messages in them.

    Returns:
        The events with a server where one can be told, and the reported facts. Reported facts hold no secrets: their
        text is redacted.
    """
    pastes = set(parsed.documents.filter(pl.col("format") == DocumentFormat.PASTE)["document_id"])
    entries = _entry_lines(parsed.entries, pastes)
    placed = [
        fact
        for document in documents
        if document.document_id in pastes
        for fact in _of_document(document, entries.get(document.document_id, []))
    ]
    cases = {document.document_id: document.case_id for document in documents}
    servers = _servers(rows, placed, cases)
    return Reported(
        rows=_with_servers(_without_requests(rows, placed), pastes, cases, servers),
        facts=_facts(placed, cases, servers),
    )


# --- one document ---


def _entry_lines(entries: pl.DataFrame, pastes: set[int]) -> dict[int, list[tuple[int, int]]]:
    """Return first and last line of the entries of each paste that are shown, not told."""
    shown = entries.filter(
        pl.col("document_id").is_in(list(pastes)) & (pl.col("confidence") == Confidence.PASTED)
    ).select("document_id", "line_from", "line_to")
    found: dict[int, list[tuple[int, int]]] = {}
    for document_id, first, last in shown.iter_rows():
        found.setdefault(document_id, []).append((first, last))
    return found


def _of_document(document: Document, entries: Sequence[tuple[int, int]]) -> Iterator[_Placed]:
    """Yield the facts that a paste tells, with their places in the original."""
    form = form_of(document, document.content.slice(0, HEAD_BYTES))
    if form.encoding == "binary":
        return
    transcoded = transcode(document, form) if form.encoding.startswith("utf-16") else None
    content, skip = (transcoded.document.content, 0) if transcoded else (document.content, form.skip)
    text = content.slice(skip, min(content.size, skip + PASTE_BYTES)).decode("utf-8", "surrogateescape")
    lines = list(lines_of(text))
    taken = {number for first, last in entries for number in range(first, last + 1)}
    told = [
        *told_by_sentences(text, lines, taken, load_reported_facts()),
        *told_by_requests(text, lines, taken),
        *_added(lines),
    ]
    placed = list(_placed(sorted(told, key=lambda fact: (fact.start, fact.end)), document, text, skip))
    yield from _in_original(placed, transcoded) if transcoded else placed


def _added(lines: Sequence[Line]) -> Iterator[Told]:
    """Yield the servers that a command adds: `claude mcp add --transport http notes https://…`."""
    for line in lines:
        words = line.text.split()
        places = [at for at in range(len(words) - 3) if tuple(words[at : at + 3]) == ADD]
        if not places:
            continue
        url = server_url(line.text)
        name = _first_argument(words[places[0] + 3 :])
        if name and "://" not in name:
            fields: dict[str, object] = {"url": url} if url else {}
            yield Told(kind="server_url_reported", start=line.start, end=line.end, fields=fields, server=name)


def _first_argument(words: Sequence[str]) -> str | None:
    """Return the first word that is neither an option nor the value of one."""
    is_value = False
    for word in words:
        if not is_value and not word.startswith("-"):
            return word.strip("\"'`")
        is_value = word in WITH_VALUE
    return None


def _placed(told: Sequence[Told], document: Document, text: str, skip: int) -> Iterator[_Placed]:
    starts = _places(text, skip, {fact.start for fact in told} | {fact.end for fact in told})
    for fact in told:
        (line_from, byte_from), (line_to, byte_to) = starts[fact.start], starts[fact.end]
        yield _Placed(
            told=fact,
            document_id=document.document_id,
            line_from=line_from,
            line_to=line_to,
            byte_from=byte_from,
            byte_to=byte_to,
            excerpt=" ".join(text[fact.start : fact.end].split()),
        )


def _places(text: str, skip: int, positions: set[int]) -> dict[int, tuple[int, int]]:
    places = TextPlaces(text, skip)
    return {position: places.at(position) for position in sorted(positions)}


def _in_original(placed: Sequence[_Placed], transcoded: Transcoded) -> Iterator[_Placed]:
    frame = pl.DataFrame(
        {name: [getattr(fact, name) for fact in placed] for name in ("document_id", "byte_from", "byte_to")},
        schema={name: EVENT_ROWS[name] for name in ("document_id", "byte_from", "byte_to")},
    )
    led_back = transcoded.with_original_places(frame)
    for fact, (byte_from, byte_to) in zip(placed, led_back.select("byte_from", "byte_to").iter_rows(), strict=True):
        yield _Placed(
            told=fact.told,
            document_id=fact.document_id,
            line_from=fact.line_from,
            line_to=fact.line_to,
            byte_from=byte_from,
            byte_to=byte_to,
            excerpt=fact.excerpt,
        )


# --- servers ---


def _servers(rows: pl.DataFrame, placed: Sequence[_Placed], cases: Mapping[int, int]) -> dict[int, list[str]]:
    """Return the servers that each case names: in its logs, else in what people say."""
    named: dict[int, dict[str, None]] = {}
    distinct = rows.filter(pl.col("server").is_not_null()).select("document_id", "server").unique(maintain_order=True)
    for document_id, server in distinct.iter_rows():
        named.setdefault(cases[document_id], {})[server] = None
    in_logs = set(named)
    for fact in placed:
        if fact.told.server is not None and cases[fact.document_id] not in in_logs:
            named.setdefault(cases[fact.document_id], {})[fact.told.server] = None
    return {case_id: list(servers) for case_id, servers in named.items()}


def _only(servers: Sequence[str]) -> str | None:
    """Return the server that a case without doubt is about; the empty name where it names none."""
    return None if len(servers) > 1 else servers[0] if servers else ""


def _with_servers(
    rows: pl.DataFrame, pastes: set[int], cases: Mapping[int, int], servers: Mapping[int, list[str]]
) -> pl.DataFrame:
    """Return EVENT_ROWS with a server for what was pasted without one."""
    nameless = rows.filter(pl.col("server").is_null() & pl.col("document_id").is_in(list(pastes)))
    if nameless.is_empty():
        return rows
    owners = {document_id: _only(servers.get(cases[document_id], [])) for document_id in nameless["document_id"]}
    owner = pl.col("document_id").replace_strict(
        list(owners), list(owners.values()), default=None, return_dtype=pl.String()
    )
    is_of_one = ~pl.col("kind").cast(pl.String).is_in([*SURROUNDINGS, UNRECOGNISED])
    return rows.with_columns(server=pl.when(pl.col("server").is_null() & is_of_one).then(owner).otherwise("server"))


def _without_requests(rows: pl.DataFrame, placed: Sequence[_Placed]) -> pl.DataFrame:
    """Return EVENT_ROWS without the unknown texts that were understood as reports."""
    for fact in placed:
        if fact.told.kind.startswith("request_by_hand"):
            inside = (
                (pl.col("document_id") == fact.document_id)
                & (pl.col("byte_from") >= fact.byte_from)
                & (pl.col("line_from") <= fact.line_to)
            )
            rows = rows.filter(~(inside & (pl.col("kind") == UNRECOGNISED)))
    return rows


def _server_of(fact: _Placed, servers: Sequence[str]) -> str | None:
    """Return the server that a fact is about: named in it, else the only one of the case."""
    if fact.told.server is not None:
        return fact.told.server
    words = words_of(fact.excerpt)
    said = [name for name in servers if name and find_phrase(words, " ".join(words_of(name)))]
    return said[0] if len(said) == 1 else _only(servers)


# --- frames ---


def _facts(placed: Sequence[_Placed], cases: Mapping[int, int], servers: Mapping[int, list[str]]) -> pl.DataFrame:
    """Return EVENTS of what is reported."""
    excerpts = redacted(pl.Series([_clean(fact.excerpt) for fact in placed], dtype=pl.String))
    columns: dict[str, Sequence[object]] = {
        "document_id": [fact.document_id for fact in placed],
        "entry_id": range(len(placed)),
        "line_from": [fact.line_from for fact in placed],
        "line_to": [fact.line_to for fact in placed],
        "byte_from": [fact.byte_from for fact in placed],
        "byte_to": [fact.byte_to for fact in placed],
        "event_at": [None] * len(placed),
        "time_basis": [TimeBasis.ORDER] * len(placed),
        "level": [Level.NONE] * len(placed),
        "confidence": [Confidence.PROSE] * len(placed),
        "server": [_server_of(fact, servers.get(cases[fact.document_id], [])) for fact in placed],
        "session_id": [None] * len(placed),
        "kind": [fact.told.kind for fact in placed],
        **{name: [fact.told.fields.get(name) for fact in placed] for name in FIELDS},
        "excerpt": capped(excerpts).to_list(),
    }
    return pl.DataFrame(columns, schema=EVENTS)


def _clean(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
