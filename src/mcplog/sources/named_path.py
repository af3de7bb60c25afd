"""What the user means by one path: a file, a folder, an archive, an export, `latest`, a link whose target is gone."""

import os
import stat
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from mcplog.model.document import Problem
from mcplog.sources.belonging import is_debug_log, server_logs_of, stores_of
from mcplog.sources.case import LOG_KINDS, STORE_KINDS, Case, case_of
from mcplog.sources.client_places import DEBUG_FOLDER, Machine
from mcplog.sources.folder import LATEST, files_in, newest_first
from mcplog.sources.found import Found, found, unreadable
from mcplog.sources.printable import printable
from mcplog.sources.recognise import FileKind
from mcplog.sources.session_logs import session_of

TEXT_ENDS: Final = (".md", ".markdown")
BUNDLES: Final = (FileKind.ARCHIVE, FileKind.ISSUES, FileKind.PAGE)
WHAT_TO_NAME: Final = "Name a debug log, a per-server log, a text with pasted lines, or the folder they lie in."
NOT_USABLE: Final = {
    FileKind.EMPTY: ("is empty", WHAT_TO_NAME),
    FileKind.OTHER: ("is neither a log nor a credential store", WHAT_TO_NAME),
    FileKind.RICH_TEXT: ("is rich text, not plain text", "Save it as plain text (.txt), then name that file."),
    FileKind.HISTORY: ("is a database, not a log", "Name the log; a history of mcplog goes after --credentials."),
    FileKind.BINARY: ("is a binary file, not a log", WHAT_TO_NAME),
    FileKind.SPECIAL: ("is a pipe, a socket or a device", "Save its content to a file, or pipe it in with `-`."),
    FileKind.LOST: ("is a link that leads nowhere", "Name the file itself."),
}


def cases_of_path(shown: str, machine: Machine) -> list[Case]:
    """Return what a path stands for: one case, or those of an archive or of a folder with archives and exports in it.

    Args:
        shown: The path as the user named it.
        machine: For the folders of the client.
    """
    path = Path(shown).expanduser()
    try:
        is_folder = stat.S_ISDIR(path.stat().st_mode)
    except (OSError, ValueError) as fault:
        return [_case_of_nothing(path, shown, machine, fault)]
    if is_folder:
        return _cases_of_folder(path, shown, machine)
    item = found(path, shown)
    if isinstance(item, Problem):
        return [Case(place=shown, problems=(item,))]
    if item.kind in BUNDLES:
        return cases_of_bundle(item, path.absolute().parent)
    return [case_of_file(item, shown, machine)]


def cases_of_bundle(file: Found, folder: Path) -> list[Case]:
    """Return the cases of an archive, or one with an export in it whose reporters are not told apart yet.

    Args:
        file: An archive, an export or an HTML copy.
        folder: Where it lies; exports of one folder are read together.
    """
    if file.kind is FileKind.ARCHIVE:
        from mcplog.sources.bundles import cases_of_archive  # noqa: PLC0415 - most runs have no archive

        return cases_of_archive(file)
    return [Case(place=f"{folder}#issues", exports=(file,))]


def _case_of_nothing(path: Path, shown: str, machine: Machine, fault: OSError | ValueError) -> Case:
    """Return the newest log for `latest`, linked or not; else why the path cannot be used."""
    is_link = os.path.islink(path)  # noqa: PTH114 - says no where Path.is_symlink raises
    if path.name == LATEST and is_link:
        return case_of_latest(path.parent, os.path.dirname(shown), machine)  # noqa: PTH120 - as typed
    if path.name == LATEST:
        folder = machine.configuration_folder() / DEBUG_FOLDER
        return case_of_latest(folder, str(folder), machine)
    if is_link:
        what, hint = NOT_USABLE[FileKind.LOST]
        return Case(place=shown, problems=(Problem(origin=printable(shown), what=what, hint=hint),))
    is_missing = isinstance(fault, FileNotFoundError)
    problem = missing(path, shown) if is_missing else unreadable(printable(shown), fault)
    return Case(place=shown, problems=(problem,))


def case_of_latest(folder: Path, shown: str, machine: Machine, note: str = "") -> Case:
    """Return the newest debug log of a debug folder, with what belongs to it.

    Args:
        folder: The debug folder.
        shown: As the user would name it.
        machine: For the folders of the client.
        note: Why the newest is taken; empty: the link is missing or its target is gone.
    """
    names = newest_first(folder)
    items = (found(folder / name, os.path.join(shown, name)) for name in names)  # noqa: PTH118 - as typed
    newest = next((item for item in items if isinstance(item, Found) and item.kind is FileKind.LOG), None)
    if newest is None:
        hint = "Start the client with `--debug`, repeat what went wrong, then try again."
        problem = Problem(origin=printable(shown), what="holds no debug log", hint=hint)
        return Case(place=str(folder), problems=(problem,))
    said = note or f"the target of `{LATEST}` is not there"
    count = f", it is the newest of {len(names)} files" if len(names) > 1 else ""
    return case_of_log(newest, machine, (f"{newest.origin} is read: {said}{count}.",))


