"""What conditions say of rows, column by column. Null is unknown: polars' nullable booleans are Kleene's logic.

Instants become epoch milliseconds and durations are milliseconds, so all arithmetic is on Int64. The word `unknown` of
a closed column is null: it says that the value is not known.
"""

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import reduce
from operator import and_, or_
from typing import Any, Final

import polars as pl

from mcplog.model.frames import FACTS, constant
from mcplog.model.rule import Query, Term

HIDDEN: Final = "unknown"
REGEX_SPECIAL: Final = frozenset("\\.+*?()|[]{}^$-&~#")
# Closed columns with a word for "not known".
HIDING: Final = frozenset(
    name for name, dtype in FACTS.items() if isinstance(dtype, pl.Enum) and HIDDEN in dtype.categories.to_list()
)
FEW: Final = 8
FEW_ROWS: Final = 300  # of so many it is sooner told which values occur than which rows have each
OPERATORS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "+": operator.add,
    "-": operator.sub,
}
ColumnOf = Callable[[str, str], pl.Series]  # alias (empty: the row itself), column → its values
Value = pl.Series | str | int | bool  # of all rows, or one that is the same for each


class Reading:
    """Says what rows say to conditions; what occurs in several is looked at once."""

    def __init__(self, column_of: ColumnOf, height: int) -> None:
        """Read some rows.

        Args:
            column_of: Gives the values of a column, of the row itself or of another step's.
            height: How many rows there are.
        """
        self._column_of = column_of
        self._height = height
        self._read_before: dict[Term, Value] = {}
        self._occurring: dict[Term, tuple[AbstractSet[object], pl.Series]] = {}
        self._read: Final[Mapping[str, Callable[[Term], Value]]] = {
            "and": lambda term: reduce(and_, map(self.values, term.args)),
            "or": lambda term: reduce(or_, map(self.values, term.args)),
            "not": lambda term: ~self.values(term.args[0]),
            "known": lambda term: self._known(term.args[0]),
            "unknown": lambda term: ~self._known(term.args[0]),
            "in": lambda term: self._one_of(term.args[0], [*term.words, *term.numbers]),
            "like": lambda term: self._like(term.args[0], term.words),
            "has": lambda term: _has(*map(self.values, term.args)),
            "column": self._column,
            "text": lambda term: term.words[0],
            "number": lambda term: term.numbers[0],
            "truth": lambda term: bool(term.numbers[0]),
        }

    def values(self, term: Term) -> pl.Series:
        """Return what each row says to a `term`: its truth where that is a condition."""
        value = self._value(term)
        return value if isinstance(value, pl.Series) else self._same(value)

    def _same(self, value: str | int | bool) -> pl.Series:  # noqa: FBT001 - a value
        return pl.Series([value]).new_from_index(0, self._height)

    def _value(self, term: Term) -> Value:
        found = self._read_before.get(term)
        if found is None:
            found = self._read_before[term] = self._read.get(term.op, self._computed)(term)
        return found

    def _column(self, term: Term) -> pl.Series:
        values, dtype = self._column_of(term.step, term.name), FACTS[term.name]
        if term.name in HIDING:
            return values.set(values == HIDDEN, None)
        if isinstance(dtype, pl.Datetime) or (dtype.is_integer() and dtype != pl.Int64):
            values = values.cast(pl.Int64)
        return values * term.factor if term.factor != 1 else values

    def _known(self, term: Term) -> pl.Series:
        values = self.values(term)
        if not 0 < values.null_count() < self._height:
            return self._same(not values.has_nulls())
        if self._height > FEW_ROWS:
            return values.is_not_null()
        return pl.Series([value is not None for value in values.to_list()])

    def _like(self, term: Term, wildcards: Sequence[str]) -> pl.Series:
        texts = self.values(term).cast(pl.String)
        if texts.null_count() == self._height:  # to make a regular expression costs more than to look at few texts
            return constant(None, pl.Boolean(), self._height)
        return texts.str.contains(pattern(wildcards))

    def _computed(self, term: Term) -> Value:
        left, right = term.args
        if term.op in {"==", "!="} and left.op == "column" and right.op in {"text", "number"}:
            equal = self._one_of(left, [*right.words, *right.numbers])
            return equal if term.op == "==" else ~equal
        if any(isinstance(FACTS[arg.name], pl.Enum) for arg in term.args if arg.op == "column"):
            found: Value = OPERATORS[term.op](*(self.values(arg).cast(pl.String) for arg in term.args))
        else:
            found = OPERATORS[term.op](self._value(left), self._value(right))
        return found

    def _one_of(self, term: Term, choices: Sequence[str | int]) -> pl.Series:
        values = self.values(term)
        if self._height <= FEW_ROWS:
            occurring, none = self._occurs(term, values)
            return reduce(or_, (values == choice for choice in choices if choice in occurring), none)
        if len(choices) > FEW:
            return values.cast(pl.String if isinstance(choices[0], str) else pl.Int64).is_in(choices)
        return reduce(or_, (values == choice for choice in choices))

    def _occurs(self, term: Term, values: pl.Series) -> tuple[AbstractSet[object], pl.Series]:
        """Return which values occur, and the truth of being one that does not."""
        if term not in self._occurring:
            self._occurring[term] = frozenset(values.to_list()), values != values  # noqa: PLR0124 - null stays null
        return self._occurring[term]


