"""Delta debugging: leave out ever smaller parts as long as what is left still passes (Zeller and Hildebrandt, 2002).

All parts of one size are tried in one go. Several that can go alone are then tried together, which most often works.
"""

from collections.abc import Callable, Collection, Sequence
from itertools import pairwise
from typing import Final, TypeVar

Piece = TypeVar("Piece")
Passing = Callable[[Sequence[Collection[Piece]]], list[bool]]

FIRST_PARTS: Final = 4
MOST_PARTS: Final = 24  # tried in one go
MOST_ROUNDS: Final = 80


def minimised(pieces: Sequence[Piece], passing: Passing[Piece]) -> list[Piece]:
    """Return pieces of which none can be left out alone.

    Args:
        pieces: A choice that passes.
        passing: Says of each of several choices whether it passes.

    Returns:
        A part of them, in their order. After very many rounds what has been reached by then.
    """
    kept, parts, at = list(pieces), FIRST_PARTS, 0
    for _ in range(MOST_ROUNDS):
        if len(kept) < 2:  # noqa: PLR2004 - nothing can be left out
            return kept
        parts = min(parts, len(kept))
        chunks = _chunks(kept, parts)[at : at + MOST_PARTS]
        smaller = _without_any(kept, chunks, passing)
        if smaller is not None:
            kept, parts, at = smaller, max(parts // 2, FIRST_PARTS), 0
        elif at + MOST_PARTS < parts:
            at += MOST_PARTS
        elif parts >= len(kept):
            return kept
        else:
            parts, at = parts * 2, 0
    return kept


def _without_any(
    kept: Sequence[Piece], chunks: Sequence[Collection[Piece]], passing: Passing[Piece]
) -> list[Piece] | None:
    """Return what is left without the chunks that can go; null when none can."""
    passed = passing([_without(kept, [chunk]) for chunk in chunks])
    free = [chunk for chunk, is_free in zip(chunks, passed, strict=True) if is_free]
    if not free:
        return None
    together = [free[: len(free) // share] for share in (1, 2, 4) if len(free) // share > 1]
    choices = [_without(kept, some) for some in together]
    best = next((choice for choice, is_good in zip(choices, passing(choices), strict=True) if is_good), None)
    return best if best is not None else _without(kept, free[:1])


def _without(kept: Sequence[Piece], chunks: Sequence[Collection[Piece]]) -> list[Piece]:
    gone = {piece for chunk in chunks for piece in chunk}
    return [piece for piece in kept if piece not in gone]


def _chunks(kept: Sequence[Piece], parts: int) -> list[Sequence[Piece]]:
    ends = [len(kept) * number // parts for number in range(parts + 1)]
    return [kept[start:stop] for start, stop in pairwise(ends) if start < stop]
