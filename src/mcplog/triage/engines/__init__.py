"""Where batches are worked on. One small protocol; each engine is a module.

    in_process     here, one after the other
    processes      in processes of this machine
    distributed    by the workers of a dask.distributed scheduler

What comes out does not depend on the engine: outcomes come in the order of the batches, and a batch is a value.
"""

from collections.abc import Iterable, Iterator
from typing import Protocol

from mcplog.triage.work import Batch, Outcome, Setting


class Engine(Protocol):
    """Works on batches."""

    def outcomes(self, batches: Iterable[Batch], setting: Setting) -> Iterator[Outcome]:
        """Yield the outcome of each batch, in their order.

        Args:
            batches: Taken one by one, never far ahead of what has been yielded.
            setting: What is the same for all batches.
        """
        ...

    def close(self) -> None:
        """Give everything back; what is under way is given up."""
        ...
