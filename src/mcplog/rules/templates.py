"""Sentences with `{alias.column}` in them, filled with what a binding says.

`{alias.column}` is the value of a bound row, `{column}` the anchor's, `{alias.place}` its file and line. `{{` and `}}`
are braces.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from string import Formatter
from typing import Final, NamedTuple

from mcplog.model.json_string import read_string

UNKNOWN: Final = "unknown"
NO_TIME: Final = "a time that is not known"
PLACE: Final = "place"
EXCERPT: Final = "excerpt"
DESCRIPTION: Final = "error_description"
REPORT: Final = ': {"url":'
REPORTED: Final = '"error":"'
UNITS: Final = (("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000))


class Slot(NamedTuple):
    """A part of a sentence: a text, and behind it the value of a column.

    Attributes:
        literal: The text.
        alias: The row; empty for the anchor.
        column: The column, or PLACE; null where no value follows.
    """

    literal: str
    alias: str
    column: str | None


def parsed(text: str) -> tuple[Slot, ...]:
    """Return the parts of the template `text`."""
    return tuple(_slot(literal, name) for literal, name, _, _ in Formatter().parse(text))


def _slot(literal: str, name: str | None) -> Slot:
    if name is None:
        return Slot(literal, "", None)
    alias, _, column = name.rpartition(".")
    return Slot(literal, alias, column)


def placeholders(text: str) -> tuple[str, ...]:
    """Return the names between braces in `text`, in order."""
    return tuple(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def fill(template: Iterable[Slot], value_of: Callable[[str, str], object]) -> str:
    """Return a template with its values.

    Args:
        template: The parts of the sentence.
        value_of: Gives the value for an alias (empty: the anchor) and a column; null means not known. An error that
            describes itself with no word is told by its line.
    """
    parts: list[str] = []
    for literal, alias, column in template:
        parts.append(literal)
        if column is None:
            continue
        value = value_of(alias, column)
        if value is None and column == DESCRIPTION:
            parts.append(for_people(EXCERPT, value_of(alias, EXCERPT)))
        else:
            parts.append(NO_TIME if value is None and column.endswith("_at") else for_people(column, value))
    return "".join(parts)


def for_people(column: str, value: object) -> str:  # noqa: PLR0911 - one for each type
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
    return _without_report(value) if column == EXCERPT and isinstance(value, str) else str(value)


def _without_report(excerpt: str) -> str:
    """Return an excerpt with the error alone instead of the JSON around it: `Failed: {"url":…,"error":…`."""
    head, is_report, report = excerpt.partition(REPORT)
    _, is_told, error = report.partition(REPORTED)
    if not (is_report and is_told):
        return excerpt
    return f"{head}: {' '.join(read_string(error).text.split())}"


def duration(span_ms: int) -> str:
    """Return `span_ms` in its two largest units: `1h 5m`, `250ms`, `-3m`."""
    sign, rest = ("-", -span_ms) if span_ms < 0 else ("", span_ms)
    parts: list[str] = []
    for unit, size in UNITS:
        if rest >= size and len(parts) < 2:  # noqa: PLR2004 - two units are precise enough to read
            parts.append(f"{rest // size}{unit}")
            rest %= size
    return sign + (" ".join(parts) or f"{rest}ms")
