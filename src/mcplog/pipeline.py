"""The one place that joins the rooms: inputs to an Analysis.

`run` is pure: documents, stores, rules and a key in, an Analysis out. `analyze` opens what the user names and runs.

May import: errors, model, knowledge, sources, history, parse, credentials, correlate, rules, diagnose.
Touches: user files and mcplog's own history, read only.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from os import urandom  # what `secrets` asks too, and without loading hmac
from pathlib import Path

import polars as pl
from msgspec import Struct
from msgspec.structs import replace

from mcplog.correlate import Logs, Stores, build_facts, order_stream, unordered_servers, within
from mcplog.credentials import TOKEN_COLUMNS, TOKEN_KINDS, StoreReading, credential_history, read_stores
from mcplog.diagnose import MOST_DETAILED, Evidence, diagnose, overall_verdict
from mcplog.errors import InputError, UsageError
from mcplog.knowledge.rulepack import load_rulepack
from mcplog.model.document import Document, Problem, StoreDump
from mcplog.model.facts import Facts, Server
from mcplog.model.finding import Analysis, Counts, Finding
from mcplog.model.rule import CompiledRule
from mcplog.model.vocabulary import SERVER_LOGS, DocumentFormat, Severity
from mcplog.parse import EventTable, Parsed, read_entries, read_events, recognises, without_flood
from mcplog.parse.client_versions import newer_wording, wording_notes
from mcplog.rules import evaluate
from mcplog.sources import Inputs, changes_while_reading, gather_here

KEY_BYTES = 32


class Choice(Struct, frozen=True, kw_only=True):
    """What of the evidence is looked at.

    Attributes:
        server: Only this server; null for all.
        since: Only events from this moment on.
        until: Only events before this moment.
        strict_grammar: Parse every line with lark instead of the table.
        most_detailed: So many servers are looked at closely, worst first; the others get their findings alone.
        briefly: Leave out the decisive minute, what the store held, red herrings, the rungs of the ladder but for the
            one that is missing, and what is told of all logs as one.
    """

    server: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    strict_grammar: bool = False
    most_detailed: int = MOST_DETAILED
    briefly: bool = False


def analyze(
    paths: str | Path | Sequence[str | Path] = (),
    *,
    credentials: str | Path | Sequence[str | Path] = (),
    server: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    key: bytes | None = None,
    rules: Sequence[str | Path] = (),
    strict_grammar: bool = False,
) -> Analysis:
    """Read what the user names and say what went wrong.

    Args:
        paths: Files, folders, `latest` or `-`, one or several; nothing means the newest debug log of this machine.
        credentials: Stores, snapshots or folders of them, one or several, to join with logs from elsewhere.
        server: Only this server.
        since: Only events from this moment on.
        until: Only events before this moment.
        key: Key of the fingerprints; null makes a random one, so that fingerprints of two runs differ.
        rules: Folders of further rules.
        strict_grammar: Parse every message with lark instead of the generated table.

    Returns:
        What was found.

    Raises:
        NoInputError: Nothing that could be analysed was found.
        UsageError: A path or rule folder cannot be.
        RuleError: A rule of `rules` has faults.
    """
    inputs, own_key = with_history(gather_here(paths, credentials=credentials), key)
    analysis = run(
        inputs.documents,
        inputs.dumps,
        all_rules(rules),
        key=key or own_key or urandom(KEY_BYTES),
        choice=Choice(server=server, since=since, until=until, strict_grammar=strict_grammar),
        problems=inputs.problems,
        notes=inputs.notes,
        case_names=inputs.case_names,
    )
    changed = changes_while_reading(inputs)
    return replace(analysis, problems=(*analysis.problems, *changed)) if changed else analysis


def with_history(inputs: Inputs, key: bytes | None) -> tuple[Inputs, bytes | None]:
    """Return the inputs with what the histories of their stores remember, and the key to read all of them under.

    Args:
        inputs: What `gather` found.
        key: The key that the user chose; null for the one that lies beside a history.

    Returns:
        The inputs, and the key of the history that is used; null when none is. A history that cannot be read costs
        itself alone and is told in `problems`.
    """
    if not inputs.histories:
        return inputs, None
    from mcplog.history import remembered  # noqa: PLC0415 - needs SQLite, and most runs have no history

    dumps, problems, notes, chosen = list(inputs.dumps), list(inputs.problems), list(inputs.notes), key
    for history in inputs.histories:
        free_id = max((dump.store_id for dump in dumps), default=-1) + 1
        try:
            found = remembered(
                history.path,
                store=history.store,
                key=chosen,
                case_id=history.case_id,
                store_id=history.store_id,
                free_id=free_id,
            )
        except InputError as fault:
            problems.append(Problem(origin=fault.place, what=fault.message, hint=fault.hint))
            continue
        notes += found.notes
        if found.dumps:
            chosen, dumps = found.key, [*found.dumps, *dumps]
    used = replace(inputs, dumps=tuple(dumps), problems=tuple(problems), notes=tuple(notes))
    return used, chosen


def with_restored_history(inputs: Inputs) -> Inputs:
    """Return the inputs with what the histories of their stores remember as stores that can be rewritten.

    Args:
        inputs: What `gather` found.

    Returns:
        The inputs as they are when no history belongs to them; else with fingerprints in place of the secrets of all
        stores, that of now too: equal ones stay equal over all of them.
    """
    used, key = with_history(inputs, None)
    if key is None:
        return used
    return replace(used, dumps=tuple(_restored(dump, key) for dump in used.dumps), histories=())


def _restored(dump: StoreDump, key: bytes) -> StoreDump:
    from mcplog.credentials.records import record_of  # noqa: PLC0415 - most runs have no history
    from mcplog.credentials.restored import restored  # noqa: PLC0415 - most runs have no history

    if dump.is_marker:
        return dump
    return restored(dump if dump.is_recorded else replace(dump, content=record_of(dump, key=key), is_recorded=True))


def run(
    documents: Sequence[Document],
    dumps: Sequence[StoreDump],
    rules: Sequence[CompiledRule],
    *,
    key: bytes,
    choice: Choice | None = None,
    problems: Sequence[Problem] = (),
    notes: Sequence[str] = (),
    case_names: Sequence[str] = (),
) -> Analysis:
    """Analyse documents and stores that are already open. Pure but for reading the documents' content.

    Args:
        documents: The logs.
        dumps: Stores, snapshots and marker files.
        rules: The rules to run.
        key: Key of the fingerprints.
        choice: What of the evidence is looked at; null is everything.
        problems: What could not be opened.
        notes: How the inputs were chosen.
        case_names: How the cases are called, by number; an empty one is called after the place of its logs.

    Returns:
        What was found; equal inputs and key give an equal result.
    """
    wanted = choice or Choice()
    read = partial(_read, documents, dumps, rules, key=key, wanted=wanted)
    told, findings = read()
    if told.unordered:
        told, findings = _told_most((told, findings), read)
    evidence = Evidence(
        facts=told.facts,
        documents=told.documents,
        gaps=told.gaps,
        states=told.states,
        origins=dict(zip(told.documents["document_id"], told.documents["origin"], strict=True)),
        cases_with_store=frozenset(dump.case_id for dump in dumps),
        unordered=told.unordered,
    )
    diagnoses = diagnose(
        evidence,
        findings,
        rules,
        server=wanted.server,
        most_detailed=wanted.most_detailed,
        briefly=wanted.briefly,
    )
    return Analysis(
        verdict=overall_verdict(diagnosis.verdict for diagnosis in diagnoses),
        diagnoses=diagnoses,
        counts=told.counts,
        problems=(*problems, *told.problems),
        stores=tuple(dict.fromkeys(dump.origin for dump in dumps if not dump.is_marker)),
        notes=(*notes, *told.notes),
        case_names=tuple(case_names),
        documents=told.documents,
        gaps=told.gaps,
        facts=told.facts,
        credential_states=told.states,
    )


class _Told(Struct, frozen=True, kw_only=True):
    """What documents and stores tell, without the frames on the way to it, which are most of the memory."""

    facts: Facts
    unordered: frozenset[Server]
    documents: pl.DataFrame
    gaps: pl.DataFrame
    states: pl.DataFrame
    counts: Counts
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]


_Read = tuple[_Told, tuple[Finding, ...]]


def _read(
    documents: Sequence[Document],
    dumps: Sequence[StoreDump],
    rules: Sequence[CompiledRule],
    *,
    key: bytes,
    wanted: Choice,
    backwards: frozenset[int] = frozenset(),
) -> _Read:
    told = _told(documents, dumps, key=key, wanted=wanted, backwards=backwards)
    return told, evaluate(rules, told.facts, documents=told.documents, unordered=told.unordered)


def _told_most(forwards: _Read, read: Callable[..., _Read]) -> _Read:
    """Return what is told in the order in which logs without times tell most: any may be the one they were written in.

    They are read again: few runs have such logs, and to keep what was read would be most of the memory of all.

    Args:
        forwards: In the order of their names.
        read: Reads them, some cases `backwards`.
    """
    told, findings = forwards
    cases = frozenset(case_id for case_id, _ in told.unordered)
    other = read(backwards=cases)
    first, second = (
        Counter(one.case_id for one in found if one.severity is not Severity.INFORMATIONAL)
        for found in (findings, other[1])
    )
    better = frozenset(case_id for case_id in cases if second[case_id] > first[case_id])
    return forwards if not better else other if better == cases else read(backwards=better)


def _told(
    documents: Sequence[Document],
    dumps: Sequence[StoreDump],
    *,
    key: bytes,
    wanted: Choice,
    backwards: frozenset[int],
) -> _Told:
    reading = read_stores(dumps, key=key)
    parsed = read_entries(documents, known_servers=reading.servers, looks_like_message=recognises)
    table = _events(parsed.entries, key=key, strictly=wanted.strict_grammar)
    table = _with_names(table, parsed.documents, reading)
    rows, reports = _reported(documents, parsed, table, reading)
    counts = _counts(parsed, rows, dumps)
    of_all = () if wanted.briefly else newer_wording(rows, parsed.documents)
    problems = (*parsed.problems, *reading.problems, *of_all)
    notes = wording_notes(table, parsed.documents)
    needed = without_flood(rows, table.messages)
    logs = Logs(rows=needed, messages=table.messages, documents=parsed.documents, gaps=parsed.gaps, backwards=backwards)
    del needed, parsed, table, rows
    events = order_stream(logs)
    logs = replace(logs, rows=logs.rows.clear(), messages=logs.messages.clear())  # the stream has them, in order
    tokens = events.frame(TOKEN_COLUMNS, events.rows_of(TOKEN_KINDS))
    history = credential_history(reading, tokens, logs.documents)
    stores = Stores(states=history.states, changes=history.changes, markers=reading.markers)
    facts = within(build_facts(events, logs, stores), since=wanted.since, until=wanted.until)
    if reports is not None:
        from mcplog.correlate.reports import with_reports  # noqa: PLC0415 - only pastes have prose in them

        facts = with_reports(facts, reports, logs.documents)
    return _Told(
        facts=facts,
        unordered=unordered_servers(facts, logs.documents),
        documents=logs.documents,
        gaps=logs.gaps,
        states=history.states,
        counts=counts,
        problems=problems,
        notes=tuple(notes),
    )


def _with_names(table: EventTable, documents: pl.DataFrame, stores: StoreReading) -> EventTable:
    """Return the events with names for the servers of per-server logs that lie outside of their folders."""
    is_log = documents["format"].is_in(SERVER_LOGS)
    if not (is_log & documents["server_folder"].is_null()).any():
        return table
    from mcplog.parse.unnamed_logs import with_names  # noqa: PLC0415 - most per-server logs lie in their folder

    return replace(table, rows=with_names(table, documents, stores.addresses))


def _reported(
    documents: Sequence[Document], parsed: Parsed, table: EventTable, stores: StoreReading
) -> tuple[pl.DataFrame, pl.DataFrame | None]:
    """Return the events with a server for what was pasted without one, and what people report; null without pastes."""
    if not (parsed.documents["format"] == DocumentFormat.PASTE).any():
        return table.rows, None
    from mcplog.parse.reported import read_reported  # noqa: PLC0415 - needs TOML, and only pastes have prose in them

    reported = read_reported(documents, parsed, table, stores.servers)
    return reported.rows, reported.facts


def _counts(parsed: Parsed, rows: pl.DataFrame, dumps: Sequence[StoreDump]) -> Counts:
    stores = [dump for dump in dumps if not dump.is_marker]
    unrecognised = int((rows["kind"] == "unrecognised").sum())
    return Counts(
        documents=len(parsed.documents),
        lines=int(parsed.documents["line_count"].sum()),
        bytes=int(parsed.documents["byte_count"].sum()),
        entries=len(parsed.entries),
        events=len(rows) - unrecognised,
        unrecognised=unrecognised,
        stores=len({dump.store_id for dump in stores}),
        snapshots=len(stores),
    )


def all_rules(folders: Sequence[str | Path] = ()) -> tuple[CompiledRule, ...]:
    """Return the rules that ship with mcplog and those of the user's folders.

    Args:
        folders: Packs: folders that hold one folder per rule, or names of installed packs.

    Raises:
        UsageError: A pack cannot be used, or a rule has the id of one that ships with mcplog.
        RuleError: A rule has faults; all of them are listed.
    """
    ours = load_rulepack()
    if not folders:
        return ours
    from mcplog.rules.language import compile_pack  # noqa: PLC0415 - needs lark, which costs start-up time
    from mcplog.sources.rule_folders import rule_texts  # noqa: PLC0415 - most runs have no rules of the user's

    texts, ids = rule_texts(folders), {rule.id for rule in ours}
    taken = next((name for name in sorted(texts) if name in ids), None)
    if taken:
        raise UsageError(f"mcplog has a rule {taken!r} of its own", hint="Give yours another id and folder.")
    return (*ours, *compile_pack(texts, known=ids))


def _events(entries: pl.DataFrame, *, key: bytes, strictly: bool) -> EventTable:
    if not strictly:
        return read_events(entries, key=key)
    from mcplog.parse.strict_messages import read_events_strictly  # noqa: PLC0415 - needs lark

    return read_events_strictly(entries, key=key)
