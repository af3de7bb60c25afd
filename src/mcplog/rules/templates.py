"""Sentences with `{alias.column}` in them: checked when a rule is compiled, filled when it is found.

`{alias.column}` is the value of a bound row, `{column}` the anchor's, `{alias.place}` its file and line. `{{` and `}}`
are braces.
"""

from collections.abc import Callable
from datetime import datetime
from string import Formatter
from typing import Final

from mcplog.model.frames import FACTS
from mcplog.model.rule import Query
from mcplog.rules.faults import Fault, nearest

UNKNOWN: Final = "unknown"
PLACE: Final = "place"
UNITS: Final = (("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000))


def check_template(text: str, query: Query | None, *, where: str) -> list[Fault]:
    """Return the faults of a template.

    Args:
        text: The sentence.
        query: Whose steps it may name; null when the query itself is at fault, then only columns are checked.
        where: The key it stands under.
    """
    faults: list[Fault] = []
    try:
        names = placeholders(text)
    except ValueError as error:
        return [Fault(where=where, message=f"the braces do not match: {error}", hint="write `{{` for a brace")]
    aliases = [step.alias for step in query.steps if step.alias] if query else []
    for name in names:
        alias, _, column = name.rpartition(".")
        if alias and query and alias not in aliases:
            faults.append(
                Fault(
                    where=where,
                    message=f"`{{{name}}}`: no step is called `{alias}`",
                    hint=nearest(alias, aliases) or "name it with `as`",
                )
            )
        if column not in FACTS and column != PLACE:
            faults.append(
                Fault(where=where, message=f"`{{{name}}}`: there is no column `{column}`", hint=nearest(column, FACTS))
            )
    return faults


def placeholders(text: str) -> tuple[str, ...]:
    """Return the names between braces in `text`, in order."""
    return tuple(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def fill(text: str, value_of: Callable[[str, str], object]) -> str:
    """Return a template with its values.

    Args:
        text: The sentence.
        value_of: Gives the value for an alias (empty: the anchor) and a column; null means not known.
    """
    parts: list[str] = []
    for literal, name, _, _ in Formatter().parse(text):
        parts.append(literal)
        if name is not None:
            alias, _, column = name.rpartition(".")
            parts.append(for_people(column, value_of(alias, column)))
    return "".join(parts)


def for_people(column: str, value: object) -> str:
    """Return a `value` of a `column` as people read it: instants to the second, durations in units, null as unknown."""
    if value is None:
        return UNKNOWN
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and column.endswith("_ms"):
        return duration(value)
    if isinstance(value, int) and column.endswith("_s"):
        return duration(value * 1_000)
    if isinstance(value, list | tuple):
        return " ".join(map(str, value)) or "none"
    return str(value)


def duration(span_ms: int) -> str:
    """Return `span_ms` in its two largest units: `1h 5m`, `250ms`, `-3m`."""
    sign, rest = ("-", -span_ms) if span_ms < 0 else ("", span_ms)
    parts: list[str] = []
    for unit, size in UNITS:
        if rest >= size and len(parts) < 2:  # noqa: PLR2004 - two units are precise enough to read
            parts.append(f"{rest // size}{unit}")
            rest %= size
    return sign + (" ".join(parts) or f"{rest}ms")
