"""Give each key of a query the gaps that apply to it, at the places where they matter; for all queries with these keys.

A gap applies to a key when each of its key columns is null or equal. Between two rows of a key only the first and the
last gap are kept: the others bind nothing that these do not bind better.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

import polars as pl

from mcplog.model.vocabulary import GapReason
from mcplog.rules.candidates import Candidates
from mcplog.rules.ground import LOST_ROWS, Ground
from mcplog.rules.thinning import rows_of

# `unexplained-write` hides what another process did, and nothing of a process whose own log is there.
OF_OTHER_PROCESSES: Final = str(GapReason.UNEXPLAINED_WRITE)
NARROW_KEYS: Final = frozenset({"process_id", "attempt_id", "flow_id", "document_id"})
Named = tuple[tuple[str, ...], pl.DataFrame]


def lost_by_query(found: Sequence[Candidates], ground: Ground) -> dict[int, pl.DataFrame]:
    """Return by the number of a query the gaps beside its rows, where it minds any.

    Args:
        found: Queries with their rows.
        ground: The facts.

    Returns:
        LOST_ROWS with `key`.
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
            mine = lost.filter(owner == place)
            if not mine.is_empty():
                told[own.number] = mine.with_columns(key=mine["key"] - place * size)
    return told


def _keyed(queries: Sequence[Candidates], codes: pl.Series, size: int) -> pl.DataFrame:
    """Return row and key of each row of some queries; the keys of a query are those of its place times `size`."""
    rows: list[pl.Series] = []
    places: list[pl.Series] = []
    table = pl.Series(range(len(queries)), dtype=pl.Int64) * size
    for place, own in enumerate(queries):
        parts = rows_of(own)
        rows += parts
        places.append(table.new_from_index(place, sum(len(part) for part in parts)))
    joined = pl.concat(rows)
    keyed = pl.DataFrame({"row": joined, "key": codes[joined] + pl.concat(places)})
    return keyed.filter(keyed["key"].is_not_null()) if keyed["key"].null_count() else keyed


def _lost_rows(ground: Ground, keyed: pl.DataFrame, keys: tuple[str, ...]) -> pl.DataFrame:
    """Return LOST_ROWS with `key`: a row for each key and gap beside one of the rows of that key."""
    found = [_beside(ground, keyed, gaps, named) for named, gaps in _by_named(ground, keys)]
    if not found:
        return ground.gaps.clear().with_columns(key=pl.lit(None, pl.Int64))
    return pl.concat(found).unique(["key", "row"])


def _by_named(ground: Ground, keys: tuple[str, ...]) -> list[Named]:
    """Return the key columns that gaps name, with these gaps by `place`; the same for all queries with these keys."""
    if keys not in ground.gaps_by_keys:
        ground.gaps_by_keys[keys] = _split(ground, keys)
    return ground.gaps_by_keys[keys]


def _split(ground: Ground, keys: tuple[str, ...]) -> list[Named]:
    rows = ground.gaps["row"]
    known = ground.gaps.hstack(ground.facts.frame([*keys, "reason"], rows))
    if NARROW_KEYS & set(keys):
        known = known.filter((pl.col("reason") != OF_OTHER_PROCESSES).fill_null(value=True))
    found = []
    for mask, part in known.group_by([pl.col(name).is_not_null() for name in keys], maintain_order=True):
        named = tuple(name for name, is_named in zip(keys, mask, strict=True) if is_named)
        gaps = part.select(LOST_ROWS.names())
        place = ground.codes(named)[gaps["row"]] * (ground.height + 1) + gaps["row"].cast(pl.Int64)
        found.append((named, gaps.with_columns(place=place).sort("place")))
    return found


def _beside(ground: Ground, keyed: pl.DataFrame, gaps: pl.DataFrame, named: tuple[str, ...]) -> pl.DataFrame:
    """Return key and gap for the gaps directly before and after each row that is equal in the `named` columns."""
    size = ground.height + 1
    groups = ground.codes(named)[keyed["row"]]
    behind = gaps["place"].search_sorted(groups * size + keyed["row"].cast(pl.Int64), side="left").cast(pl.Int64)
    either = {
        "key": pl.concat([keyed["key"]] * 2),
        "group": pl.concat([groups] * 2),
        "at": pl.concat([behind - 1, behind]),
    }
    asked = pl.DataFrame(either).filter(pl.col("at").is_between(0, gaps.height - 1))
    found = gaps[asked["at"]].hstack(asked).filter(pl.col("place") // size == pl.col("group"))
    return found[[*LOST_ROWS.names(), "key"]]
