"""Find what the user means by each path, and what belongs to it.

    a file                   that file; a debug log also brings its store, marker and per-server logs
    latest                   the newest debug log of the client's configuration folder
    a folder                 a debug folder, a configuration folder, a recording, a case, loose logs
    an archive               what such a folder would hold
    an issue export          a case for each reporter
    -                        standard input
    nothing                  the newest debug log of this machine, with what belongs to it

Each path is a case of its own, except that files of one configuration folder are one case, and that everything is one
case when the user names the store. What belongs together is found by its place or by the session that it names; a log
from anywhere else is never joined to this machine's store.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, Final

from msgspec.structs import replace

from mcplog.errors import McplogError, NoInputError, UsageError
from mcplog.model.document import Document, Memory, Problem, StoreDump
from mcplog.model.foreign import Adapter
from mcplog.sources.belonging import stores_of
from mcplog.sources.case import LOG_KINDS, STORE_KINDS, Case, case_of, distinct, merged
from mcplog.sources.client_places import DEBUG_FOLDER, Machine
from mcplog.sources.file_content import content_of
from mcplog.sources.folder import files_in
from mcplog.sources.found import STDIN_ORIGIN, Found, folder_name, found, piped
from mcplog.sources.inputs import HistoryOf, Inputs
from mcplog.sources.kept_history import histories_of
from mcplog.sources.named_path import BUNDLES, NOT_USABLE, case_of_latest, cases_of_bundle, cases_of_path, missing
from mcplog.sources.printable import printable
from mcplog.sources.recognise import FileKind
from mcplog.sources.session_logs import logs_of_sessions, newest_server_log, session_in

STDIN: Final = "-"
QUOTING: Final = (FileKind.PASTE, FileKind.TEXT, FileKind.LOG)  # an issue may begin with pasted lines
TOKEN_FIELDS: Final = (b"accessToken", b"refreshToken")  # a text without either quotes no store
QUOTED_BYTES: Final = 1024 * 1024  # people write no more
QUOTING_LOGS: Final = 20  # nor so many texts of one case
NO_STORE: Final = (
    "No credential store is used; name one with --credentials (on macOS it is in the keychain, not in a file)."
)


def gather(
    paths: Sequence[str | Path],
    *,
    credentials: Sequence[str | Path] = (),
    environment: Mapping[str, str],
    home: Path,
    stdin: BinaryIO | None,
) -> Inputs:
    """Find the logs and stores to analyse.

    Args:
        paths: What the user named; empty: the newest debug log of this machine.
        credentials: Stores, snapshots or folders of them that the user named; they replace those found.
        environment: The environment's variables, for the client's folders.
        home: The home folder.
        stdin: Where `-` is read from; null: nowhere.

    Returns:
        What was found. A path that cannot be used costs itself alone and is told in `problems`.

    Raises:
        NoInputError: Nothing usable was found; says why, and what to do.
        UsageError: `-` is named and there is no standard input.
    """
    machine = Machine(environment=environment, home=home)
    cases = [
        case
        for path in paths
        for case in (_cases_of_stdin(stdin) if path == STDIN else cases_of_path(str(path), machine))
    ]
    cases = merged(_told_apart(merged(cases or [_newest(machine)], as_one=False)), as_one=bool(credentials))
    if credentials:
        cases = [replace(case, stores=()) for case in cases]
        cases[0] = _with_named_stores(cases[0], credentials)
    inputs = numbered(cases, None if credentials else machine)
    if not inputs.documents and not any(not dump.is_marker for dump in inputs.dumps):
        raise _nothing(inputs.problems)
    return inputs


def _told_apart(cases: list[Case]) -> list[Case]:
    """Return the cases with one for each reporter of the exports that were named."""
    if not any(case.exports for case in cases):
        return cases
    from mcplog.sources.bundles import with_reporters  # noqa: PLC0415 - most runs have no export

    return with_reporters(cases)


def _cases_of_stdin(stdin: BinaryIO | None) -> list[Case]:
    if stdin is None:
        raise UsageError("`-` reads standard input, and there is none", hint="Pipe a log in, or name a file.")
    content = stdin.read()
    item = piped(content)
    if item.kind in (*LOG_KINDS, *STORE_KINDS):
        return [Case(place=STDIN, stdin=content, stdin_is=item.kind)]
    if item.kind in BUNDLES:
        return cases_of_bundle(item, Path(STDIN))
    what, _ = NOT_USABLE.get(item.kind, NOT_USABLE[FileKind.OTHER])
    problem = Problem(origin=STDIN_ORIGIN, what=what, hint="Pipe a log in, or name a file.")
    return [Case(place=STDIN, problems=(problem,))]


def _newest(machine: Machine) -> Case:
    """Return the newest log of this machine: a debug log, else what the per-server logs of the newest session hold."""
    configuration = machine.configuration_folder()
    folder = configuration / DEBUG_FOLDER
    if folder.is_dir():
        case = case_of_latest(folder, str(folder), machine, note="nothing was named")
        if case.logs:
            return case
    oldest = sorted(machine.state_root().glob("*/debug-logs/debug.txt"), key=lambda path: path.stat().st_mtime_ns)
    server_log = newest_server_log(machine.cache_roots())
    session = session_in(server_log) if server_log is not None else None
    if session is not None and not oldest:
        items = list(logs_of_sessions(machine.cache_roots(), {session}, since_ms=None, until_ms=None))
        note = f"There is no debug log; the per-server logs of the newest session ({session}) are read."
        return case_of(str(configuration), [*items, *stores_of(configuration, str(configuration))], notes=(note,))
    if oldest:
        project = oldest[-1].parent.parent.name
        items = [found(oldest[-1], str(oldest[-1]))]
        for root in machine.cache_roots():
            items += files_in(root / project, str(root / project)) if (root / project).is_dir() else []
        note = f"{printable(str(oldest[-1]))} is read: nothing was named, it is the newest."
        return case_of(str(configuration), [*items, *stores_of(configuration, str(configuration))], notes=(note,))
    hint = "Start the client with `--debug`, repeat what went wrong, then try again; or name a log."
    problem = Problem(origin=printable(str(folder)), what="holds no debug log", hint=hint)
    return Case(place=str(configuration), problems=(problem,))


def _with_named_stores(case: Case, credentials: Sequence[str | Path]) -> Case:
    items: list[Found | Problem] = []
    for shown in map(str, credentials):
        path = Path(shown).expanduser()
        items += files_in(path, shown) if path.is_dir() else [_named_store(path, shown)]
    if any(isinstance(item, Found) and item.kind is FileKind.ARCHIVE for item in items):
        items = _opened(items)
    stores = [item for item in items if isinstance(item, Found) and item.kind in STORE_KINDS]
    histories = [item.path for item in items if isinstance(item, Found) and item.kind is FileKind.HISTORY]
    problems = [item for item in items if isinstance(item, Problem)]
    if not stores and not problems and not histories:
        names = ", ".join(printable(str(name)) for name in credentials)
        hint = "Name a .credentials.json or a folder with copies of one."
        problems = [Problem(origin=names, what="holds no credential store", hint=hint)]
    told = (*case.problems, *problems)
    return replace(case, stores=distinct(stores), histories=tuple(histories), problems=told)


def _opened(items: Sequence[Found | Problem]) -> list[Found | Problem]:
    """Return the items with what is in archives in place of them."""
    from mcplog.sources.bundles import opened  # noqa: PLC0415 - most runs have no archive

    return [part for item in items for part in ((item,) if isinstance(item, Problem) else opened(item))]


def _named_store(path: Path, shown: str) -> Found | Problem:
    """Return a file that the user calls a store; what it holds decides whether it can be read, not its name."""
    if not os.path.lexists(path):  # Path.exists raises for names that are too long
        return missing(path, shown)
    item = found(path, shown)
    if isinstance(item, Problem) or item.kind in (*STORE_KINDS, FileKind.ARCHIVE, FileKind.HISTORY):
        return item
    if item.kind in (FileKind.SPECIAL, FileKind.LOST):
        what, hint = NOT_USABLE[item.kind]
        return Problem(origin=item.origin, what=what, hint=hint)
    return replace(item, kind=FileKind.STORE)


def numbered(cases: Sequence[Case], machine: Machine | None) -> Inputs:
    """Return the documents and stores of some cases, numbered through; cases of which nothing can be used come last.

    Args:
        cases: In the order of their numbers.
        machine: The history of its store is looked for; null where the user named the stores.
    """
    documents: list[Document] = []
    dumps: list[StoreDump] = []
    problems: list[Problem] = []
    notes: list[str] = []
    names: list[str] = []
    histories: list[HistoryOf] = []
    first_store_id = 0
    for case_id, case in enumerate(sorted(cases, key=lambda case: case.is_empty)):
        for log in case.logs:
            documents.append(_document(len(documents), log, case_id))
        of_case, faults = _dumps(case, case_id, first_store_id)
        if case.stdin is not None and case.stdin_is in STORE_KINDS:
            of_case.append(_piped_store(case.stdin, case.stdin_is, case_id, first_store_id + len(case.stores)))
        elif case.stdin is not None:
            documents += _piped_logs(case.stdin, case_id, len(documents))
        if machine is not None and all(dump.is_marker for dump in of_case):
            of_case += _quoted(case, case_id, first_store_id + len(case.stores))
        dumps += of_case
        first_store_id = max(first_store_id, *(dump.store_id + 1 for dump in of_case)) if of_case else first_store_id
        histories += histories_of(case, of_case, case_id, machine)
        names.append(case.name)
        problems += [*case.problems, *faults]
        notes += [*case.notes, *(() if case.is_empty or (histories and not of_case) else (_store_note(of_case),))]
    return Inputs(
        documents=tuple(documents),
        dumps=tuple(dumps),
        problems=tuple(problems),
        notes=tuple(dict.fromkeys(notes)),
        case_names=tuple(names),
        histories=tuple(histories),
    )


def _dumps(case: Case, case_id: int, first_store_id: int) -> tuple[list[StoreDump], list[Problem]]:
    if not case.stores:
        return [], []
    from mcplog.sources.store_dumps import store_dumps  # noqa: PLC0415 - a log alone needs none of it

    return store_dumps(case.stores, case_id=case_id, first_store_id=first_store_id)


def _document(document_id: int, log: Found, case_id: int) -> Document:
    return Document(
        document_id=document_id,
        origin=log.origin,
        content=content_of(log),
        name=log.path.name,
        folder=log.path.parent.name if log.is_pasted else folder_name(log.path),
        case_id=case_id,
        truncated_by=log.truncated_by,
        is_pasted=log.is_pasted,
        adapter=_adapter(log),
    )


def _adapter(log: Found) -> Adapter | None:
    """Return what reads a log of another client; null for a log of ours and for a text that nobody knows."""
    if log.kind is not FileKind.TEXT or log.is_pasted:
        return None
    from mcplog.sources.adapters import HEAD_CHARACTERS, adapter_for  # noqa: PLC0415 - most logs are ours

    try:
        return adapter_for(content_of(log).slice(0, HEAD_CHARACTERS))
    except McplogError:
        return None


def _piped_logs(content: bytes, case_id: int, first_id: int) -> list[Document]:
    from mcplog.sources.joined_logs import parts_of  # noqa: PLC0415 - only what is piped in may be joined

    return [
        Document(document_id=number, origin=STDIN_ORIGIN, content=Memory(part), case_id=case_id)
        for number, part in enumerate(parts_of(content), first_id)
    ]


def _piped_store(content: bytes, kind: FileKind, case_id: int, store_id: int) -> StoreDump:
    is_marker = kind is FileKind.MARKER
    return StoreDump(store_id=store_id, origin=STDIN_ORIGIN, content=content, is_marker=is_marker, case_id=case_id)


def _quoted(case: Case, case_id: int, first_store_id: int) -> list[StoreDump]:
    """Return the stores that the texts of a case quote; a store of its own says more, and stands alone."""
    if len(case.logs) > QUOTING_LOGS:
        return []
    logs = [log for log in case.logs if log.kind in QUOTING and log.size <= QUOTED_BYTES]
    texts = [(log.origin, content_of(log).slice(0, log.size)) for log in logs]
    if case.stdin is not None and case.stdin_is in QUOTING and len(case.stdin) <= QUOTED_BYTES:
        texts.append((STDIN_ORIGIN, case.stdin))
    quoting = [(origin, data) for origin, data in texts if any(word in data for word in TOKEN_FIELDS)]
    if not quoting:
        return []
    from mcplog.sources.quoted_stores import dumps_of  # noqa: PLC0415 - few texts quote a store

    return dumps_of(quoting, case_id=case_id, first_store_id=first_store_id)


def _store_note(dumps: Sequence[StoreDump]) -> str:
    """Say which store is used, if any."""
    stores: dict[int, list[str]] = {}
    for dump in dumps:
        if not dump.is_marker:
            stores.setdefault(dump.store_id, []).append(dump.origin)
    if not stores:
        return NO_STORE
    told = []
    for first, *more in (reversed(of) for of in stores.values()):
        earlier = f" and {len(more)} earlier snapshot{'s' if more[1:] else ''}" if more else ""
        told.append(f"{first}{earlier}")
    return f"Credential store: {', '.join(told)}."


def _nothing(problems: Sequence[Problem]) -> NoInputError:
    first = problems[0] if problems else Problem(origin="", what="nothing was found")
    return NoInputError(first.what, place=first.origin, hint=first.hint)
