"""Work on batches in this process, one after the other."""

from collections.abc import Iterable, Iterator

from mcplog.triage.work import Batch, Outcome, Setting, work_on


class InProcess:
    """The engine without any other process: the least memory, and polars still uses every core."""

    def outcomes(self, batches: Iterable[Batch], setting: Setting) -> Iterator[Outcome]:
        """Yield the outcome of each of `batches`, worked on as `setting` says."""
        for batch in batches:
            yield work_on(batch, setting)

    def close(self) -> None:
        """Give back nothing: there is nothing."""
