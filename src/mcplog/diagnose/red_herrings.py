"""Name the lines that look guilty and are not, where the circumstances make them harmless, and say why.

Which lines, under which circumstance and why is data (`knowledge/red_herrings.toml`); what a circumstance is stands
here. Where the evidence does not show the circumstance, the line is not called harmless.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import polars as pl
from msgspec import Struct

from mcplog.diagnose.fact_rows import FactRow, fact_rows, first_line, matches, place_of
from mcplog.knowledge.red_herrings import RedHerringRow, RedHerringTable
from mcplog.model.finding import RedHerring
from mcplog.model.frames import KIND
from mcplog.model.vocabulary import HeldTokenIs

TIME_LEFT_MS: Final = 300_000
NO_TOKEN_HELD: Final = (None, "never", "unknown")
SCOPE_FAILURES: Final = ("insufficient-scope", "forbidden-after-upscoping")
NEVER: Final = -1

# What the circumstances ask for, as event kinds whose positions are kept for each process.
TOPICS: Final[Mapping[str, tuple[str, ...]]] = {
    "got-tokens": ("refresh_observed", "sign_in_saved", "refresh_by_other_process", "refresh_finished"),
    "refresh-begun": ("refresh_started",),
    "refresh-refused": ("refresh_failed",),
    "answered": ("tool_completed",),
    "scope-refused": ("step_up_marked",),
    "failed": (
        "tool_failed",
        "tool_call_refused",
        "list_failed",
        "refresh_failed",
        "terminal_error_counted",
        "reconnection_failed",
    ),
}
TOPICS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    kind: tuple(topic for topic, named in TOPICS.items() if kind in named)
    for kinds in TOPICS.values()
    for kind in kinds
}
CONTEXT: Final = frozenset(("attempt_ended", "flow_ended", *TOPICS_OF))
# Lines that show a token: there may be thousands, and only the first one counts.
TOKEN_KINDS: Final = ("token_saved", "token_returned", "sign_in_saved", "token_revoked", "refresh_observed")


class _Around(Struct, frozen=True, kw_only=True):
    """What surrounds the lines of one server, as positions, oldest first.

    Attributes:
        of_process: By topic and process.
        of_server: By topic.
        connected_at: Per attempt, where it connected.
        scope_attempts: Attempts in which a scope was missing.
        first_token: Position of the first sign of a token; null when there is none.
    """

    of_process: Mapping[tuple[str, int | None], Sequence[int]]
    of_server: Mapping[str, Sequence[int]]
    connected_at: Mapping[int | None, int]
    scope_attempts: frozenset[int | None]
    first_token: int | None

    def same_process(self, topic: str, fact: FactRow) -> Sequence[int]:
        """Return the positions of a topic in the process of a line."""
        return self.of_process.get((topic, fact.process_id), ())


def spot(
    facts: pl.DataFrame, origins: Mapping[int, str], table: RedHerringTable, *, limit: int = 8
) -> tuple[RedHerring, ...]:
    """Return the lines that look guilty and are not.

    Args:
        facts: FACTS of one server, in order. Rows without a server (the account's login) are taken where given.
        origins: Document names by id.
        table: The red herrings, the most misleading first.
        limit: How many to return at most.

    Returns:
        One for each entry of `table` that was seen: its first harmless line, and how often; by position.
    """
    kinds = {kind for row in table.herring for pattern in row.lines for kind in pattern.kinds}
    rows = fact_rows(facts, kinds | CONTEXT)
    around = _look_around(rows, _first_token(facts))
    by_kind: dict[str, list[FactRow]] = {}
    for fact in rows:
        by_kind.setdefault(fact.kind, []).append(fact)
    spotted: list[tuple[FactRow, RedHerring]] = []
    for entry in table.herring:
        harmless = _harmless(entry, by_kind, around)
        if harmless:
            spotted.append((harmless[0], _named(harmless, entry, origins)))
        if len(spotted) == limit:
            break
    return tuple(herring for _, herring in sorted(spotted, key=lambda pair: pair[0].order))


def _harmless(entry: RedHerringRow, by_kind: Mapping[str, Sequence[FactRow]], around: _Around) -> list[FactRow]:
    is_so = CIRCUMSTANCE[entry.harmless_when]
    meant = (
        fact
        for pattern in entry.lines
        for kind in pattern.kinds
        for fact in by_kind.get(kind, ())
        if matches(fact, pattern)
    )
    return sorted((fact for fact in meant if is_so(fact, around)), key=lambda fact: fact.order)


def _named(harmless: Sequence[FactRow], entry: RedHerringRow, origins: Mapping[int, str]) -> RedHerring:
    first = harmless[0]
    return RedHerring(
        place=place_of(first, origins),
        excerpt=first_line(first) or first.kind.replace("_", " "),
        reason=entry.reason,
        count=len(harmless),
    )


def _first_token(facts: pl.DataFrame) -> int | None:
    shown = pl.col("kind").is_in(pl.Series(TOKEN_KINDS, dtype=KIND).implode())
    first = facts.select(pl.col("order").filter(shown).min()).item()
    return None if first is None else int(first)


def _look_around(rows: Sequence[FactRow], first_token: int | None) -> _Around:
    of_process: dict[tuple[str, int | None], list[int]] = {}
    of_server: dict[str, list[int]] = {}
    connected_at: dict[int | None, int] = {}
    scope_attempts: set[int | None] = set()
    for fact in rows:
        for topic in _topics(fact):
            of_process.setdefault((topic, fact.process_id), []).append(fact.order)
            of_server.setdefault(topic, []).append(fact.order)
            if topic == "connected" and fact.attempt_id is not None:
                connected_at[fact.attempt_id] = fact.order
            if topic == "scope-refused":
                scope_attempts.add(fact.attempt_id)
    return _Around(
        of_process=of_process,
        of_server=of_server,
        connected_at=connected_at,
        scope_attempts=frozenset(scope_attempts),
        first_token=first_token,
    )


def _topics(fact: FactRow) -> list[str]:
    topics = list(TOPICS_OF.get(fact.kind, ()))
    if fact.kind == "attempt_ended" and fact.reason != "open":
        topics.append("connected" if fact.reason == "connected" else "failed")
    if fact.kind == "flow_ended" and fact.reason == "authorized":
        topics.append("authorized")
    if fact.failure in SCOPE_FAILURES or fact.oauth_error == "insufficient_scope":
        topics.append("scope-refused")
    return topics


def _after(positions: Sequence[int], fact: FactRow) -> bool:
    """Tell whether any position lies behind a line."""
    return bool(positions) and positions[-1] > fact.order


def _before(positions: Sequence[int], fact: FactRow) -> bool:
    """Tell whether any position lies before a line."""
    return bool(positions) and positions[0] < fact.order


def _no_sign_in_so_far(fact: FactRow, around: _Around) -> bool:
    seen = around.first_token is not None and around.first_token < fact.order
    return not seen and fact.held_token_is in NO_TOKEN_HELD


def _connected_before(fact: FactRow, around: _Around) -> bool:
    at = around.connected_at.get(fact.attempt_id)
    return at is not None and at < fact.order


def _quiet_end(fact: FactRow, around: _Around) -> bool:
    return _connected_before(fact, around) and not _after(around.same_process("failed", fact), fact)


def _call_works_after(fact: FactRow, around: _Around) -> bool:
    answered = next((at for at in around.same_process("answered", fact) if at > fact.order), None)
    return answered is not None and not any(
        fact.order < at < answered for at in around.same_process("got-tokens", fact)
    )


def _own_refresh_open(fact: FactRow, around: _Around) -> bool:
    begun = max((at for at in around.same_process("refresh-begun", fact) if at < fact.order), default=NEVER)
    ended = (*around.same_process("got-tokens", fact), *around.same_process("refresh-refused", fact))
    return begun > NEVER and not any(begun < at < fact.order for at in ended)


def _has_time_left(fact: FactRow) -> bool:
    return fact.held_token_is == HeldTokenIs.VALID and (fact.held_left_ms or 0) > TIME_LEFT_MS


# One for each word of `knowledge/red_herrings.py`.
CIRCUMSTANCE: Final[Mapping[str, Callable[[FactRow, _Around], bool]]] = {
    "always": lambda _fact, _around: True,
    "no-sign-in-so-far": _no_sign_in_so_far,
    "part-of-sign-in": lambda fact, _around: fact.flow_id is not None,
    "signed-in-later": lambda fact, around: _after(around.same_process("authorized", fact), fact),
    "connected-in-attempt": lambda fact, around: fact.attempt_id in around.connected_at,
    "connected-before": _connected_before,
    "connected-later": lambda fact, around: _after(around.of_server.get("connected", ()), fact),
    "quiet-end": _quiet_end,
    "refreshed-later": lambda fact, around: _after(around.same_process("got-tokens", fact), fact),
    "refresh-refused-before": lambda fact, around: _before(around.same_process("refresh-refused", fact), fact),
    "token-had-time-left": lambda fact, _around: _has_time_left(fact),
    "refusal-named-otherwise": lambda fact, around: fact.attempt_id in (around.scope_attempts - {None}),
    "no-scope-refusal": lambda _fact, around: not around.scope_attempts,
    "call-works-after": _call_works_after,
    "own-refresh-open": _own_refresh_open,
}
