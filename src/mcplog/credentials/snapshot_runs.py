"""From snapshots to stretches of time in which an entry did not change.

A client up to 2.1.90 writes its store in place: an empty or missing file between two good ones, for less than
`WRITE_MS` or with the very time of a good one, is such a write under way and no state of its own.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from mcplog.credentials.entry import Taken
from mcplog.credentials.span import Run
from mcplog.model.vocabulary import StoreCondition

WRITE_MS: Final = 2_000
PASSING: Final = (StoreCondition.EMPTY, StoreCondition.ABSENT)


def settled(store: Sequence[Taken]) -> list[Taken]:
    """Return the snapshots of one store without those that show a write under way.

    Args:
        store: Its snapshots, in order.
    """
    kept: list[Taken] = []
    good: Taken | None = None
    for number, taken in enumerate(store):
        if taken.snapshot.condition not in PASSING:
            good = taken
        elif good is not None and _is_write(good, taken, store[number + 1 :]):
            continue
        kept.append(taken)
    return kept


def runs_by_entry(store: Sequence[Taken]) -> dict[str, list[Run]]:
    """Return the runs of each entry of one store.

    Args:
        store: Its snapshots as `settled` returns them.

    Returns:
        By entry key, in the order in which the entries appear; the runs of each cover all snapshots.
    """
    keys = dict.fromkeys(key for taken in store for key in taken.entries)
    return {key: _runs(store, key) for key in keys}


def _is_write(good: Taken, taken: Taken, later: Sequence[Taken]) -> bool:
    if good.at is None or taken.at is None:
        return False
    after = next((one.at for one in later if one.snapshot.condition not in PASSING), None)
    return good.at == taken.at or (after is not None and after - taken.at <= WRITE_MS)


def _runs(store: Sequence[Taken], key: str) -> list[Run]:
    starts = [0]
    for number, (before, taken) in enumerate(pairwise(store), 1):
        one, two = before.entries.get(key), taken.entries.get(key)
        if one is not None and two is not None:
            is_same = one[0] is two[0] or one[0] == two[0]
        else:
            is_same = one is two and before.snapshot.condition is taken.snapshot.condition
        if not is_same:
            starts.append(number)
    return [_run(store, key, start, stop) for start, stop in pairwise([*starts, len(store)])]


def _run(store: Sequence[Taken], key: str, start: int, stop: int) -> Run:
    entry, line = store[start].entries.get(key, (None, None))
    before_at = store[start - 1].at if start else None
    return Run(first=store[start], last=store[stop - 1], before_at=before_at, entry=entry, line=line)
