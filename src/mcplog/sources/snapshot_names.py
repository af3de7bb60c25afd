"""When a copy of a store was taken, and in which order, as far as its name tells.

    credentials-03-1795566961661.json            number and milliseconds since 1970
    credentials-2026-08-25T11-36-31-004Z.json    the client's form of a UTC stamp
    store-2.json, .credentials.json.1            a number

Per-server logs are named by the second form: `2026-08-16T19-43-29-534Z.jsonl`.
"""

import re
from datetime import UTC, datetime
from typing import Final

_DIGITS: Final = re.compile("[0-9]+")
EPOCH_MS_DIGITS: Final = 13
EPOCH_S_DIGITS: Final = 10
DATE: Final = (4, 2, 2)
CLOCK: Final = (2, 2, 2)
MS_DIGITS: Final = 3


def time_in_name(name: str) -> int | None:
    """Return the moment in a file's name as epoch milliseconds.

    Args:
        name: File name without folders.

    Returns:
        Null when the name has none, or one without a clock or without a `Z`: a local time could be hours off.
    """
    groups = _numbers(name)
    for digits in reversed(groups):
        if len(digits) == EPOCH_MS_DIGITS and digits[0] in "12":
            return int(digits)
        if len(digits) == EPOCH_S_DIGITS and digits[0] in "12":
            return int(digits) * 1000
    return _stamp(name, groups)


def order_in_name(name: str) -> tuple[int, ...]:
    """Return the numbers of a name, for files that are numbered."""
    return tuple(int(digits) for digits in _numbers(name)[:8] if len(digits) <= EPOCH_MS_DIGITS)


def _numbers(name: str) -> list[str]:
    return _DIGITS.findall(name)


def _stamp(name: str, groups: list[str]) -> int | None:
    if "Z" not in name:
        return None
    for start in range(len(groups)):
        parts = groups[start : start + 6]
        if tuple(len(part) for part in parts) != DATE + CLOCK:
            continue
        fraction = groups[start + 6] if len(groups) > start + 6 and len(groups[start + 6]) == MS_DIGITS else "0"
        try:
            moment = datetime(*(int(part) for part in parts), tzinfo=UTC)  # type: ignore[misc,arg-type]  # six integers
        except ValueError:
            return None
        return int(moment.timestamp()) * 1000 + int(fraction)
    return None
