"""Give each key of a query the gaps that apply to it, at the places where they matter.

A gap applies to a key when each of its key columns is null or equal. Between two rows of a key only the first and the
last gap are kept: the others bind nothing that these do not bind better.
"""

from typing import Final

import polars as pl

from mcplog.model.vocabulary import GapReason
from mcplog.rules.ground import LOST_ROWS, Ground

# `unexplained-write` hides what another process did, and nothing of a process whose own log is there.
OF_OTHER_PROCESSES: Final = str(GapReason.UNEXPLAINED_WRITE)
NARROW_KEYS: Final = frozenset({"process_id", "attempt_id", "flow_id", "document_id"})
Named = tuple[tuple[str, ...], pl.DataFrame]


def lost_rows(ground: Ground, keyed: pl.DataFrame, keys: tuple[str, ...]) -> pl.DataFrame:
    """Return a row for each key and gap beside one of its rows.

    Args:
        ground: The facts.
        keyed: `row` and `key` of each row of a query.
        keys: The columns that make the key, `case_id` included.

    Returns:
        LOST_ROWS with `key`.
    """
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
    known = ground.gaps.hstack(ground.facts.select(list(dict.fromkeys([*keys, "reason"])))[rows])
    if NARROW_KEYS & set(keys):
        known = known.filter((pl.col("reason") != OF_OTHER_PROCESSES).fill_null(value=True))
    found = []
    for mask, part in known.group_by([pl.col(name).is_not_null() for name in keys], maintain_order=True):
        named = tuple(name for name, is_named in zip(keys, mask, strict=True) if is_named)
        gaps = part.select(LOST_ROWS.names())
        place = ground.codes(named)[gaps["row"]] * (ground.facts.height + 1) + gaps["row"].cast(pl.Int64)
        found.append((named, gaps.with_columns(place=place).sort("place")))
    return found


def _beside(ground: Ground, keyed: pl.DataFrame, gaps: pl.DataFrame, named: tuple[str, ...]) -> pl.DataFrame:
    """Return key and gap for the gaps directly before and after each row that is equal in the `named` columns."""
    size = ground.facts.height + 1
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
