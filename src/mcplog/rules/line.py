"""Lay the entries of many queries in one line: by query and level, key, row; gaps at their places.

    query  level  key  row  entry
    0      TRUE   3    17   can be row 0 of the sequence
    0      TRUE   3    21   is in the way before row 1
    0      TRUE   3    40   can be row 1
    0      OPEN   3    17   …
    2      TRUE   …

The entries of one query, level and key are contiguous, so a running maximum or sum that carries the number of the key
(`k`) or of the stretch it is in replaces every look from row to row, and all queries are looked at in one go.
"""

from collections.abc import Iterator, Sequence

import polars as pl
from msgspec import Struct

from mcplog.rules.candidates import Candidates
from mcplog.rules.clock import clock_for
from mcplog.rules.cover import covered_rows
from mcplog.rules.entries import Entries, in_order
from mcplog.rules.ground import Ground
from mcplog.rules.lost_rows import lost_by_query
from mcplog.rules.moments import with_moments
from mcplog.rules.roles import Role, Voice, gap_roles, roles_of


class Line(Struct, frozen=True, kw_only=True):
    """The entries of many queries.

    Attributes:
        voices: The queries and levels.
        roles: The roles; of each voice in the order in which entries of one row stand.
        voice_of: Number of the voice of each role.
        frame: LINE; `ceil` only where some query looks behind its anchor.
        size: One more than any moment in it.
        levels: The most rows that a sequence has.
        runs_forward: No moment is before that of an earlier row.
    """

    voices: Sequence[Voice]
    roles: Sequence[Role]
    voice_of: Sequence[int]
    frame: pl.DataFrame
    size: int
    levels: int
    runs_forward: bool

    def reaches(self, number: int) -> int:
        """Return how many entries are of queries with a row of that `number`: the longest sequences come first."""
        roles = sum(len(self.voices[voice].own.plan.atoms) > number for voice in self.voice_of)
        return int((self.frame["role"] < roles).sum()) if roles < len(self.roles) else self.frame.height


def lay_in_line(found: Sequence[Candidates], ground: Ground) -> Line:
    """Return the line of some queries.

    Args:
        found: The queries with their rows.
        ground: The facts.
    """
    found = sorted(found, key=lambda own: len(own.plan.atoms), reverse=True)
    lost = lost_by_query(found, ground)
    voices: list[Voice] = []
    roles: list[Role] = []
    voice_of: list[int] = []
    parts: list[Entries] = []
    for own in found:
        gaps, covered = lost.get(own.number), _covered(own, ground)
        for is_open in _levels(own, gaps, ground):
            voice = Voice(own=own, is_open=is_open, number=len(voices), first_role=len(roles))
            voices.append(voice)
            for role, rows, keys in _parts(voice, gaps, covered):
                parts.append(Entries(voice=voice, role=len(roles), lost=role.lost, rows=rows, keys=keys))
                roles.append(role)
                voice_of.append(voice.number)
    frame = in_order(parts, voices, ground)
    clock = clock_for([ground.at, ground.gaps["lost_from"], ground.gaps["lost_to"]], frame.height)
    return Line(
        voices=voices,
        roles=roles,
        voice_of=voice_of,
        frame=with_moments(
            frame, [(role, voices[voice]) for role, voice in zip(roles, voice_of, strict=True)], clock, ground
        ),
        size=clock.size,
        levels=max(len(own.plan.atoms) for own in found),
        runs_forward=ground.runs_forward,
    )


def _covered(own: Candidates, ground: Ground) -> pl.Series | None:
    """Return the anchors whose window behind them is covered; null when that does not matter."""
    if not own.plan.trailing or own.plan.query.maxspan_ms is None:
        return None
    anchors = pl.concat([own.atoms[-1].sure, own.atoms[-1].unsure])
    return covered_rows(anchors, ground, own.plan.keys, own.plan.query.maxspan_ms)


def _levels(own: Candidates, gaps: pl.DataFrame | None, ground: Ground) -> tuple[bool, ...]:
    """Return at which levels a query is looked at: where nothing is unknown, what is not false is true.

    Without a row that surely is one of the sequence there is nothing to find at level TRUE.
    """
    plan = own.plan
    if plan.has_references:
        return (True,)
    surely = (False,) if all(len(meets.sure) for meets in own.atoms) else ()
    unsure = any(len(meets.unsure) for meets in (*own.atoms, *own.missing.values()))
    undated = plan.query.maxspan_ms is not None and ground.at.null_count()
    return (*surely, True) if unsure or undated or gaps is not None or plan.trailing else surely


def _parts(
    voice: Voice, gaps: pl.DataFrame | None, covered: pl.Series | None
) -> Iterator[tuple[Role, pl.Series, pl.Series | None]]:
    """Yield roles with their rows, and their keys where these are not those of the rows."""
    for role, rows in roles_of(voice.own, is_open=voice.is_open, covered=covered):
        yield role, rows, None
    if gaps is not None:
        for role in gap_roles(voice.own.plan, is_open=voice.is_open):
            yield role, gaps["row"], gaps["key"]
