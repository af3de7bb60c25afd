"""The ladder's table: the rungs of a sign-in and its use, and which lines prove, fail or begin each of them."""

from typing import Final

import msgspec

from mcplog.knowledge.line_patterns import LinePattern, pattern_faults, refuse_faults
from mcplog.knowledge.tables import parse_table, refuse_duplicates, table_text
from mcplog.model.vocabulary import Party, Rung

NAME: Final = "ladder.toml"
SCOPES: Final = ("run", "flow", "grant")


class Mark(LinePattern, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line that says something about a rung.

    Attributes:
        responsible: Who has to act when it fails the rung; null: the rung's own party.
        note: In place of the line's own text.
        if_open: It counts only while the rung is begun and neither reached nor failed.
        unless_standing: It does not count while one of these is begun or failed: its words may tell of that one.
    """

    responsible: Party | None = None
    note: str = ""
    if_open: bool = False
    unless_standing: tuple[Rung, ...] = ()


class RungRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rung.

    Attributes:
        id: The rung.
        responsible: Who has to act when it is not reached.
        needs: What must be received to reach it; said where it was begun and not reached.
        source: Where this is from.
        scope: Which lines tell of it: `run` all, `flow` those of the last sign-in, `grant` those since the last one.
        opened_by: Lines that begin it: from there on it is needed.
        proven_by: Lines that prove it.
        failed_by: Lines that say it failed.
        cleared_by: Rungs that, reached later, make up for its failure, beside those of the goal.
        oauth: A rung of OAuth: `oauth_not_for` and `oauth_only_for` hold for it.
        not_for: Traits of a server that has no such rung.
        only_for: Traits of which a connected server must have one to need it; empty: no such condition.
        only_after_opening: Proof counts once it was begun.
    """

    id: Rung
    responsible: Party
    needs: str
    source: str
    scope: str = "run"
    opened_by: tuple[Mark, ...] = ()
    proven_by: tuple[Mark, ...] = ()
    failed_by: tuple[Mark, ...] = ()
    cleared_by: tuple[Rung, ...] = ()
    oauth: bool = False
    not_for: tuple[str, ...] = ()
    only_for: tuple[str, ...] = ()
    only_after_opening: bool = False


class Trait(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What kind of server it is: any of the lines shows it.

    Attributes:
        id: Its name in `not_for` and `only_for`.
        shown_by: The lines.
        source: Where this is from.
    """

    id: str
    shown_by: tuple[LinePattern, ...]
    source: str


class LadderTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The ladder.

    Attributes:
        goal: Rungs that show the server in use: reached last, nothing is missing.
        oauth_not_for: Traits of a server that has no rung of OAuth.
        oauth_only_for: Traits of which a connected server must have one to need the rungs of OAuth.
        trait: Kinds of servers.
        rung: The rungs, lowest first.
    """

    goal: tuple[Rung, ...]
    oauth_not_for: tuple[str, ...]
    oauth_only_for: tuple[str, ...]
    trait: tuple[Trait, ...]
    rung: tuple[RungRow, ...]


def load_ladder() -> LadderTable:
    """Return the ladder that ships with mcplog.

    Raises:
        KnowledgeError: It is damaged.
    """
    return parse_ladder(table_text(NAME))


def parse_ladder(text: str) -> LadderTable:
    """Return the ladder in `text`.

    Raises:
        KnowledgeError: It is no such table, names a word that does not exist, or lacks a rung.
    """
    table = parse_table(text, LadderTable, name=NAME)
    refuse_duplicates((row.id for row in table.rung), name=NAME)
    refuse_duplicates((trait.id for trait in table.trait), name=NAME)
    refuse_faults(_faults(table), name=NAME)
    return table


def _faults(table: LadderTable) -> list[str]:
    traits = {trait.id for trait in table.trait}
    patterns: list[LinePattern] = [pattern for trait in table.trait for pattern in trait.shown_by]
    patterns += [mark for row in table.rung for mark in (*row.opened_by, *row.proven_by, *row.failed_by)]
    faults = list(pattern_faults(patterns))
    if [row.id for row in table.rung] != list(Rung):
        faults.append("the rungs are not those of the vocabulary, in its order")
    for row in table.rung:
        faults += [f"{row.id}: no such trait: {word}" for word in (*row.not_for, *row.only_for) if word not in traits]
        faults += [f"{row.id}: no such scope: {row.scope}"] if row.scope not in SCOPES else []
    faults += [f"no such trait: {word}" for word in (*table.oauth_not_for, *table.oauth_only_for) if word not in traits]
    return faults
