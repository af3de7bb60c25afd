"""Give each key of a query the gaps that apply to it, at the places where they matter; for all queries with these keys.

A gap applies to a key when each of its key columns is null or equal. Between two rows of a key only the first and the
last gap are kept: the others bind nothing that these do not bind better.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

import polars as pl

from mcplog.model.frames import constant
from mcplog.model.vocabulary import GapReason
from mcplog.rules.candidates import Candidates
from mcplog.rules.ground import MOST, Ground
from mcplog.rules.thinning import rows_of

# `unexplained-write` hides what another process did, and nothing of a process whose own log is there.
OF_OTHER_PROCESSES: Final = str(GapReason.UNEXPLAINED_WRITE)
NARROW_KEYS: Final = frozenset({"process_id", "attempt_id", "flow_id", "document_id"})
NO_PLACE: Final = pl.Series([-1], dtype=pl.Int64)  # before and behind all gaps
END: Final = pl.Series([MOST], dtype=pl.Int64)
Named = tuple[tuple[str, ...], pl.Series]  # the columns that some gaps name, and key and row of each as one number


def lost_by_query(found: Sequence[Candidates], ground: Ground) -> dict[int, pl.DataFrame]:
    """Return by the number of a query the gaps beside its rows, where it minds any.

    Args:
        found: Queries with their rows.
        ground: The facts.

    Returns:
        Numbers of the gaps (`row`) and `key`.
    """
    if ground.gaps.is_empty():
        return {}
    by_keys: dict[tuple[str, ...], list[Candidates]] = defaultdict(list)
    for own in found:
        if own.plan.minds_gaps:
            by_keys[own.plan.keys].append(own)
    told: dict[int, pl.DataFrame] = {}
    for keys, queries in by_keys.items():
        size = ground.size(keys)
        lost = _lost_rows(ground, _keyed(queries, ground.codes(keys), size), keys)
        owner = lost["key"] // size
        for place, own in enumerate(queries):
            is_own = owner == place
            if is_own.any():
                keyed = lost["key"].filter(is_own) - place * size
                told[own.number] = pl.DataFrame({"row": lost["row"].filter(is_own), "key": keyed})
    return told


def _keyed(queries: Sequence[Candidates], codes: pl.Series, size: int) -> tuple[pl.Series, pl.Series]:
    """Return row and key of each row of some queries; the keys of a query are those of its place times `size`."""
    rows: list[pl.Series] = []
    places: list[pl.Series] = []
    table = pl.Series(range(len(queries)), dtype=pl.Int64) * size
    for place, own in enumerate(queries):
        parts = rows_of(own)
        rows += parts
        places.append(table.new_from_index(place, sum(len(part) for part in parts)))
    joined = pl.concat(rows)
    keys = codes[joined] + pl.concat(places)
    known = keys.is_not_null() if keys.null_count() else None
    return (joined, keys) if known is None else (joined.filter(known), keys.filter(known))


def _lost_rows(ground: Ground, keyed: tuple[pl.Series, pl.Series], keys: tuple[str, ...]) -> pl.DataFrame:
    """Return row and key of the gaps beside the rows of each key."""
    found = [_beside(ground, *keyed, gaps, named) for named, gaps in _by_named(ground, keys)]
    if not found:
        return pl.DataFrame(schema={"row": pl.UInt32(), "key": pl.Int64()})
    return pl.concat(found).unique()


def _by_named(ground: Ground, keys: tuple[str, ...]) -> list[Named]:
    """Return the key columns that gaps name, with these gaps; the same for all queries with these keys."""
    if keys not in ground.gaps_by_keys:
        ground.gaps_by_keys[keys] = _split(ground, keys)
    return ground.gaps_by_keys[keys]


def _split(ground: Ground, keys: tuple[str, ...]) -> list[Named]:
    rows = ground.gaps["row"]
    known = ground.facts.frame([*keys, "reason"], rows)
    if NARROW_KEYS & set(keys):
        applies = (known["reason"] != OF_OTHER_PROCESSES).fill_null(value=True)
        rows, known = rows.filter(applies), known.filter(applies)
    found = []
    for named, own in _by_columns(known[list(keys)], rows):
        places = (ground.codes(named)[own] * (ground.height + 1) + own.cast(pl.Int64)).sort(multithreaded=False)
        found.append((named, pl.concat([NO_PLACE, places, END])))
    return found


def _by_columns(known: pl.DataFrame, rows: pl.Series) -> Iterator[Named]:
    """Yield the columns that rows name, with the rows that name just these."""
    nulls = {column.name: column.null_count() for column in known}
    sometimes = [name for name, count in nulls.items() if 0 < count < len(rows)]
    masks = constant(0, pl.Int64(), len(rows))
    for bit, name in enumerate(sometimes):
        masks = masks + known[name].is_not_null().cast(pl.Int64) * 2**bit
    for mask in masks.unique(maintain_order=True).to_list():
        own = {name for bit, name in enumerate(sometimes) if mask >> bit & 1}
        yield tuple(name for name, count in nulls.items() if not count or name in own), rows.filter(masks == mask)


def _beside(ground: Ground, rows: pl.Series, keys: pl.Series, gaps: pl.Series, named: tuple[str, ...]) -> pl.DataFrame:
    """Return row and key of the gaps directly before and after each row that is equal in the `named` columns."""
    size = ground.height + 1
    groups = ground.codes(named)[rows]
    behind = gaps.search_sorted(groups * size + rows.cast(pl.Int64), side="left")
    most = keys.max()
    if isinstance(most, int) and most < MOST // (len(gaps) + 1):  # most rows of a key lie between the same gaps
        others = (keys * len(gaps) + behind.cast(pl.Int64)).arg_unique()
        keys, groups, behind = keys[others], groups[others], behind[others]
    there, begins = gaps[pl.concat([behind - 1, behind])], groups * size
    lost = there % size
    applies = there - lost == pl.concat([begins, begins])
    return pl.DataFrame({"row": lost.cast(pl.UInt32).filter(applies), "key": pl.concat([keys, keys]).filter(applies)})
