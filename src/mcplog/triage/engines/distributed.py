"""Work on batches on many machines: by the workers of a dask.distributed scheduler.

The scheduler hands a batch out again when its worker is lost. The workers need mcplog, and the same paths: a folder
that all of them see, or a store such as `s3://`. Sent are names and sizes, not logs; what standard input held is sent.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from mcplog.errors import UsageError
from mcplog.triage.engines.ordered import Window
from mcplog.triage.work import Batch, Outcome, Setting, lost, merged, work_on

EXTRA: Final = "Install it: `pip install 'mcplog[dask]'`."
START: Final = "Start one with `dask scheduler`, workers with `dask worker tcp://…`, and name it with --scheduler."
LOST: Final = "every worker that read it was lost"
WAIT_S: Final = 30


class Distributed:
    """The engine with a scheduler."""

    def __init__(self, scheduler: str, *, ahead: int = 2) -> None:
        """Connect to the scheduler at an address.

        Args:
            scheduler: `tcp://host:port`.
            ahead: How many batches are handed out for each worker.

        Raises:
            UsageError: dask.distributed is not installed, or nobody answers.
        """
        try:
            from distributed import Client  # noqa: PLC0415 - an extra
        except ImportError as fault:
            raise UsageError("needs dask.distributed", place="--engine dask", hint=EXTRA) from fault
        try:
            client: Any = Client  # it has no types
            self._client = client(scheduler, timeout=WAIT_S, set_as_default=False)
            workers = self._client.scheduler_info(n_workers=-1)["workers"]
        except (OSError, ValueError) as fault:
            raise UsageError("no scheduler answers", place=scheduler, hint=START) from fault
        self._width = ahead * max(1, sum(one["nthreads"] for one in workers.values()))

    def outcomes(self, batches: Iterable[Batch], setting: Setting) -> Iterator[Outcome]:
        """Yield the outcome of each of `batches`, in their order, worked on as `setting` says."""
        for batch, task in Window(batches, lambda batch: self._submit(batch, setting), self._width):
            yield self._outcome(batch, task, setting)

    def close(self) -> None:
        """Leave the scheduler; what is under way is given up."""
        self._client.close()

    def _submit(self, batch: Batch, setting: Setting) -> Any:  # noqa: ANN401 - dask has no types
        return self._client.submit(work_on, batch, setting, pure=False)

    def _outcome(self, batch: Batch, task: Any, setting: Setting) -> Outcome:  # noqa: ANN401 - dask has no types
        from distributed import KilledWorker  # noqa: PLC0415 - an extra

        try:
            outcome: Outcome = task.result()
        except KilledWorker:
            if len(batch.units) == 1:
                return lost(batch, LOST)
            ones = [(one, self._submit(one, setting)) for one in batch.single()]
            return merged(batch, [self._outcome(one, of_one, setting) for one, of_one in ones])
        return outcome
