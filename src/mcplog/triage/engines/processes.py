"""Work on batches in processes of this machine.

They are spawned, not forked: a fork would copy the threads' locks of polars. A process that dies takes nothing with it:
what it was working on is handed out again, and a unit that kills its process every time becomes a row that says so.
"""

import multiprocessing
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Final

from mcplog.triage.engines.child import begin
from mcplog.triage.engines.ordered import Window
from mcplog.triage.work import Batch, Outcome, Setting, lost, merged, work_on

DIED: Final = "its process died each time"


class Processes:
    """The engine with a pool of processes."""

    def __init__(self, workers: int) -> None:
        """Prepare for `workers` processes; they are started when there is work."""
        self._workers = workers
        self._pool: ProcessPoolExecutor | None = None

    def outcomes(self, batches: Iterable[Batch], setting: Setting) -> Iterator[Outcome]:
        """Yield the outcome of each of `batches`, in their order, worked on as `setting` says."""
        window = Window(batches, lambda batch: self._submit(batch, setting), 2 * self._workers)
        for batch, task in window:
            yield self._outcome(batch, task, window, setting)

    def close(self) -> None:
        """End the processes; what is under way is given up."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None

    def _submit(self, batch: Batch, setting: Setting) -> "Future[Outcome]":
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self._workers, mp_context=context, initializer=begin)
        try:
            return self._pool.submit(work_on, batch, setting)
        except BrokenProcessPool as fault:  # one died since the last call: whoever asks for the outcome finds out
            broken: Future[Outcome] = Future()
            broken.set_exception(fault)
            return broken

    def _outcome(
        self, batch: Batch, task: "Future[Outcome]", window: "Window[Future[Outcome]]", setting: Setting
    ) -> Outcome:
        try:
            return task.result()
        except BrokenProcessPool:
            self.close()
            task = window.hand_out_again()
        try:
            return task.result()
        except BrokenProcessPool:
            self.close()
        outcome = self._one_by_one(batch, setting)
        window.hand_out_later_ones_again()
        return outcome

    def _one_by_one(self, batch: Batch, setting: Setting) -> Outcome:
        """Work on each unit in a process of its own, as one of them ends every process that it comes to."""
        return merged(batch, [self._alone(one, setting) for one in batch.single()])

    def _alone(self, batch: Batch, setting: Setting) -> Outcome:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(1, mp_context=context, initializer=begin) as pool:
            try:
                return pool.submit(work_on, batch, setting).result()
            except BrokenProcessPool:
                return lost(batch, DIED)
