"""Bind rows to the sequences of a line: from an anchor back, the latest row that still gives a valid chain.

A row from the log is preferred to a gap that stands in for one. Only what lies before the anchors that are asked about
is looked at, one anchor at a time; that there is a chain to them is known.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import polars as pl
from msgspec import Struct

from mcplog.model.frames import constant
from mcplog.rules.joint import Spot
from mcplog.rules.roles import NONE, Role

EMPTY: Final[Sequence[int]] = ()
ASKED: Final = ("entry", "spot", "role", "k", "v", "floor")


class Steps:
    """How many rows may still be looked at, one by one.

    Attributes:
        left: So many.
    """

    def __init__(self, left: int) -> None:
        self.left = left

    def take(self, rows: int) -> bool:
        """Tell whether so many rows may be looked at, and count them."""
        if rows > self.left:
            return False
        self.left -= rows
        return True


class Strands(Struct, frozen=True, kw_only=True):
    """The entries of some keys as lists; an entry is known by its number among them.

    Attributes:
        entries: Their numbers in the line, ascending.
        roles: Their roles.
        spots: Their `spot`.
        v: Their `v`.
        floors: Their `floor`.
        starts: Where the key of each begins.
        ends: Where it ends.
        chained: Row of the sequence, and whether a gap stands in → entries that end a chain there.
        blocking: Row of the sequence → entries that may not lie before it.
        seen: Number of a missing step → entries that can be it.
        gaps: Entries of gaps.
        runs_forward: No moment is before that of an earlier row.
    """

    entries: Sequence[int]
    roles: Sequence[Role]
    spots: Sequence[int]
    v: Sequence[int | None]
    floors: Sequence[int]
    starts: Mapping[int, int]
    keys: Sequence[int]
    ends: Mapping[int, int]
    chained: Mapping[tuple[int, bool], Sequence[int]]
    blocking: Mapping[int, Sequence[int]]
    seen: Mapping[int, Sequence[int]]
    gaps: Sequence[int]
    runs_forward: bool

    def number(self, entry: int) -> int:
        """Return the number here of the `entry` of that number in the line."""
        return bisect_left(self.entries, entry)

    def rows(self) -> list[int | None]:
        """Return the row of each entry; null for a gap."""
        return [None if place % 2 else place // 2 for place in self.spots]

    def start(self, entry: int) -> int:
        """Return where the key of an `entry` begins."""
        return self.starts[self.keys[entry]]

    def end(self, entry: int) -> int:
        """Return where the key of an `entry` ends, exclusive."""
        return self.ends[self.keys[entry]]

    def spot(self, entry: int) -> Spot:
        """Return the row of an `entry`."""
        role, place = self.roles[entry], self.spots[entry]
        return Spot(row=place // 2, lost=role.lost, sure=role.sure, covered=role.covered, entry=entry)

    def before(self, entry: int, floor: int, steps: Steps | None = None) -> Iterator[int]:
        """Yield what can come before an entry: rows of the log first, the latest first.

        Args:
            entry: A row of a sequence that is not its first.
            floor: The least moment that its first row may have.
            steps: How many rows may be looked at; null for all.
        """
        number, low = self.roles[entry].after, self.start(entry)
        blocking = self.blocking.get(number + 1, EMPTY)
        place = bisect_left(blocking, entry) - 1
        if place >= 0 and blocking[place] >= low:
            low = blocking[place] + 1
        moments = self.v
        for lost in (False, True):
            chained = self.chained.get((number, lost), EMPTY)
            for index in range(bisect_left(chained, entry) - 1, -1, -1):
                found = chained[index]
                if found < low or (steps is not None and steps.left < 1):
                    break
                if steps is not None:
                    steps.left -= 1
                if (moments[found] or 0) >= floor:
                    yield found
                elif self.runs_forward and number == 0:
                    break  # what is earlier in the log began earlier

    def bind(self, anchor: int) -> list[Spot]:
        """Return the row of the log or gap for each row of the sequence that ends with `anchor`."""
        chain = [anchor]
        while self.roles[chain[-1]].after != NONE:
            chain.append(next(self.before(chain[-1], self.floors[anchor])))
        return [spot for entry in reversed(chain) for spot in self.spots_of(entry)]

    def spots_of(self, entry: int) -> list[Spot]:
        """Return the rows of the sequence that an `entry` is: one, or all of a step that a gap stands in for."""
        role = self.roles[entry]
        return [self.spot(entry)] * (role.to - role.after)


def resting(entries: pl.DataFrame, anchors: Sequence[int], *, whole: Sequence[bool]) -> pl.DataFrame:
    """Return the entries that some anchors can rest on, with what is asked of them.

    Args:
        entries: What `climb` returns, or of it what other anchors, these among them, can rest on.
        anchors: Numbers of the anchors' entries in the line.
        whole: For each of them whether what is behind it in its key matters too.
    """
    there = entries.select(ASKED)
    if not anchors:
        return there.clear()
    places = there["entry"].search_sorted(pl.Series(anchors, dtype=pl.UInt32)).to_list()
    return there[_places(there["k"], places, whole)]


def strands_of(entries: pl.DataFrame, all_roles: Sequence[Role], *, runs_forward: bool) -> Strands:
    """Return entries as lists.

    Args:
        entries: What `resting` returns.
        all_roles: The roles of the line.
        runs_forward: No moment is before that of an earlier row.
    """
    there = entries.to_dict(as_series=False)
    v, keys = there["v"], there["k"]
    roles = [all_roles[number] for number in there["role"]]
    chained: dict[tuple[int, bool], list[int]] = defaultdict(list)
    blocking: dict[int, list[int]] = defaultdict(list)
    seen: dict[int, list[int]] = defaultdict(list)
    gaps: list[int] = []
    starts: dict[int, int] = {}
    ends: dict[int, int] = {}
    for entry, (role, key) in enumerate(zip(roles, keys, strict=True)):
        starts.setdefault(key, entry)
        ends[key] = entry + 1
        if role.to != NONE:
            if v[entry] is not None:
                chained[role.to, role.lost].append(entry)
            continue
        if role.blocks != NONE:
            blocking[role.blocks].append(entry)
        if role.lost:
            gaps.append(entry)
        else:
            seen[role.about].append(entry)
    return Strands(
        entries=there["entry"],
        roles=roles,
        spots=there["spot"],
        v=v,
        floors=there["floor"],
        keys=keys,
        starts=starts,
        ends=ends,
        chained=chained,
        blocking=blocking,
        seen=seen,
        gaps=gaps,
        runs_forward=runs_forward,
    )


def _places(keys: pl.Series, anchors: Sequence[int], whole: Sequence[bool]) -> pl.Series:
    """Return the places of the entries of the anchors' keys up to the last anchor of each, or all of it."""
    limits = sorted(
        (len(keys) if is_whole else anchor, anchor) for anchor, is_whole in zip(anchors, whole, strict=True)
    )
    least, most = keys[min(anchors)], keys[max(anchors)]
    first, end = bisect_left(keys, least), bisect_right(keys, most)
    last = constant(-1, pl.Int64(), most - least + 1)
    last.scatter(keys[[anchor for _, anchor in limits]] - least, [limit for limit, _ in limits])  # the greatest stays
    numbers = pl.int_range(first, end, eager=True)
    return numbers.filter(numbers <= last[keys.slice(first, end - first) - least])
