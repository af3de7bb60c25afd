"""A triage from its units to its journal: what is done is written batch by batch."""

import hashlib
import time
from collections.abc import Callable, Sequence

from msgspec import Struct

from mcplog.sources.units import Unit
from mcplog.triage.batches import DEFAULT_BYTES, batches_of
from mcplog.triage.engines import Engine
from mcplog.triage.journal import Journal
from mcplog.triage.rows import HeadRow
from mcplog.triage.work import Setting, Spent


class Progress(Struct, frozen=True, kw_only=True):
    """How far a triage is.

    Attributes:
        units: How many units there are.
        units_done: How many are done.
        bytes: Bytes of the units that were left when it began.
        bytes_done: Bytes of those that are done since.
        seconds: Since it began.
    """

    units: int
    units_done: int
    bytes: int
    bytes_done: int
    seconds: float

    @property
    def seconds_left(self) -> float | None:
        """How long it takes from here on, judged by bytes; null before anything is done."""
        if not self.bytes_done:
            return None
        return self.seconds * (self.bytes - self.bytes_done) / self.bytes_done


class Ran(Struct, frozen=True, kw_only=True):
    """How a triage went.

    Attributes:
        units: How many units there are.
        units_done: How many are done, those of a resumed run included.
        spent: What the batches of this run took.
        seconds: Elapsed time.
    """

    units: int
    units_done: int
    spent: Spent
    seconds: float


def head_of(units: Sequence[Unit], setting: Setting, *, tool: str) -> HeadRow:
    """Return the first row of a triage.

    Args:
        units: All units.
        setting: What is the same for all batches.
        tool: Name and version of the program.
    """
    digest = hashlib.sha256()
    for unit in units:
        digest.update(f"{unit.sort}\0{unit.shown}\0{unit.size}\0{len(unit.files)}\n".encode("utf-8", "surrogatepass"))
    digest.update("\n".join(setting.rules).encode())
    per = "finding" if setting.with_findings else "case"
    return HeadRow(tool=tool, per=per, units=len(units), asked=digest.hexdigest()[:16])


def triage(
    units: Sequence[Unit],
    setting: Setting,
    journal: Journal,
    engine: Engine,
    *,
    memory_bytes: int = DEFAULT_BYTES,
    told: Callable[[Progress], None] = lambda _: None,
    is_stopped: Callable[[], bool] = lambda: False,
) -> Ran:
    """Work on all units that are not in the journal yet, and write their rows into it.

    Args:
        units: All units.
        setting: What is the same for all batches.
        journal: Where the rows go.
        engine: Where the work is done.
        memory_bytes: What one process may take.
        told: Called after each batch.
        is_stopped: Asked after each batch; what is done then stays, and the rest is not begun.

    Returns:
        How it went.
    """
    began, done, size = time.monotonic(), journal.units_done, 0
    left = sum(unit.size for unit in units[done:])
    spent = Spent()
    for outcome in engine.outcomes(batches_of(units, memory_bytes=memory_bytes, first=done), setting):
        journal.append(outcome.lines)
        size += sum(unit.size for unit in units[done : done + outcome.units])
        done += outcome.units
        spent += outcome.spent
        seconds = time.monotonic() - began
        told(Progress(units=len(units), units_done=done, bytes=left, bytes_done=size, seconds=seconds))
        if is_stopped():
            break
    return Ran(units=len(units), units_done=done, spent=spent, seconds=time.monotonic() - began)
