"""Take logs apart that were joined into one stream: `cat debug/*.txt | mcplog analyze -`.

Each line that only the start of a process writes, when it comes a second time, begins the log of another process. The
parts keep their places: what stands before a part is blanked, so that lines and bytes are those of the stream.
"""

from collections.abc import Iterator
from typing import Final

# The first records of a process, recorded in every version: `parse/process_starts.py` reads the same ones.
STARTS: Final = (
    b"] MDM settings load completed",
    b"] [init] configureGlobalMTLS starting",
    b"] Watching for changes in setting files",
)
MOST_BYTES: Final = 1 << 28  # of all parts together, blanks included
BLANKS: Final = bytes(byte if byte in b"\r\n" else 0x20 for byte in range(256))


def parts_of(stream: bytes) -> Iterator[bytes]:
    """Yield the log of each process in `stream`, at its place; the stream itself where it is one log, or very long."""
    cuts = _cuts(stream)
    if not cuts or len(stream) * (len(cuts) + 1) > MOST_BYTES:
        yield stream
        return
    for begin, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        yield stream[:begin].translate(BLANKS) + stream[begin:end]


def _cuts(stream: bytes) -> list[int]:
    """Return where the logs behind the first one begin."""
    places = sorted((at, start) for start in STARTS for at in _places(stream, start))
    cuts: list[int] = []
    seen: set[bytes] = set()
    for at, start in places:
        if start in seen:
            cuts.append(stream.rfind(b"\n", 0, at) + 1)
            seen.clear()
        seen.add(start)
    return cuts


def _places(stream: bytes, words: bytes) -> Iterator[int]:
    at = stream.find(words)
    while at >= 0:
        yield at
        at = stream.find(words, at + 1)
