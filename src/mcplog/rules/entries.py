"""Put the entries of many queries in order: one integer holds voice, key, row and role, and integers sort fastest."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

import polars as pl
from msgspec import Struct

from mcplog.rules.ground import Ground
from mcplog.rules.roles import Voice

MOST: Final = 2**62  # sort keys stay below


class Entries(Struct, frozen=True, kw_only=True):
    """Rows that have one role.

    Attributes:
        voice: The query and level.
        role: Number of the role in the line.
        lost: They are gaps.
        rows: Their numbers.
        keys: Their keys, where these are not those of the rows.
    """

    voice: Voice
    role: int
    lost: bool
    rows: pl.Series
    keys: pl.Series | None


def in_order(parts: Sequence[Entries], voices: Sequence[Voice], ground: Ground) -> pl.DataFrame:
    """Return `spot`, `role` and `k` of LINE, in order; what has no key is left out.

    Args:
        parts: The entries.
        voices: The queries and levels.
        ground: The facts.
    """
    size = max((ground.size(voice.own.plan.keys) for voice in voices), default=1)
    ties = max(1, *(part.role - part.voice.first_role + 1 for part in parts)) if parts else 1
    by_keys: dict[tuple[str, ...], list[Entries]] = defaultdict(list)
    for part in parts:
        by_keys[part.voice.own.plan.keys].append(part)
    slots: list[pl.Series] = []
    rests: list[pl.Series] = []
    for keys, own in by_keys.items():
        codes = ground.codes(keys)
        held = pl.concat([codes[part.rows] if part.keys is None else part.keys for part in own])
        slots.append(held + _repeated([part.voice.number * size for part in own], own))
        tails = [part.role - part.voice.first_role + ties * part.lost for part in own]
        rows = pl.concat([part.rows for part in own]).cast(pl.Int64)
        rests.append(rows * (2 * ties) + _repeated(tails, own))
    slot, rest = (pl.concat(found) if found else pl.Series([], dtype=pl.Int64) for found in (slots, rests))
    if slot.null_count():
        known = slot.is_not_null()
        slot, rest = slot.filter(known), rest.filter(known)
    return _sorted(slot, rest, size=size, ties=ties, voices=voices, width=2 * (ground.height + 1) * ties)


def _sorted(
    slots: pl.Series, rests: pl.Series, *, size: int, ties: int, voices: Sequence[Voice], width: int
) -> pl.DataFrame:
    table = None
    if size * len(voices) * width >= MOST:
        table = slots.unique().sort()
        slots = table.search_sorted(slots, side="left").cast(pl.Int64)
    place = pl.col("place")
    places = (slots * width + rests).sort(multithreaded=False).to_frame("place")  # several threads cost twice the CPU
    frame = places.select_seq(slot=place // width, rest=place % width)
    slot, rest = pl.col("slot"), pl.col("rest")
    voice = (slot if table is None else pl.lit(table).gather(slot)) // size
    first = pl.Series([one.first_role for one in voices], dtype=pl.Int64)
    role = rest % ties + (pl.lit(first).gather(voice) if len(first) > 1 else 0)
    # Rows are found several times faster by numbers of 32 bits.
    return frame.select_seq(spot=rest // ties, role=role.cast(pl.UInt32), k=slot.rle_id().cast(pl.Int64) + 1)


def _repeated(values: Sequence[int], parts: Sequence[Entries]) -> pl.Series:
    """Return each of some `values` once for every row of its part."""
    table = pl.Series(values, dtype=pl.Int64)
    return pl.concat([table.new_from_index(number, len(part.rows)) for number, part in enumerate(parts)])