def _has(items: pl.Series, item: pl.Series) -> pl.Series:
    both = pl.col("items").is_not_null() & pl.col("item").is_not_null()
    told = pl.when(both).then(pl.col("items").list.contains(pl.col("item")))
    return pl.DataFrame({"items": items, "item": item}).select_seq(told=told)["told"]


def read(table: pl.DataFrame) -> Reading:
    """Return what the rows of a table say to conditions.

    Args:
        table: Columns of FACTS, those of other steps behind the step's alias: `winner.process_id`.
    """
    return Reading(lambda step, name: table[f"{step}.{name}" if step else name], table.height)


def condition(term: Term, table: pl.DataFrame) -> pl.Series:
    """Return the truth of a condition for each row of a table.

    Args:
        term: The condition.
        table: As for `read`.
    """
    return read(table).values(term)


def pattern(wildcards: Iterable[str]) -> str:
    """Return the regular expression for texts like one of `wildcards`: `*` any characters, `?` one, case ignored."""
    return f"(?s){'|'.join(map(_anchored, wildcards))}"


def _anchored(text: str) -> str:
    begins, ends = "" if text.startswith("*") else "^", "" if text.endswith("*") else "$"
    parts = (".".join(map(_literal, part.split("?"))) for part in text.strip("*").split("*"))
    return f"{begins}{'.*'.join(parts)}{ends}"


def _literal(text: str) -> str:
    escaped = "".join(f"\\{character}" if character in REGEX_SPECIAL else character for character in text)
    flags = "i-u" if text.isascii() else "i"  # the case of all the world's letters takes thrice as long to prepare
    return f"(?{flags}:{escaped})" if escaped else ""


def conjuncts(term: Term | None) -> tuple[Term, ...]:
    """Return the parts of `term` that all have to be true."""
    if term is None:
        return ()
    return tuple(part for arg in term.args for part in conjuncts(arg)) if term.op == "and" else (term,)


def references(term: Term | None) -> Iterator[tuple[str, str]]:
    """Yield alias and column of every reference of `term` to another step."""
    if term is None:
        return
    if term.op == "column" and term.step:
        yield term.step, term.name
    for arg in term.args:
        yield from references(arg)


def columns(term: Term | None) -> Iterator[str]:
    """Yield the columns that `term` reads of the row itself."""
    if term is None:
        return
    if term.op == "column" and not term.step:
        yield term.name
    for arg in term.args:
        yield from columns(arg)


def split(term: Term | None) -> tuple[Term | None, Term | None]:
    """Return the part of `term` that the row alone decides, and the part that needs other steps."""
    if term is None or not _refers(term):
        return term, None
    parts = conjuncts(term)
    joint = [part for part in parts if _refers(part)]
    return join_conjuncts([part for part in parts if part not in joint]), join_conjuncts(joint)


def _refers(term: Term) -> bool:
    return term.step != "" if term.op == "column" else any(map(_refers, term.args))


def join_conjuncts(parts: Sequence[Term]) -> Term | None:
    """Return the term that is true when all `parts` are; null when there is none."""
    if len(parts) > 1:
        return Term(op="and", args=tuple(parts))
    return parts[0] if parts else None


def columns_of(query: Query) -> tuple[str, ...]:
    """Return the columns that the conditions of `query` read, sorted."""
    conditions = [step.where for step in query.steps] + [test.where for test in query.credentials]
    if query.until:
        conditions.append(query.until.where)
    return tuple(sorted({name for term in conditions if term for name in _names(term)}))


def _names(term: Term) -> Iterator[str]:
    if term.op == "column":
        yield term.name
    for arg in term.args:
        yield from _names(arg)
