"""Files that hold several things: archives, issue exports, HTML copies. What is in them, as cases.

    an archive                  one case; stores and markers in it belong to its logs
    archives in an archive      of that archive's case, unless it holds nothing but several archives
    debug.txt.gz                the log itself, of the case of its folder
    exports and copies          a case for each reporter, with the files beside them that they link

Loaded only when there is such a file.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
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
from mcplog.sources.statements import with_statements

EXPORTS: Final = (FileKind.ISSUES, FileKind.PAGE)
FILE_PART: Final = 2  # of a member's identity: its archive
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
    archives: dict[tuple[int, ...], Unpacked] = {}
    for item in items:
        if isinstance(item, Found) and item.kind is FileKind.ARCHIVE:
            inside = unpack(item, content_of(item))
            if inside.is_one_file:
                plain += inside.items
                continue
            archives[item.identity] = inside
        plain.append(item)
    rest, cases = _without_exports(plain, archives)
    loose = [item for item in rest if not isinstance(item, Found) or item.identity not in archives]
    for item in rest:
        if isinstance(item, Found) and item.identity in archives:
            cases += _cases(archives[item.identity])
    return loose, cases


def cases_of_archive(archive: Found) -> list[Case]:
    """Return the cases of an `archive` that the user named."""
    cases = _cases(unpack(archive, content_of(archive)))
    if cases:
        return cases
    problem = Problem(origin=archive.origin, what=NOTHING_IN_IT, hint=HINT)
    return [Case(place=str(archive.path), problems=(problem,))]


def with_reporters(cases: Iterable[Case]) -> list[Case]:
    """Return the cases with those of the exports that the user named one by one in place of the exports.

    Args:
        cases: Of all paths. A log that was named as well, and that a reporter links, is the reporter's.
    """
    others: list[Case] = []
    of_reporters: list[Case] = []
    claimed: set[tuple[int, ...]] = set()
    for case in cases:
        if case.exports:
            reporters = cases_of_exports(case.exports, None, opened)
            claimed |= reporters.claimed
            of_reporters += reporters.cases
        if not case.exports or not case.is_empty or case.problems:
            others.append(replace(case, exports=()))
    left = [_without(case, claimed) for case in others]
    return [*of_reporters, *(case for case in left if not case.is_empty or case.problems)]


def opened(file: Found) -> Iterable[Found | Problem]:
    """Return what is in a `file`: its members where it is an archive, else the file itself."""
    return _flat(unpack(file, content_of(file))) if file.kind is FileKind.ARCHIVE else (file,)


def _cases(inside: Unpacked) -> list[Case]:
    """Return the cases of an archive; none when nothing in it is of use and nothing is wrong with it."""
    if len(inside.inner) > 1 and not any(isinstance(item, Found) for item in inside.items):
        problems = tuple(item for item in inside.items if isinstance(item, Problem))
        told = [Case(place=f"{inside.origin}#problems", problems=problems)] if problems else []
        return [*(case for inner in inside.inner for case in _cases(inner)), *told]
    rest, cases = _without_exports(list(_flat(inside)), {})
    own = with_statements(case_of(inside.origin, rest, name=inside.origin), rest)
    return [*cases, *([] if own.is_empty and not own.problems else [own])]


def _flat(inside: Unpacked) -> Iterator[Found | Problem]:
    yield from inside.items
    for inner in inside.inner:
        yield from _flat(inner)


def _without_exports(
    items: Items, archives: Mapping[tuple[int, ...], Unpacked]
) -> tuple[list[Found | Problem], list[Case]]:
    """Return the items that no reporter has, and the cases of the reporters.

    An HTML copy beside debug logs says nothing new, as any other copy.
    """
    files = [item for item in items if isinstance(item, Found)]
    kinds = {file.kind for file in files}
    wanted = EXPORTS if FileKind.ISSUES in kinds or FileKind.LOG not in kinds else ()
    by_folder: dict[Path, list[Found]] = {}
    for file in files:
        if file.kind in wanted:
            by_folder.setdefault(file.path.parent, []).append(file)
    cases: list[Case] = []
    gone = {file.identity for file in files if file.kind in EXPORTS}

    def known(file: Found) -> Iterable[Found | Problem]:
        return _flat(archives[file.identity]) if file.identity in archives else (file,)

    for folder, exports in by_folder.items():
        found = cases_of_exports(exports, [file for file in files if file.path.parent == folder], known)
        cases += found.cases
        gone |= found.claimed
    return [item for item in items if not isinstance(item, Found) or item.identity not in gone], cases


def _without(case: Case, claimed: AbstractSet[tuple[int, ...]]) -> Case:
    """Return a case without the files, and the members of archives, that belong to a reporter."""

    def kept(files: Iterable[Found]) -> tuple[Found, ...]:
        return tuple(file for file in files if not {file.identity, file.identity[:FILE_PART]} & claimed)

    return replace(case, logs=kept(case.logs), stores=kept(case.stores))
