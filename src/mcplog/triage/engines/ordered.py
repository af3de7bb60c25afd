"""Hand batches out a few at a time and give their outcomes back in order, whatever order they are finished in."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

from mcplog.triage.work import Batch

Task = TypeVar("Task")


class Window(Generic[Task]):
    """Batches that are under way, oldest first."""

    def __init__(self, batches: Iterable[Batch], submit: Callable[[Batch], Task], width: int) -> None:
        """Hand out `batches` by `submit`, at most `width` at once."""
        self._left = iter(batches)
        self._submit = submit
        self._width = width
        self._under_way: deque[tuple[Batch, Task]] = deque()

    def __iter__(self) -> Iterator[tuple[Batch, Task]]:
        """Yield each batch with its task, oldest first, while later ones are worked on."""
        while True:
            self._fill()
            if not self._under_way:
                return
            yield self._under_way[0]
            self._under_way.popleft()

    def hand_out_again(self) -> Task:
        """Submit everything that is under way anew, as it was lost; return the oldest task."""
        self._under_way = deque((batch, self._submit(batch)) for batch, _ in self._under_way)
        return self._under_way[0][1]

    def hand_out_later_ones_again(self) -> None:
        """Submit everything that is under way but the oldest anew."""
        oldest, *later = self._under_way
        self._under_way = deque([oldest, *((batch, self._submit(batch)) for batch, _ in later)])

    def _fill(self) -> None:
        while len(self._under_way) < self._width:
            batch = next(self._left, None)
            if batch is None:
                return
            self._under_way.append((batch, self._submit(batch)))
