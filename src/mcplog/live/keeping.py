"""Keep each state of a store while it is watched, apart from the analysis: a long log never makes it miss one.

Looking and writing are two threads. A look takes microseconds and needs nothing that is slow to load, so what the store
holds while polars is still being loaded, or while another writer has the history, is seen and written afterwards.
"""

import time
from collections.abc import Callable
from pathlib import Path
from queue import Full, Queue
from threading import Event, Thread
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from mcplog.errors import InputError
from mcplog.model.document import FileFacts
from mcplog.sources.client_places import STORE_NAME, store_path
from mcplog.sources.store_look import Seen, facts_of, look

if TYPE_CHECKING:
    from mcplog.live.recording import Recorder

LOOK_S: Final = 0.25  # a notice may be lost; looking costs a few microseconds
WRITE_S: Final = 0.02  # how soon to look again at half a write
RETRY_S: Final = 5.0
MOST_WAITING: Final = 256  # states that are seen and not written yet; then looking waits
END_S: Final = 5.0
TICK_NS: Final = 2_000_000_000  # no file system's clock is coarser
UNKNOWN: Final = FileFacts(file_id="not looked at yet")


class Keeper:
    """Looks at the store of a configuration folder, and keeps what it held, as long as it is entered.

    Attributes:
        changed: Set when a snapshot was kept or `fault` is another; others may set it too.
        seen: What the file system said of the state that was seen last; null before the first.
        kept: How many states were kept: those that the history did not have.
    """

    def __init__(self, folder: Path, history: Path) -> None:
        self.changed = Event()
        self.seen: FileFacts | None = None
        self.kept = 0
        self._store = folder / STORE_NAME
        self._name = store_path(folder)
        self._history = history
        self._woken = Event()
        self._stopped = Event()
        self._waiting: Queue[Seen | None] = Queue(MOST_WAITING)
        self._unwritten: Seen | None = None
        self._faults: dict[str, str] = {}
        self._threads = [Thread(target=work, daemon=True) for work in (self._look_on, self._write_on)]

    @property
    def fault(self) -> str:
        """Why store or history cannot be used, in one sentence; empty when they can."""
        return next((sentence for sentence in self._faults.values() if sentence), "")

    def __enter__(self) -> Self:
        """Begin to look."""
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        """End it."""
        self.stop()

    def wake(self) -> None:
        """Look now: the store may have changed."""
        self._woken.set()

    def stop(self) -> None:
        """End it: all that was seen is kept, unless the history cannot be used."""
        self._stopped.set()
        self._woken.set()
        for thread in self._threads:
            thread.join(timeout=END_S)

    def _look_on(self) -> None:
        self._go_on("store", self._look_until_stopped)
        while not self._put(None) and self._threads[1].is_alive():
            pass

    def _write_on(self) -> None:
        self._go_on("history", self._write_until_stopped)

    def _go_on(self, what: str, work: Callable[[], None]) -> None:
        """Do `work` until it ends by itself; what hinders it is told, and it is tried again."""
        while True:
            try:
                work()
            except InputError as fault:
                self._tell(what, str(fault))
                if self._stopped.wait(RETRY_S):
                    return
            except Exception as fault:  # noqa: BLE001 - evidence that is not kept any more is never passed over in silence
                self._tell(what, f"the history is not kept any more: internal error, {type(fault).__name__}")
                return
            else:
                return

    def _tell(self, what: str, sentence: str) -> None:
        if self._faults.get(what, "") != sentence:
            self._faults[what] = sentence
            self.changed.set()

    def _look_until_stopped(self) -> None:
        last: FileFacts | None = UNKNOWN
        while not self._stopped.is_set():
            self._woken.clear()
            wait_s = LOOK_S
            if _facts(self._store) != last:
                now_ns = time.time_ns()
                seen = look(self._store, str(self._store), now_ns=now_ns)
                if seen is None:
                    wait_s = WRITE_S
                elif self._put(seen):
                    last = _told_apart(seen, now_ns)
                    self.seen = seen.facts
            self._tell("store", "")
            self._woken.wait(wait_s)

    def _put(self, seen: Seen | None) -> bool:
        """Hand over what was `seen` (null: no more comes) to be written; say whether there was room for it."""
        try:
            self._waiting.put(seen, timeout=LOOK_S)
        except Full:
            return False
        return True

    def _write_until_stopped(self) -> None:
        from mcplog.live.recording import recorder  # noqa: PLC0415 - loads polars

        keeper = recorder(self._history)
        with keeper.history:
            self._tell("history", "")
            while self._write_next(keeper):
                pass

    def _write_next(self, keeper: "Recorder") -> bool:
        """Keep the next state that was seen, or the one that could not be kept; say whether there was one."""
        self._unwritten = self._unwritten or self._waiting.get()
        if self._unwritten is None:
            return False
        number = keeper.keep(self._name, self._unwritten)
        self._unwritten = None
        if number is not None:
            self.kept += 1
            self.changed.set()
        return True


def _facts(path: Path) -> FileFacts | None:
    try:
        return facts_of(path)
    except OSError as fault:
        raise InputError(f"cannot be read: {fault.strerror}", place=str(path)) from fault


def _told_apart(seen: Seen, now_ns: int) -> FileFacts | None:
    """Return the facts from which another state of the store differs for sure.

    Two states written within one tick of the file system's clock may have the same size and times: look again.
    """
    if seen.dump.absent:
        return None
    return seen.facts if abs(now_ns - seen.facts.changed_ns) > TICK_NS else UNKNOWN
