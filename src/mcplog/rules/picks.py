"""Choose one binding for each anchor: from the anchor back, the latest row that still gives a valid chain.

A row from the log is preferred to a gap that stands in for one.
"""

from typing import Final

import polars as pl

from mcplog.rules.chains import Climb, is_spanned

# A binding. `n{j}`: place in the stream of the j-th row; a lost step has its gap's place in all its rows.
BINDINGS: Final = pl.Schema({"n0": pl.Int64()})


def pick_bindings(climbed: Climb, anchors: pl.Series) -> pl.DataFrame:
    """Return the binding of each anchor.

    Args:
        climbed: The passes at one level.
        anchors: Places of anchors that were found at that level.

    Returns:
        BINDINGS, a row an anchor in their order, with `n{j}` for each row of the sequence.
    """
    plan, frame = climbed.plan, climbed.frame
    places = anchors.cast(pl.Int64)
    floor = frame["floor"][anchors].fill_null(0) if is_spanned(plan) else places * 0
    bound = {len(plan.atoms) - 1: places}
    for number in range(len(plan.atoms) - 1, 0, -1):
        here = bound[number]
        lost = frame["lost"][here]
        before = _before(frame, number, here, lost, floor)
        if not plan.atoms[number].first:
            before = pl.select(pl.when(lost).then(here).otherwise(before)).to_series()
        bound[number - 1] = before
    return pl.DataFrame({f"n{number}": bound[number] for number in range(len(plan.atoms))})


def _before(frame: pl.DataFrame, number: int, here: pl.Series, lost: pl.Series, floor: pl.Series) -> pl.Series:
    """Return the place of the row before the `number`-th one, which is `here`."""
    chained = frame.select("lost", stretch=f"g{number}", v=f"v{number - 1}").with_row_index("n")
    chained = chained.filter(pl.col("v").is_not_null())
    own = frame[f"x{number}"][here]
    logged = _latest(chained.filter(~pl.col("lost")), here, own, floor)
    if not logged.has_nulls():
        return logged
    gap = _latest(chained.filter(pl.col("lost")), here + lost.cast(pl.Int64), own, floor)
    return pl.select(pl.coalesce(logged, gap)).to_series()


def _latest(chained: pl.DataFrame, before: pl.Series, stretch: pl.Series, floor: pl.Series) -> pl.Series:
    """Return for each place the latest row of `chained` before it in its stretch whose start is not before `floor`."""
    high = chained["n"].cast(pl.Int64).search_sorted(before, side="left").cast(pl.Int64)
    low = chained["stretch"].search_sorted(stretch, side="left").cast(pl.Int64)
    asked = pl.DataFrame({"low": low, "high": high, "floor": floor}).with_row_index("asked")
    inside = asked.filter(pl.col("high") > pl.col("low"))
    latest = chained[inside["high"] - 1].select("n", "v").hstack(inside)
    good = latest.filter(pl.col("v") >= pl.col("floor")).select("asked", "n")
    rest = latest.filter(pl.col("v") < pl.col("floor"))
    if not rest.is_empty():
        tried = rest.select("asked", "floor", at=pl.int_ranges("low", "high")).explode("at")
        tried = tried.hstack(chained[tried["at"]].select("n", "v")).filter(pl.col("v") >= pl.col("floor"))
        good = pl.concat([good, tried.group_by("asked").agg(pl.col("n").last())])
    return asked.join(good, on="asked", how="left", maintain_order="left")["n"].cast(pl.Int64)