def case_of_log(log: Found, machine: Machine, notes: tuple[str, ...] = ()) -> Case:
    """Return a log and what belongs to it by its place or by the session that it names."""
    path = log.path.absolute()
    if not is_debug_log(log):
        return Case(place=str(path), logs=(log,), notes=notes)
    configuration = path.parent.parent
    shown = os.path.join(os.path.dirname(log.origin), os.pardir)  # noqa: PTH118, PTH120 - as typed
    items = [*server_logs_of([log], configuration, machine), *stores_of(configuration, shown)]
    return case_of(str(configuration), [log, *items], notes=notes)


def case_of_file(file: Found, shown: str, machine: Machine) -> Case:
    """Return the case of a single `file` that is no bundle, with what belongs to it.

    Args:
        file: The file.
        shown: As the user named it.
        machine: For the folders of the client.
    """
    if file.kind is FileKind.LINK:
        return _case_of_link(file, shown, machine)
    if file.kind in LOG_KINDS:
        return case_of_log(file, machine)
    if file.kind in STORE_KINDS:
        return case_of(str(file.path.absolute()), [file])
    what, hint = NOT_USABLE[file.kind]
    return Case(place=shown, problems=(Problem(origin=file.origin, what=what, hint=hint),))


def _case_of_link(file: Found, shown: str, machine: Machine) -> Case:
    """Follow a text file that holds the target of `latest`: a copy of the folder made where there are no links."""
    folder = file.path.parent
    target = _text_of(file.path).strip().replace("\\", "/").rpartition("/")[2]
    shown_folder = os.path.dirname(shown)  # noqa: PTH120 - as typed
    if session_of(target) and (folder / target).is_file():
        item = found(folder / target, os.path.join(shown_folder, target))  # noqa: PTH118 - as typed
        if isinstance(item, Found):
            return case_of_log(item, machine, (f"{item.origin} is read: {file.origin} names it.",))
    return case_of_latest(folder, shown_folder, machine)


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _cases_of_folder(folder: Path, shown: str, machine: Machine) -> list[Case]:
    return cases_of_items(list(files_in(folder, shown)), folder, shown, machine)


def cases_of_items(items: list[Found | Problem], folder: Path, shown: str, machine: Machine) -> list[Case]:
    """Return everything in a folder: what lies there loose is one case.

    Where there are logs, texts without an entry (copies of screens, notes) are left out; where there are none, these
    texts are what there is to read.

    Args:
        items: What lies in the folder and in those below it.
        folder: The folder.
        shown: How the user named it.
        machine: For the folders of the client.
    """
    path, bundled = folder.absolute(), list[Case]()
    if any(isinstance(item, Found) and item.kind in BUNDLES for item in items):
        from mcplog.sources.bundles import split_bundles  # noqa: PLC0415 - most runs have no archive

        items, bundled = split_bundles(items)
    logs = [item for item in items if isinstance(item, Found) and item.kind is FileKind.LOG]
    is_debug_folder = path.name == DEBUG_FOLDER and any(is_debug_log(log) for log in logs)
    configuration = path.parent if is_debug_folder else path
    items += server_logs_of(logs, configuration, machine)
    if is_debug_folder:
        items += stores_of(configuration, os.path.join(shown, os.pardir))  # noqa: PTH118 - as typed
    case = case_of(str(configuration), items)
    if any(isinstance(item, Found) and (item.kind is FileKind.TEXT or item.path.suffix in TEXT_ENDS) for item in items):
        from mcplog.sources.statements import with_statements  # noqa: PLC0415 - few folders have such a text

        case = with_statements(case, items)
    if case.logs:
        return [case, *bundled]
    if any(not one.is_empty for one in bundled):
        return [*bundled, *([] if case.is_empty and not case.problems else [case])]
    return [replace(case, problems=(*case.problems, _no_logs(shown, case))), *bundled]


def _no_logs(shown: str, case: Case) -> Problem:
    what = "holds a credential store and no log" if case.stores else "holds no log"
    hint = "Name the client's debug folder (`~/.claude/debug`) or a folder with logs or pasted texts."
    return Problem(origin=printable(shown), what=what, hint=hint)


def missing(path: Path, shown: str) -> Problem:
    """Return the problem for a path that does not exist, with the name that may have been meant.

    Args:
        path: The path.
        shown: As the user named it.
    """
    try:
        names = os.listdir(path.parent)  # noqa: PTH208 - names, not paths
    except OSError:
        names = []
    import difflib  # noqa: PLC0415 - only a mistyped path pays for the import

    close = difflib.get_close_matches(path.name, names, n=1)
    hint = f"Did you mean {printable(str(path.parent / close[0]))}?" if close else "Check the spelling of the path."
    return Problem(origin=printable(shown), what="does not exist", hint=hint)
