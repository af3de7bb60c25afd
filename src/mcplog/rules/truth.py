"""Kleene's logic on columns: true, false, null for unknown."""

from collections.abc import Iterable
from functools import reduce
from operator import and_, or_

import polars as pl


def any_true(names: Iterable[str]) -> pl.Expr:
    """Return whether one of the truth columns `names` is true; never null."""
    return reduce(or_, (pl.col(name).fill_null(value=False) for name in names), pl.lit(value=False))


def any_not_false(names: Iterable[str]) -> pl.Expr:
    """Return whether one of the truth columns `names` is true or unknown; never null."""
    return reduce(or_, (pl.col(name).fill_null(value=True) for name in names), pl.lit(value=False))


def all_of(truths: Iterable[pl.Expr]) -> pl.Expr:
    """Return the conjunction of `truths`; true when there is none."""
    return reduce(and_, truths, pl.lit(value=True))
