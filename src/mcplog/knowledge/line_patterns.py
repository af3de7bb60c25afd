"""A line pattern: which event kind, with which words in its fields. The tables of this room speak of lines through it.

    { kinds = ["attempt_ended"], where = { reason = ["needs-auth"] }, unless = { failure = ["insufficient-scope"] } }

Every word of it is checked against the closed vocabularies, so a pattern that can never match does not load.
"""

from collections.abc import Callable, Iterable
from typing import Final

import msgspec

from mcplog.errors import KnowledgeError
from mcplog.model.event_kinds import DERIVED_KINDS, EVENT_KINDS, REPORTED_KINDS
from mcplog.model.failures import BODY_CLASSES, DESCRIPTION_CLASSES, FAILURES, REASONS
from mcplog.model.vocabulary import GapReason, HeldTokenIs, StoreChange, Trigger

Word = str | int | bool

# How an attempt or a sign-in ended (derived events), beside what messages say.
OUTCOMES: Final = ("connected", "skipped", "header-rejected", "needs-auth", "timeout", "failed", "open", "authorized")


def _one_of(*lists: Iterable[str]) -> Callable[[Word], bool]:
    words = frozenset(word for words in lists for word in words)
    return lambda word: word in words


def _text(word: Word) -> bool:
    return isinstance(word, str) and bool(word)


def _truth(word: Word) -> bool:
    return isinstance(word, bool)


COLUMNS: Final[dict[str, Callable[[Word], bool]]] = {
    "failure": _one_of(FAILURES),
    "reason": _one_of(REASONS, OUTCOMES, StoreChange, GapReason),
    "http_status": lambda word: isinstance(word, int) and 100 <= word <= 599,  # noqa: PLR2004 - RFC 9110 §15
    "oauth_error": _text,
    "error_code": _text,
    "description_class": _one_of(DESCRIPTION_CLASSES),
    "body_class": _one_of(BODY_CLASSES),
    "transport": _text,
    "version": _text,
    "trigger": _one_of(Trigger),
    "held_token_is": _one_of(HeldTokenIs),
    "has_authorization_header": _truth,
    "resource_sent": _truth,
}
KINDS: Final = frozenset((*EVENT_KINDS, *DERIVED_KINDS, *REPORTED_KINDS))


class LinePattern(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which lines are meant.

    Attributes:
        kinds: Event kinds, any of them.
        where: Columns of FACTS that must hold one of the words; a null holds none.
        unless: Columns that must not hold any of the words; a null holds none.
    """

    kinds: tuple[str, ...]
    where: dict[str, tuple[Word, ...]] = {}
    unless: dict[str, tuple[Word, ...]] = {}


def pattern_faults(patterns: Iterable[LinePattern]) -> tuple[str, ...]:
    """Return what is wrong with `patterns`: kinds, columns and words that do not exist, one text each."""
    return tuple(fault for pattern in patterns for fault in _faults(pattern))


def refuse_faults(faults: Iterable[str], *, name: str) -> None:
    """Refuse a table that has `faults`.

    Args:
        faults: One text each.
        name: The file, for the message.

    Raises:
        KnowledgeError: There are any; all are named.
    """
    told = "; ".join(faults)
    if told:
        raise KnowledgeError(told, place=name)


def _faults(pattern: LinePattern) -> list[str]:
    faults = [f"no such event kind: {kind}" for kind in pattern.kinds if kind not in KINDS]
    for column, words in (*pattern.where.items(), *pattern.unless.items()):
        known = COLUMNS.get(column)
        if known is None:
            faults.append(f"no such column for a pattern: {column}")
            continue
        faults += [f"{column} never is {word!r}" for word in words if not known(word)]
    return faults
