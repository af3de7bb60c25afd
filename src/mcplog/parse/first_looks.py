"""Whether a debug file may not be as the client wrote it: asked of every one, so it has to cost next to nothing.

May import: model. Touches: nothing.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from mcplog.parse.formats import HEAD_LINES, starts_record
from mcplog.parse.process_starts import PROCESS_BEGINS

SAMPLE_BYTES: Final = 16 * 1024
TAIL_BYTES: Final = 4096
NARROWEST: Final = 40  # columns of a screen
WIDEST: Final = 400
FEWEST: Final = 3  # lines that show it
TIMES_MORE: Final = 4  # steps back than forward
STAMP: Final = 24
RECORD: Final = 40  # bytes that hold a stamp and a level
FIRST_SAID: Final = tuple(f"] {text}".encode() for text in PROCESS_BEGINS)
NAMING: Final = b"] MCP server "
ODD_QUOTES: Final = (b"&", b"\xe2", b"\xc2")  # escaped for a page, set by a word processor


def is_marked_up(head: bytes) -> bool:
    """Return whether the first server that a document which begins with `head` names has other quotes than a log's."""
    at = head.find(NAMING)
    return at >= 0 and head[at + len(NAMING) : at + len(NAMING) + 1] in ODD_QUOTES


def may_be_wrapped(head: bytes) -> bool:
    """Return whether a document that begins with `head` may have been broken at one width.

    Asked of every debug file, so first of how many lines at its beginning begin no record.
    """
    sample = head[:SAMPLE_BYTES]
    records = sample.count(b"\n[" if head.startswith(b"[") else b"Z [")
    if sample.count(b"\n") < records + FEWEST:
        return False
    lines = [line.rstrip() for line in head.decode("utf-8", "replace").split("\n")]
    width = max(map(len, lines[:-1]), default=0)
    return NARROWEST <= width <= WIDEST and sum(len(line) == width for line in lines) >= FEWEST


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
    return last.startswith(b"[") and any(said in last[:80] for said in FIRST_SAID)


def goes_back(lines: Sequence[str]) -> bool:
    """Return whether the times of records that begin `lines` go back from line to line."""
    stamps = [line[:STAMP] for line in lines if line[23:26] == "Z [" and line[10:11] == "T"]
    return is_backwards(
        sum(after < before for before, after in pairwise(stamps)),
        sum(after > before for before, after in pairwise(stamps)),
    )


def is_backwards(back: int, forward: int) -> bool:
    """Return whether times that go `back` and `forward` so often are those of a log with the newest line first."""
    return back >= FEWEST and back > TIMES_MORE * forward
