"""One watch from its begin to its end: what is noticed becomes looks, looks become boards and news."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Final

from msgspec.structs import replace

from mcplog.live.following import Follower, Look, at_moment, utc_now
from mcplog.live.keeping import Keeper
from mcplog.live.news import news
from mcplog.live.noticing import notice_files, notice_server_logs
from mcplog.live.warnings import next_moment
from mcplog.model.board import Board, News
from mcplog.sources.client_places import MARKER_NAME, STORE_NAME

Show = Callable[[Board, Sequence[News]], None]

TORN_S: Final = 0.05
CHECK_S: Final = 2.0  # a notice may be lost: see so often whether sizes and times are as they were
LONGEST_REST_S: Final = 2.0


class Watch:
    """A running watch. Threads notice and keep; whoever calls `run` looks and shows."""

    def __init__(self, follower: Follower, keeper: Keeper, show: Show) -> None:
        self._follower = follower
        self._keeper = keeper
        self._show = show
        self._changed = keeper.changed
        self._stopped = Event()
        self._board: Board | None = None

    def run(self, *, for_s: float | None = None) -> Look:
        """Watch until `stop` is called, or for so long, and return the last look, which is of finished files.

        Args:
            for_s: Seconds; null: until stopped.
        """
        end = None if for_s is None else time.monotonic() + for_s
        threads = [Thread(target=work, daemon=True) for work in (self._files, self._server_logs)]
        for thread in threads:
            thread.start()
        try:
            self._follow(end)
        except KeyboardInterrupt:
            pass
        finally:
            self.stop()
            self._keeper.stop()
            for thread in threads:
                thread.join(timeout=5)
        return self._look()

    def stop(self) -> None:
        """End it; may be called from another thread."""
        self._stopped.set()
        self._changed.set()

    def _follow(self, end: float | None) -> None:
        signature = self._signature()
        look = self._look()
        while not self._stopped.is_set():
            now = utc_now()
            moment = next_moment(look.situation, now=now)
            wait_s = _wait_s(moment, now, end)
            if wait_s is None:
                return
            is_changed = self._changed.wait(wait_s)
            if self._stopped.is_set():
                return
            before, signature = signature, self._signature()
            if is_changed or before != signature or look.is_torn:
                started = time.monotonic()
                self._changed.clear()
                look = self._look()
                self._rest(time.monotonic() - started)
            else:
                look = self._tell(at_moment(look, utc_now()))

    def _look(self) -> Look:
        return self._tell(self._follower.look(utc_now()))

    def _tell(self, look: Look) -> Look:
        fault = self._keeper.fault
        problems = (*look.board.problems, *((fault,) if fault else ()))
        board = replace(look.board, snapshots=self._keeper.kept, problems=problems)
        told = list(news(self._board, board))
        is_new = self._board is None or replace(self._board, at=board.at) != board
        self._board = board
        if is_new:
            self._show(board, told)
        if look.is_torn:
            self._stopped.wait(TORN_S)
            self._changed.set()
        return look

    def _rest(self, spent_s: float) -> None:
        """Leave the processor to others for as long as a look took."""
        self._stopped.wait(min(spent_s, LONGEST_REST_S))

    def _signature(self) -> tuple[tuple[str, int, int], ...]:
        own = (self._follower.folder / STORE_NAME, self._follower.folder / MARKER_NAME)
        return tuple(_of(path) for path in (*own, *self._follower.paths()))

    def _on_files(self) -> None:
        self._keeper.wake()
        self._changed.set()

    def _files(self) -> None:
        notice_files(self._follower.folder, changed=self._on_files, stopped=self._stopped)

    def _server_logs(self) -> None:
        notice_server_logs(self._follower.machine, changed=self._changed.set, stopped=self._stopped)


def _of(path: Path) -> tuple[str, int, int]:
    try:
        status = path.stat()
    except OSError:
        return str(path), 0, 0
    return str(path), status.st_mtime_ns, status.st_size


def _wait_s(moment: datetime | None, now: datetime, end: float | None) -> float | None:
    """Return how long to wait at most; null when the end has come."""
    waits = [CHECK_S]
    if moment is not None:
        waits.append((moment - now + timedelta(milliseconds=1)).total_seconds())
    if end is not None:
        waits.append(end - time.monotonic())
    return None if min(waits) <= 0 else min(waits)
