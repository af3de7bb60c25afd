"""Put a log whose newest line comes first into the order in which it was written: `tac`, log viewers, queries.

    2026-11-25T00:36:44.901Z [DEBUG] …      times that go back from line to line
    2026-11-25T00:36:43.901Z [DEBUG] …

    [DEBUG] …                               without times: what a run says first stands at the end
    [DEBUG] Watching for changes in setting files …

May import: model. Touches: nothing.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import polars as pl

from mcplog.parse.formats import HEAD_LINES, starts_record
from mcplog.parse.process_starts import PROCESS_BEGINS

STAMP: Final = 24
RECORD: Final = 40  # bytes that hold a stamp and a level
TAIL_BYTES: Final = 4096
FEWEST: Final = 3  # steps back
TIMES_MORE: Final = 4  # than forward
EDGE_LINES: Final = 20  # of a file, among which what a run says first is looked for
STAMPED: Final = r"^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z) \["
FIRST_SAID: Final = r"^\[[A-Z]+\] (?:" + "|".join(map(pl.escape_regex, PROCESS_BEGINS)) + ")"
FIRST_BYTES: Final = tuple(f"] {text}".encode() for text in PROCESS_BEGINS)


def may_be_newest_first(head: bytes, tail: bytes) -> bool:
    """Return whether a debug file may have its newest line first: asked of every one, so mostly by two lines alone.

    Args:
        head: Its first bytes.
        tail: Its last bytes; may be the same.
    """
    if not starts_record(head[:RECORD], stamped=False):
        return goes_back(head.decode("utf-8", "replace").split("\n", HEAD_LINES))
    last = tail[tail.rfind(b"\n", 0, len(tail) - 1) + 1 :]
    if head[10:11] == b"T":
        return last[:STAMP] < head[:STAMP] and starts_record(last[:RECORD], stamped=True)
    return last.startswith(b"[") and any(said in last[:80] for said in FIRST_BYTES)


def goes_back(lines: Sequence[str]) -> bool:
    """Return whether the times of records that begin `lines` go back from line to line."""
    stamps = [line[:STAMP] for line in lines if line[23:26] == "Z [" and line[10:11] == "T"]
    return _is_backwards(
        sum(after < before for before, after in pairwise(stamps)),
        sum(after > before for before, after in pairwise(stamps)),
    )


def oldest_first(lines: pl.DataFrame) -> pl.DataFrame:
    """Return HELD `lines` with the oldest one first; `lines` themselves where it is."""
    stamps = lines["text"].str.extract(STAMPED).drop_nulls()
    if stamps.is_empty():
        is_first = lines["text"].str.contains(FIRST_SAID)
        edge = min(EDGE_LINES, len(lines) // 2)
        is_backwards = is_first.tail(edge).any() and not is_first.head(edge).any()
    else:
        before = stamps.shift()
        is_backwards = _is_backwards(int((stamps < before).sum()), int((stamps > before).sum()))
    return lines.reverse() if is_backwards else lines


def _is_backwards(back: int, forward: int) -> bool:
    return back >= FEWEST and back > TIMES_MORE * forward
