"""Put units together into batches: as many at once as fit the memory, as one evaluation of many costs far less."""

from collections.abc import Iterator, Sequence
from typing import Final

from mcplog.sources.units import Unit
from mcplog.triage.work import Batch

MEGABYTE: Final = 1024 * 1024
DEFAULT_BYTES: Final = 384 * MEGABYTE
LEAST_BYTES: Final = 160 * MEGABYTE  # below it there is no room for one log beside the program itself
PROGRAM_BYTES: Final = 125 * MEGABYTE  # the program with polars and its rules, measured
TIMES_BYTES: Final = 7  # what a byte of a log takes while it is judged where every line is about MCP, measured
UNIT_BYTES: Final = 40 * 1024  # what a case takes beside its bytes, measured


def batches_of(units: Sequence[Unit], *, memory_bytes: int = DEFAULT_BYTES, first: int = 0) -> Iterator[Batch]:
    """Yield batches of units in their order. A unit that is too large for any is one by itself.

    Args:
        units: All units.
        memory_bytes: What one process may take.
        first: The unit to begin with; those before it are done.
    """
    limit = room(memory_bytes)
    begun, taken, number = first, 0, 0
    for at in range(first, len(units)):
        weight = TIMES_BYTES * units[at].size + UNIT_BYTES
        if at > begun and taken + weight > limit:
            yield Batch(number=number, first=begun, units=tuple(units[begun:at]))
            begun, taken, number = at, 0, number + 1
        taken += weight
    if begun < len(units):
        yield Batch(number=number, first=begun, units=tuple(units[begun:]))


def room(memory_bytes: int) -> int:
    """Return what the cases of one batch may take, in bytes.

    Args:
        memory_bytes: What one process may take.
    """
    return max(memory_bytes, LEAST_BYTES) - PROGRAM_BYTES
