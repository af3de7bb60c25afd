"""Where another run of the client begins inside of one paste.

    ### After a restart                            a heading or a fence, and behind it what a run begins with
    ```
    [DEBUG] MCP server "s": Initializing …
    [DEBUG] [init] configureGlobalMTLS starting    what a run says once, as in a file of several runs

People also show one run in several parts, with words between: a part that begins with anything else goes on. Nor does a
run begin anew behind what is no log: a configuration, a screen.

May import: model. Touches: nothing.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from mcplog.model.vocabulary import Level
from mcplog.parse.paste_lines import Line
from mcplog.parse.places import Hole, Row
from mcplog.parse.run_starts import RUN_STARTS, RunStart, rank_of, seam, seams

BEGINNINGS: Final = ("Initializing ", "Skipping connection", "[STARTUP] ", "[claudeai-mcp] ", "mcp runtime arm")


def run_seams(lines: Sequence[Line], rows: Sequence[Row], version: str | None) -> Iterator[Hole]:
    """Yield where other runs begin than the one before.

    Args:
        lines: Of the paste.
        rows: Its entries, in order.
        version: Of the client, as the paste tells it.
    """
    if not rows:
        return
    told = list(seams(_starts(lines, rows), rows[0].byte_from, version))
    yield from told
    breaks = [line.number for line in lines if line.is_fence or line.text.startswith("#")]
    at, is_log = 0, False
    for before, row in pairwise(rows):
        is_log = is_log or before.level != Level.NONE
        while at < len(breaks) and breaks[at] <= before.line_to:
            at += 1
        is_parted = at < len(breaks) and breaks[at] < row.line_from
        if is_log and is_parted and row.message.startswith(BEGINNINGS) and not _is_told(told, before, row):
            yield seam(row.document_id, row.line_from, row.byte_from)


def _starts(lines: Sequence[Line], rows: Sequence[Row]) -> Iterator[RunStart]:
    """Yield the lines that a run says when it starts, each where the entry behind it begins."""
    at = 0
    for line in lines:
        found = next((start for start in RUN_STARTS if start in line.text), None)
        if found is None:
            continue
        while at < len(rows) and rows[at].line_from < line.number:
            at += 1
        rank = rank_of(line.text[line.text.index(found) :])
        if at < len(rows) and rank is not None:
            yield RunStart(rows[at].document_id, line.number, rows[at].byte_from, rank)


def _is_told(told: Sequence[Hole], before: Row, row: Row) -> bool:
    return any(before.byte_from < hole.byte_from <= row.byte_from for hole in told)
