"""Turn a condition into a polars expression. Null is unknown, and polars' nullable booleans are Kleene's logic.

Instants become epoch milliseconds and durations are milliseconds, so all arithmetic is on Int64. The word `unknown` of
a closed column is null: it says that the value is not known.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from operator import and_, or_
from typing import Final

import polars as pl

from mcplog.model.frames import FACTS
from mcplog.model.rule import Query, Term

HIDDEN: Final = "unknown"
REGEX_SPECIAL: Final = frozenset("\\.+*?()|[]{}^$-&~#")
# Closed columns with a word for "not known".
HIDING: Final = frozenset(
    name for name, dtype in FACTS.items() if isinstance(dtype, pl.Enum) and HIDDEN in dtype.categories.to_list()
)
FEW: Final = 8
ColumnOf = Callable[[str, str], pl.Expr]  # alias (empty: the row itself), column → expression


def own_column(step: str, name: str) -> pl.Expr:
    """Return the column `name` of the row itself; `step` is empty."""
    return pl.col(f"{step}.{name}" if step else name)


def condition(  # noqa: PLR0911 - one for each operator
    term: Term, column_of: ColumnOf = own_column
) -> pl.Expr:
    """Return a Boolean expression.

    Args:
        term: The condition.
        column_of: Gives the expression of a column, of the row itself or of another step's.
    """
    match term.op:
        case "and":
            return reduce(and_, (condition(arg, column_of) for arg in term.args))
        case "or":
            return reduce(or_, (condition(arg, column_of) for arg in term.args))
        case "not":
            return ~condition(term.args[0], column_of)
        case "known" | "unknown":
            value = value_of(term.args[0], column_of)
            return value.is_not_null() if term.op == "known" else value.is_null()
        case "in":
            return _one_of(value_of(term.args[0], column_of), [*term.words, *term.numbers])
        case "like":
            return value_of(term.args[0], column_of).cast(pl.String).str.contains(pattern(term.words))
        case "has":
            return _has(*(value_of(arg, column_of) for arg in term.args))
        case "column" | "truth":
            return value_of(term, column_of)
        case _:
            return _compare(term, column_of)


def _compare(term: Term, column_of: ColumnOf) -> pl.Expr:
    left, right = (value_of(arg, column_of) for arg in term.args)
    names = [arg.name for arg in term.args if arg.op == "column"]
    if len(names) > 1 and any(isinstance(FACTS[name], pl.Enum) for name in names):
        left, right = left.cast(pl.String), right.cast(pl.String)
    match term.op:
        case "==":
            return left == right
        case "!=":
            return left != right
        case "<":
            return left < right
        case "<=":
            return left <= right
        case ">":
            return left > right
        case _:
            return left >= right


def value_of(term: Term, column_of: ColumnOf) -> pl.Expr:  # noqa: PLR0911 - one for each operator
    """Return the expression of an operand.

    Args:
        term: The operand.
        column_of: Gives the expression of a column, of the row itself or of another step's.
    """
    match term.op:
        case "column":
            return _column(term, column_of(term.step, term.name))
        case "text":
            return pl.lit(term.words[0])
        case "number":
            return pl.lit(term.numbers[0], pl.Int64)
        case "truth":
            return pl.lit(bool(term.numbers[0]))
        case "+":
            return value_of(term.args[0], column_of) + value_of(term.args[1], column_of)
        case "-":
            return value_of(term.args[0], column_of) - value_of(term.args[1], column_of)
        case _:
            return condition(term, column_of)


def _column(term: Term, value: pl.Expr) -> pl.Expr:
    dtype = FACTS[term.name]
    if term.name in HIDING:
        return pl.when(value != HIDDEN).then(value)
    if isinstance(dtype, pl.Datetime) or (dtype.is_integer() and dtype != pl.Int64):
        value = value.cast(pl.Int64)
    return value * term.factor if term.factor != 1 else value


def _one_of(value: pl.Expr, choices: list[str | int]) -> pl.Expr:
    if len(choices) <= FEW:
        return reduce(or_, (value == choice for choice in choices))
    return value.cast(pl.String if isinstance(choices[0], str) else pl.Int64).is_in(choices)


def _has(items: pl.Expr, item: pl.Expr) -> pl.Expr:
    return pl.when(items.is_not_null() & item.is_not_null()).then(items.list.contains(item))


def pattern(wildcards: Iterable[str]) -> str:
    """Return the regular expression for texts like one of `wildcards`: `*` any characters, `?` one, case ignored."""
    return f"(?is)^(?:{'|'.join(''.join(map(_regex, text)) for text in wildcards)})$"


def _regex(character: str) -> str:
    if character == "*":
        return ".*"
    if character == "?":
        return "."
    return f"\\{character}" if character in REGEX_SPECIAL else character


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
    parts = conjuncts(term)
    refers = [_refers(part) for part in parts]
    if not any(refers):
        return term, None
    alone = [part for part, joint in zip(parts, refers, strict=True) if not joint]
    return join_conjuncts(alone), join_conjuncts([part for part, joint in zip(parts, refers, strict=True) if joint])


def _refers(term: Term) -> bool:
    return bool(term.op == "column" and term.step) or any(map(_refers, term.args))


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
