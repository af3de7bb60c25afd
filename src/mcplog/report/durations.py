"""Durations as a person says them."""

from typing import Final

_UNITS: Final = (("d", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1_000))


def duration(milliseconds: int) -> str:
    """Return a duration in its two largest units: `840 ms`, `4.2 s`, `3 min 20 s`, `2 d 4 h`."""
    if milliseconds < 1_000:  # noqa: PLR2004 - a second
        return f"{milliseconds} ms"
    if milliseconds < 60_000:  # noqa: PLR2004 - a minute
        return f"{milliseconds / 1000:.1f} s".replace(".0 s", " s")
    number = next(at for at, (_, size) in enumerate(_UNITS) if milliseconds >= size)
    (unit, size), (below, part) = _UNITS[number], _UNITS[number + 1]
    rest = milliseconds % size // part
    return f"{milliseconds // size} {unit}" + (f" {rest} {below}" if rest else "")
