"""The text of an issue that lies beside the logs that were attached to it, and what a server logged of its requests.

    42/issue.md  42/debug.txt          what the text tells ("a restart helps") is told of that log
    42/gateway.log                     POST /mcp -> 403 insufficient_scope: what the client does not log

A copy of a terminal beside a log says nothing that the log does not; what a person writes does, and what a server saw.
"""

from collections.abc import Iterable
from typing import Final

from msgspec.structs import replace

from mcplog.model.document import Memory, Problem
from mcplog.sources.case import Case
from mcplog.sources.file_content import content_of
from mcplog.sources.found import Found
from mcplog.sources.recognise import HEAD_BYTES, WHOLE_BYTES, FileKind
from mcplog.sources.repeats import pasted_of, without

NAMES: Final = ("issue", "comment", "report", "body")
ENDS: Final = (".md", ".markdown")
LOG_ENDS: Final = (".log", ".txt")
REQUESTS: Final = tuple(  # of a sign-in or of MCP, as access logs write them
    f"{method} {path}".encode()
    for method, paths in {
        "POST": ("/mcp", "/sse", "/token", "/oauth", "/register"),
        "GET": ("/mcp", "/sse", "/authorize", "/.well-known/oauth", "/.well-known/openid"),
    }.items()
    for path in paths
)
KINDS: Final = (FileKind.PASTE, FileKind.TEXT, FileKind.LOG)  # one that begins with lines of a log looks like one
OF_THE_CLIENT: Final = (FileKind.LOG, FileKind.SERVER_LOG)


def is_statement(file: Found) -> bool:
    """Tell whether a `file` is the text of an issue, by its name: `issue.md`, `comment-3.md`."""
    name = file.path.name.lower()
    return file.kind in KINDS and name.startswith(NAMES) and name.endswith(ENDS) and file.size <= WHOLE_BYTES


def is_access_log(file: Found) -> bool:
    """Tell whether a `file` is a log of requests that a server or a gateway answered, by what it begins with."""
    if file.kind is not FileKind.TEXT or file.size > WHOLE_BYTES or not file.path.name.lower().endswith(LOG_ENDS):
        return False
    head = content_of(file).slice(0, min(file.size, HEAD_BYTES))
    return any(request in head for request in REQUESTS)


def with_statements(case: Case, items: Iterable[Found | Problem]) -> Case:
    """Return a case with the texts beside its logs that tell something of them, without the lines that these hold.

    Args:
        case: The logs and stores of one place; one without files of the client stays as it is.
        items: What lies in that place.
    """
    logs = [log for log in case.logs if log.kind in OF_THE_CLIENT and not is_statement(log)]
    if not logs:
        return case
    found = (item for item in items if isinstance(item, Found))
    texts = {item.identity: item for item in found if is_statement(item) or is_access_log(item)}
    kept = [_statement(texts.pop(log.identity), logs) if log.identity in texts else log for log in case.logs]
    return replace(case, logs=(*kept, *(_statement(text, logs) for text in texts.values())))


def _statement(file: Found, logs: Iterable[Found]) -> Found:
    text = content_of(file).slice(0, file.size).decode("utf-8", "replace")
    data = without(text, pasted_of([text], logs)).encode()
    return replace(file, content=Memory(data), size=len(data), is_pasted=True)
