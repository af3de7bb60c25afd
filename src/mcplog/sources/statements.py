"""The text of an issue that lies beside the logs that were attached to it.

    42/issue.md  42/debug.txt          what the text tells ("a restart helps") is told of that log

A copy of a terminal beside a log says nothing that the log does not; what a person writes does.
"""

from collections.abc import Iterable
from typing import Final

from msgspec.structs import replace

from mcplog.model.document import Memory, Problem
from mcplog.sources.case import Case
from mcplog.sources.file_content import content_of
from mcplog.sources.found import Found
from mcplog.sources.recognise import WHOLE_BYTES, FileKind
from mcplog.sources.repeats import pasted_of, without

NAMES: Final = ("issue", "comment", "report", "body")
ENDS: Final = (".md", ".markdown")
KINDS: Final = (FileKind.PASTE, FileKind.TEXT, FileKind.LOG)  # one that begins with lines of a log looks like one
OF_THE_CLIENT: Final = (FileKind.LOG, FileKind.SERVER_LOG)


def is_statement(file: Found) -> bool:
    """Tell whether a `file` is the text of an issue, by its name: `issue.md`, `comment-3.md`."""
    name = file.path.name.lower()
    return file.kind in KINDS and name.startswith(NAMES) and name.endswith(ENDS) and file.size <= WHOLE_BYTES


def with_statements(case: Case, items: Iterable[Found | Problem]) -> Case:
    """Return a case with the texts of issues that lie beside its logs, without the lines that the logs hold.

    Args:
        case: The logs and stores of one place; one without files of the client stays as it is.
        items: What lies in that place.
    """
    logs = [log for log in case.logs if log.kind in OF_THE_CLIENT and not is_statement(log)]
    if not logs:
        return case
    texts = {item.identity: item for item in items if isinstance(item, Found) and is_statement(item)}
    kept = [_statement(texts.pop(log.identity), logs) if log.identity in texts else log for log in case.logs]
    return replace(case, logs=(*kept, *(_statement(text, logs) for text in texts.values())))


def _statement(file: Found, logs: Iterable[Found]) -> Found:
    text = content_of(file).slice(0, file.size).decode("utf-8", "replace")
    data = without(text, pasted_of([text], logs)).encode()
    return replace(file, content=Memory(data), size=len(data), is_pasted=True)
