"""Put a log whose newest line comes first into the order in which it was written: `tac`, log viewers, queries.

    2026-11-25T00:36:44.901Z [DEBUG] …      times that go back from line to line
    2026-11-25T00:36:43.901Z [DEBUG] …

    [DEBUG] …                               without times: what a run says first stands at the end
    [DEBUG] Watching for changes in setting files …

May import: model. Touches: nothing.
"""

from typing import Final

import polars as pl

from mcplog.parse.debug_lines import STAMP
from mcplog.parse.first_looks import is_backwards
from mcplog.parse.process_starts import PROCESS_BEGINS

EDGE_LINES: Final = 20  # of a file, among which what a run says first is looked for
STAMPED: Final = rf"^({STAMP})\["
FIRST_SAID: Final = r"^\[[A-Z]+\] (?:" + "|".join(map(pl.escape_regex, PROCESS_BEGINS)) + ")"


def oldest_first(lines: pl.DataFrame) -> pl.DataFrame:
    """Return HELD `lines` with the oldest one first; `lines` themselves where it is."""
    stamps = lines["text"].str.extract(STAMPED).drop_nulls()
    if stamps.is_empty():
        is_first = lines["text"].str.contains(FIRST_SAID)
        edge = min(EDGE_LINES, len(lines) // 2)
        is_turned = is_first.tail(edge).any() and not is_first.head(edge).any()
    else:
        before = stamps.shift()
        is_turned = is_backwards(int((stamps < before).sum()), int((stamps > before).sum()))
    return lines.reverse() if is_turned else lines
