"""What the columns of FACTS may be compared with: a closed type for each, and the words of closed columns."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import polars as pl

from mcplog.model.failures import BODY_CLASSES, DESCRIPTION_CLASSES, FAILURES, REASONS
from mcplog.model.frames import FACTS
from mcplog.model.vocabulary import GapReason, Outcome, StoreChange

HIDDEN_WORD: Final = "unknown"  # the word of a closed column that means: not known


class Type(StrEnum):
    """The types of the rule language, as faults name them."""

    TRUTH = "true or false"
    NUMBER = "a number"
    DURATION = "a duration"
    SECONDS = "seconds"
    INSTANT = "an instant"
    TEXT = "a text"
    LIST = "a list"


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A type and, for texts of a closed vocabulary, its words; no words: any text."""

    type: Type
    words: tuple[str, ...] = ()


CLOSED: Final = {
    "failure": FAILURES,
    "description_class": DESCRIPTION_CLASSES,
    "body_class": BODY_CLASSES,
    "reason": (*REASONS, *Outcome, *GapReason, *StoreChange),
}


def type_of(column: str) -> Typed:  # noqa: PLR0911 - one for each type
    """Return the type of a `column` of FACTS."""
    dtype = FACTS[column]
    if isinstance(dtype, pl.Enum):
        return Typed(type=Type.TEXT, words=tuple(dtype.categories))
    if dtype == pl.String:
        return Typed(type=Type.TEXT, words=tuple(CLOSED.get(column, ())))
    if dtype == pl.Boolean:
        return Typed(type=Type.TRUTH)
    if isinstance(dtype, pl.Datetime):
        return Typed(type=Type.INSTANT)
    if isinstance(dtype, pl.List):
        return Typed(type=Type.LIST)
    if column.endswith("_ms"):
        return Typed(type=Type.DURATION)
    return Typed(type=Type.SECONDS if column.endswith("_s") else Type.NUMBER)


def may_be_key(column: str) -> bool:
    """Tell whether rows can be held together by `column`: it names something and is neither a list nor an instant."""
    dtype = FACTS[column]
    return dtype in (pl.String(), pl.Boolean()) or isinstance(dtype, pl.Enum) or dtype.is_integer()
