"""Coverage behind an anchor: whether the evidence of its key reaches to the end of the window that must be empty."""

from typing import Final

import polars as pl

from mcplog.rules.ground import Ground

ENDS: Final = ("process_ended", "evidence_ended")


def covered_rows(rows: pl.Series, ground: Ground, keys: tuple[str, ...], span_ms: int) -> pl.Series:
    """Return those of some rows behind which the evidence of their key goes on for at least the window.

    Args:
        rows: Numbers of FACTS rows.
        ground: The facts.
        keys: The query's keys, `case_id` included.
        span_ms: Length of the window.
    """
    codes = ground.codes(keys)
    asked = pl.DataFrame({"row": rows, "key": codes[rows], "at": ground.at[rows]}).drop_nulls()
    every = pl.DataFrame({"key": codes, "at": ground.at})
    own_end = every.filter(pl.col("key").is_in(asked["key"].unique().implode())).group_by("key").agg(pl.col("at").max())
    ends = [own_end, *_said_ends(asked, ground, keys)]
    until = pl.concat(ends).group_by("key").agg(cover=pl.col("at").max())
    told = asked.join(until, on="key", how="left")
    return told.filter(pl.col("cover") >= pl.col("at") + span_ms)["row"]


def _said_ends(asked: pl.DataFrame, ground: Ground, keys: tuple[str, ...]) -> list[pl.DataFrame]:
    """Return for each key the moments of the ends that apply to it: their key columns are null or equal."""
    rows = ground.rows_of(ENDS)
    if rows.is_empty():
        return []
    said = ground.facts.frame(keys, rows).with_columns(row=rows, at=ground.at[rows])
    of_key = asked.unique("key", keep="first").select("key", "row")
    found = []
    for mask, part in said.group_by([pl.col(name).is_not_null() for name in keys], maintain_order=True):
        named = tuple(name for name, is_named in zip(keys, mask, strict=True) if is_named)
        codes = ground.codes(named)
        ends = part.with_columns(code=codes[part["row"]]).group_by("code").agg(pl.col("at").max())
        there = of_key.with_columns(code=codes[of_key["row"]]).join(ends, on="code")
        found.append(there.select("key", "at"))
    return found
