"""Issues to cases: one for each reporter of an issue, with what they wrote and what they attached.

    issue #42                   the body, of reporter 1
    issue #42, comment 3        of reporter 2
    debug.txt                   a file beside the export that reporter 2's text links

Four people under one issue have four faults more often than one, so nobody's log is judged by another's words. Logins
are not shown: reporters have numbers, in the order in which they first wrote. What programs wrote is left out, and so
are lines that repeat: quotes of another reporter, and pasted lines that the attached log holds as well.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Final
from urllib.parse import unquote

from msgspec import Struct

from mcplog.errors import InputError
from mcplog.model.document import Memory, Problem
from mcplog.sources.case import Case, case_of
from mcplog.sources.file_content import content_of
from mcplog.sources.found import Found, found
from mcplog.sources.issue_export import Issue, Statement, read_issues
from mcplog.sources.page_text import parts_of_page
from mcplog.sources.recognise import BOMS, FileKind
from mcplog.sources.repeats import pasted_of, quoted_of, without

EXPORT_BYTES: Final = 256 * 1024 * 1024
NOT_BESIDE: Final = (
    FileKind.ISSUES,
    FileKind.PAGE,
    FileKind.OTHER,
    FileKind.RICH_TEXT,
    FileKind.BINARY,
    FileKind.SPECIAL,
    FileKind.LOST,
)
LONGEST_NAME: Final = 255
FEW_ISSUES: Final = 20  # who wrote what is told in notes up to so many
LINK_ENDS: Final = "<>()[]\"'`,;"
NO_ISSUE: Final = "holds no issue that could be read"
EXPORT_HINT: Final = "Export it anew: `gh issue view NUMBER --json number,title,author,body,comments`."

Key = tuple[int, ...]
Opened = Callable[[Found], Iterable[Found | Problem]]
"""Gives what is in a file: its members where it is an archive, else the file itself."""


class Reporters(Struct, frozen=True, kw_only=True):
    """The cases of some exports.

    Attributes:
        cases: One for each reporter of each issue; what could not be used stands in cases of its own.
        claimed: Identities of the files beside the exports that belong to one of them.
    """

    cases: tuple[Case, ...]
    claimed: frozenset[Key]


class _Reporter(Struct, kw_only=True):
    """One reporter while their statements are gathered."""

    number: int
    statements: list[Statement] = []
    attached: list[Found] = []


def cases_of_exports(exports: Sequence[Found], beside: Sequence[Found] | None, opened: Opened) -> Reporters:
    """Return a case for each reporter of each issue.

    Args:
        exports: Exports and HTML copies that lie in one folder.
        beside: The other files of that folder; null: the folder is looked at for files that the texts link.
        opened: Gives what is in a file.
    """
    issues, problems = _issues(exports)
    files = None if beside is None else _by_name(beside)
    cases: list[Case] = []
    claimed: set[Key] = set()
    for issue, export in issues:
        reporters = _reporters(issue)
        for reporter, file in _attachments(reporters, export, files):
            reporter.attached.append(file)
            claimed.add(file.identity)
        notes = (_who_wrote(issue, reporters),) if len(reporters) > 1 and len(issues) <= FEW_ISSUES else ()
        for reporter in reporters:
            attached = case_of("", [part for one in reporter.attached for part in opened(one)], notes=notes)
            cases.append(_case(issue, export, reporter, attached, _repeated(reporter, reporters, attached)))
            notes = ()
    place = str(exports[0].path.parent) if exports else ""
    cases += [Case(place=f"{place}#problems", problems=tuple(problems))] if problems else []
    return Reporters(cases=tuple(cases), claimed=frozenset(claimed))


def _issues(exports: Sequence[Found]) -> tuple[list[tuple[Issue, Found]], list[Problem]]:
    """Return the issues, each with the export that it is in, and what could not be read."""
    read: list[tuple[Issue, Found]] = []
    texts: list[tuple[str, Found]] = []
    problems: list[Problem] = []
    for export in exports:
        try:
            text = _text(export)
        except InputError as fault:
            problems.append(Problem(origin=export.origin, what=fault.message, hint=fault.hint))
            continue
        if export.kind is FileKind.PAGE:
            read.append((_issue_of_page(text), export))
        else:
            texts.append((text, export))
    issues = read_issues([text for text, _ in texts])
    sources = {one.source for issue in issues for one in issue.statements}
    problems += [
        Problem(origin=export.origin, what=NO_ISSUE, hint=EXPORT_HINT)
        for number, (_, export) in enumerate(texts)
        if number not in sources
    ]
    return [*read, *((issue, texts[issue.statements[0].source][1]) for issue in issues)], problems


def _text(export: Found) -> str:
    if export.size > EXPORT_BYTES:
        raise InputError("is larger than 256 MB", hint="Export fewer issues at once.")
    data = content_of(export).slice(0, export.size)
    encoding = next((name for mark, name in BOMS if data.startswith(mark)), "utf-8")
    return data.decode(encoding, "replace").removeprefix("\ufeff")


def _issue_of_page(page: str) -> Issue:
    parts = parts_of_page(page)
    statements = [Statement(author=part.author, text=part.text, number=number) for number, part in enumerate(parts)]
    return Issue(statements=statements)


def _reporters(issue: Issue) -> list[_Reporter]:
    """Return who reported, in the order of their first words. Who is not named is nobody else."""
    by_author: dict[str, _Reporter] = {}
    for statement in issue.statements:
        if statement.is_bot or not statement.text.strip():
            continue
        is_author = statement.author is None and not statement.number
        key = statement.author or ("" if is_author else f" {statement.number}")
        by_author.setdefault(key, _Reporter(number=len(by_author) + 1)).statements.append(statement)
    return list(by_author.values())


def _repeated(reporter: _Reporter, reporters: Sequence[_Reporter], attached: Case) -> frozenset[str]:
    """Return the lines of a reporter that repeat what others say, or what their own log holds."""
    others = [one.text for other in reporters if other is not reporter for one in other.statements]
    texts = [one.text for one in reporter.statements]
    return quoted_of(texts, others) | pasted_of(texts, attached.logs)


def _case(issue: Issue, export: Found, reporter: _Reporter, attached: Case, repeated: frozenset[str]) -> Case:
    name = issue.name if export.kind is not FileKind.PAGE else export.origin
    return Case(
        place=f"{export.path}#{issue.repository}#{issue.number}#{reporter.number}#{export.identity}",
        logs=(*(_document(issue, export, one, repeated) for one in reporter.statements), *attached.logs),
        stores=attached.stores,
        problems=attached.problems,
        notes=attached.notes,
        name=f"{name}, reporter {reporter.number}",
        issue=name if issue.number is None else f"{issue.repository}#{issue.number}",
    )


def _document(issue: Issue, export: Found, statement: Statement, repeated: frozenset[str]) -> Found:
    data = without(statement.text, repeated).encode("utf-8", "replace")
    name = issue.name if export.kind is not FileKind.PAGE else export.origin
    what = ", title" if statement.is_title else f", comment {statement.number}" if statement.number else ""
    number = issue.statements.index(statement)
    return Found(
        path=Path(),
        origin=f"{name}{what}",
        kind=FileKind.PASTE,
        size=len(data),
        modified_ms=None,
        identity=(*export.identity, issue.number or 0, number),
        content=Memory(data),
        is_pasted=True,
    )


# --- attachments ---


def _attachments(
    reporters: Sequence[_Reporter], export: Found, files: Mapping[str, Found] | None
) -> Iterator[tuple[_Reporter, Found]]:
    """Yield the files beside an export that exactly one reporter links, with their reporter."""
    linked: dict[str, list[_Reporter]] = {}
    for reporter in reporters:
        for name in dict.fromkeys(name for one in reporter.statements for name in linked_names(one.text)):
            linked.setdefault(name, []).append(reporter)
    for name, by in linked.items():
        file = files.get(name) if files is not None else _beside(export, name)
        if file is not None and len(by) == 1:
            yield by[0], file


def _by_name(files: Iterable[Found]) -> dict[str, Found]:
    """Return files by name; one that was compressed alone also by the name that it was compressed under."""
    by_name: dict[str, Found] = {}
    for file in files:
        if file.kind not in NOT_BESIDE:
            by_name.setdefault(PurePath(file.origin).name, file)
            by_name.setdefault(file.path.name, file)
    return by_name


def _beside(export: Found, name: str) -> Found | None:
    if export.content is not None:
        return None
    path = export.path.parent / name
    try:
        is_file = path.is_file()
    except OSError:  # a name that no file can have
        return None
    if not is_file:
        return None
    shown = str(Path(export.origin).parent / name)
    file = found(path, shown)
    return file if isinstance(file, Found) and file.kind not in NOT_BESIDE else None


def linked_names(text: str) -> Iterator[str]:
    """Yield the names of the files that a text links.

    Args:
        text: Markdown.
    """
    at = text.find("](")
    targets = [word for word in text.split() if "://" in word]
    while at >= 0:
        targets.append(text[at + 2 : at + 2 + 2048].split(")", 1)[0])
        at = text.find("](", at + 2)
    for target in targets:
        start = target.rfind("](")
        address = (target[start + 2 :] if start >= 0 else target).strip(LINK_ENDS + " .").partition(" ")[0]
        if "://" in address:
            address = address[max(0, address.find("http")) :]
            for end in LINK_ENDS:
                address = address.partition(end)[0]
        name = unquote(address.partition("?")[0].partition("#")[0]).replace("\\", "/").rpartition("/")[2]
        if "." in name.strip(".") and len(name) <= LONGEST_NAME and "\0" not in name:
            yield name


# --- what is told ---


def _who_wrote(issue: Issue, reporters: Sequence[_Reporter]) -> str:
    """Say which statements are whose, without a name."""
    told = [f"reporter {one.number} wrote {_listed(one.statements)}" for one in reporters]
    return f"{issue.name[0].upper()}{issue.name[1:]}: {'; '.join(told)}."


def _listed(statements: Sequence[Statement]) -> str:
    head = ["the issue"] if any(not one.number for one in statements) else []
    numbers = [str(one.number) for one in statements if one.number]
    comments = [f"comment{'s' if numbers[1:] else ''} {', '.join(numbers)}"] if numbers else []
    return " and ".join(head + comments)
