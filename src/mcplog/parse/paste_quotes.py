"""What a sentence of a paste quotes or says that the client said: `the log says "Auth result: AUTHORIZED"`.

May import: model. Touches: nothing.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

from mcplog.model.vocabulary import Confidence
from mcplog.parse.paste_lines import Line
from mcplog.parse.paste_starts import hosted_at, levelled_at, stamp_at_start
from mcplog.parse.paste_told import (
    MARKS,
    begins_error,
    begins_sentence,
    fragments,
    is_brief,
    is_denied,
    is_of_first_request,
    listed_server,
    sentences_in,
    status_in,
)
from mcplog.parse.pasted_entry import PastedEntry

SHORTEST_QUOTE: Final = 4
STATE: Final = "·"  # stands before the state of a server in the client's list


def told_in(line: Line, looks_like: Callable[[str], bool]) -> Iterator[PastedEntry]:
    """Yield the messages, states of servers and words of the screen that a sentence tells, all of confidence `prose`.

    Args:
        line: Of prose.
        looks_like: Says whether a text without any prefix is a message of the client.
    """
    taken_to = 0
    for start, end in fragments(line.text):
        entry = _quoted(line, start, end, looks_like) if start >= taken_to else None
        if entry is not None:
            taken_to = end
            yield entry
    told = sorted([*sentences_in(line.text), *([row] if (row := status_in(line.text)) else [])])
    for (start, end), (stop, _) in pairwise([*told, (len(line.text), 0)]):
        if start >= taken_to:
            said = line.text[start : min(end, stop)].rstrip(MARKS)
            taken_to = start + len(said)
            yield _said(line, start, said)


def _quoted(line: Line, start: int, end: int, looks_like: Callable[[str], bool]) -> PastedEntry | None:
    """Return what stands in quotes if the client said it; null where a sentence denies it."""
    quoted = line.text[start:end]
    behind, at_ms, basis = stamp_at_start(quoted)
    behind, host, level = hosted_at(quoted, behind)
    behind, level = (behind, level) if host is not None else levelled_at(quoted, behind)
    message = quoted[behind:]
    server = listed_server(quoted) if STATE in quoted else host or None
    is_told = bool(server) or looks_like(message) or begins_sentence(message) or begins_error(message)
    before = line.text[:start]
    is_unsaid = is_denied(before) or is_of_first_request(before, quoted) or is_brief(quoted)
    if len(quoted) < SHORTEST_QUOTE or not is_told or is_unsaid:
        return None
    return PastedEntry(
        start=line.start + start,
        end=line.start + end,
        message=message,
        line=line,
        level=level,
        at_ms=at_ms,
        basis=basis,
        server=server,
        confidence=Confidence.PROSE,
        goes_on=False,
    )


def _said(line: Line, start: int, said: str) -> PastedEntry:
    """Return what a sentence says that the client said; the last of a line may go on in the next."""
    is_last = start + len(said) == len(line.text.rstrip(MARKS))
    return PastedEntry(
        start=line.start + start,
        end=line.start + start + len(said),
        message=said,
        line=line,
        confidence=Confidence.PROSE,
        goes_on=is_last,
    )
