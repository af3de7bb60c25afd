"""Debug files of which somebody kept some lines: `grep -i token debug.txt > for-the-issue.txt`.

Most of what a client writes is about other things, and what it writes of a server first is how it connects. A file
that holds little but lines about MCP and tells of a server without its connection is a copy of some lines: what is
missing in it may have been there. Without `--debug` clients write lines about MCP alone, and all of them.

May import: model. Touches: nothing.
"""

from collections.abc import Iterator
from typing import Final

import polars as pl

from mcplog.parse.debug_entries import DebugFiles
from mcplog.parse.process_starts import file_begins, process_begins

MOSTLY: Final = 0.5  # of the lines are about MCP; in whole recorded files it is 0.27 at the median


def selections(files: DebugFiles, owner: pl.Series) -> frozenset[int]:
    """Return the debug files that hold a selection of lines.

    Args:
        files: What they hold.
        owner: The document of each record about MCP.
    """
    suspects = set(_without_connection(files))
    if not suspects:
        return frozenset()
    told = owner.value_counts()
    counts = dict(zip(told[owner.name], told["count"], strict=True))
    return frozenset(one for one in suspects if counts.get(one, 0) > MOSTLY * files.line_counts.get(one, 0))


def _without_connection(files: DebugFiles) -> Iterator[int]:
    """Yield the files whose start is not there, and that tell of a server first what is not how it connects."""
    for part in files.parts:
        first = part.first_messages
        for document_id, message in zip(first["document_id"].to_list(), first["message"].to_list(), strict=True):
            if not file_begins(message) and not process_begins(files.spans[document_id].first_text):
                yield document_id
