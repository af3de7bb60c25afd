"""Files that hold several things: archives, issue exports, HTML copies. What is in them, as cases.

    an archive                  one case; stores and markers in it belong to its logs
    archives in an archive      of that archive's case, unless it holds nothing but several archives
    debug.txt.gz                the log itself, of the case of its folder
    exports and copies          a case for each reporter, with the files beside them that they link
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from mcplog.model.document import Problem
from mcplog.sources.archive import Unpacked, unpack
from mcplog.sources.case import Case, case_of
from mcplog.sources.file_content import content_of
from mcplog.sources.found import Found
from mcplog.sources.issue_cases import cases_of_exports
from mcplog.sources.recognise import FileKind

EXPORTS: Final = (FileKind.ISSUES, FileKind.PAGE)
BUNDLES: Final = (*EXPORTS, FileKind.ARCHIVE)
NOTHING_IN_IT: Final = "holds neither a log nor a credential store"
HINT: Final = "Name an archive with debug logs, per-server logs, stores or an issue export in it."

Items = Sequence[Found | Problem]


def split_bundles(items: Items) -> tuple[list[Found | Problem], list[Case]]:
    """Return what in a folder is a case of its own.

    Args:
        items: What lies in the folder.

    Returns:
        The rest of the items, with the logs that were compressed one by one; and the cases.
    """
    plain: list[Found | Problem] = []
    cases: list[Case] = []
    for item in items:
        if not isinstance(item, Found) or item.kind is not FileKind.ARCHIVE:
            plain.append(item)
            continue
        inside = unpack(item, content_of(item))
        if inside.is_one_file:
            plain += inside.items
        else:
            cases += _cases(inside)
    rest, of_reporters = _without_exports(plain)
    return rest, [*of_reporters, *cases]


def cases_of_archive(archive: Found) -> list[Case]:
    """Return the cases of an `archive` that the user named."""
    cases = _cases(unpack(archive, content_of(archive)))
    if any(not case.is_empty for case in cases) or any(case.problems for case in cases):
        return cases
    problem = Problem(origin=archive.origin, what=NOTHING_IN_IT, hint=HINT)
    return [Case(place=str(archive.path), problems=(problem,))]


def with_reporters(cases: Iterable[Case]) -> list[Case]:
    """Return the cases with those of the exports that the user named one by one in place of the exports.

    Args:
        cases: Of all paths. A log that was named as well, and that a reporter links, is the reporter's.
    """
    done: list[Case] = []
    claimed: set[tuple[int, ...]] = set()
    for case in cases:
        if not case.exports:
            done.append(case)
            continue
        reporters = cases_of_exports(case.exports, None)
        claimed |= reporters.claimed
        done += [_opened(one) for one in reporters.cases]
        if not case.is_empty or case.problems:
            done.append(replace(case, exports=()))
    return [_without(case, claimed) for case in done]


def _opened(case: Case) -> Case:
    """Return a case whose attached archives are opened."""
    archives = [log for log in case.logs if log.kind is FileKind.ARCHIVE]
    return case if not archives else case


def _cases(inside: Unpacked) -> list[Case]:
    """Return the cases of an archive."""
    if len(inside.inner) > 1 and not any(isinstance(item, Found) for item in inside.items):
        told = [Case(place=f"{inside.origin}#problems", problems=tuple(_problems(inside.items)))]
        return [*(case for inner in inside.inner for case in _cases(inner)), *(told if inside.items else [])]
    rest, of_reporters = _without_exports(list(_flat(inside)))
    own = case_of(inside.origin, rest, name=inside.origin)
    return [*of_reporters, *([] if own.is_empty and not own.problems else [own])]


def _flat(inside: Unpacked) -> Iterable[Found | Problem]:
    yield from inside.items
    for inner in inside.inner:
        yield from _flat(inner)


def _problems(items: Items) -> list[Problem]:
    return [item for item in items if isinstance(item, Problem)]


def _without_exports(items: Items) -> tuple[list[Found | Problem], list[Case]]:
    """Return the items that no reporter has, and the cases of the reporters.

    An HTML copy beside debug logs says nothing new, as any other copy.
    """
    files = [item for item in items if isinstance(item, Found)]
    has_log = any(file.kind is FileKind.LOG for file in files)
    has_export = any(file.kind is FileKind.ISSUES for file in files)
    wanted = EXPORTS if has_export or not has_log else ()
    by_folder: dict[Path, list[Found]] = {}
    for file in files:
        if file.kind in wanted:
            by_folder.setdefault(file.path.parent, []).append(file)
    cases: list[Case] = []
    claimed: set[tuple[int, ...]] = set()
    for folder, exports in by_folder.items():
        found = cases_of_exports(exports, [file for file in files if file.path.parent == folder])
        cases += found.cases
        claimed |= found.claimed
    rest = [item for item in items if not isinstance(item, Found) or not _is_gone(item, claimed)]
    return rest, cases


def _is_gone(file: Found, claimed: set[tuple[int, ...]]) -> bool:
    return file.kind in EXPORTS or file.identity in claimed


def _without(case: Case, claimed: set[tuple[int, ...]]) -> Case:
    """Return a case without the files that belong to a reporter; those of reporters keep them."""
    if not claimed or "#" in case.place:
        return case
    return replace(
        case,
        logs=tuple(log for log in case.logs if log.identity not in claimed),
        stores=tuple(store for store in case.stores if store.identity not in claimed),
    )
