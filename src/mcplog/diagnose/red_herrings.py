"""Name the lines that look guilty and are not, where the circumstances make them harmless, and say why.

Which lines, under which circumstance and why is data (`knowledge/red_herrings.toml`); what a circumstance is stands here.
Where the evidence does not show the circumstance, the line is not called harmless.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from mcplog.diagnose.fact_rows import FactRow, fact_rows, matches, place_of
from mcplog.knowledge.red_herrings import RedHerringRow, RedHerringTable
from mcplog.model.finding import RedHerring

TIME_LEFT_MS: Final = 300_000
NO_TOKEN_HELD: Final = (None, "never", "unknown")
TOKENS_SEEN: Final = ("token_saved", "token_returned", "sign_in_saved", "token_revoked", "refresh_observed")
GOT_TOKENS: Final = ("refresh_observed", "sign_in_saved", "refresh_by_other_process", "refresh_finished")
ANSWERED: Final = ("tool_completed",)
REFRESH_BEGUN: Final = ("refresh_started",)
REFRESH_REFUSED: Final = ("refresh_failed",)
FAILING: Final = (
    "tool_failed",
    "tool_call_refused",
    "list_failed",
    "refresh_failed",
    "terminal_error_counted",
    "reconnection_failed",
)
SCOPE_REFUSED: Final = ("step_up_marked",)
SCOPE_FAILURES: Final = ("insufficient-scope", "forbidden-after-upscoping")
CONTEXT: Final = (
    "attempt_ended",
    "flow_ended",
    *TOKENS_SEEN,
    *GOT_TOKENS,
    *ANSWERED,
    *REFRESH_BEGUN,
    *FAILING,
    *SCOPE_REFUSED,
)
NEVER: Final = -1


@dataclass(slots=True, kw_only=True)
class _Around:
    """What surrounds the lines: positions of telling events, oldest first. Built once for a server.

    Attributes:
        first_token: Position of the first sign of a token.
        connected_at: Per attempt, where it connected.
        connects: Positions of all connects.
        authorized: Per process, positions of successful sign-ins.
        tokens: Per process, positions where it got tokens.
        refused: Per process, positions of refused refreshes.
        failed: Per process, positions of failures.
        scope_attempts: Attempts in which a scope was missing.
        scope_refused: A scope was missing at some time.
        begun: Per process, positions of begun refreshes.
        answered: Per process, positions of tool calls that were answered.
    """

    first_token: int | None = None
    connected_at: dict[int, int] = field(default_factory=dict)
    connects: list[int] = field(default_factory=list)
    authorized: dict[int | None, list[int]] = field(default_factory=dict)
    tokens: dict[int | None, list[int]] = field(default_factory=dict)
    refused: dict[int | None, list[int]] = field(default_factory=dict)
    failed: dict[int | None, list[int]] = field(default_factory=dict)
    scope_attempts: set[int | None] = field(default_factory=set)
    scope_refused: bool = False
    begun: dict[int | None, list[int]] = field(default_factory=dict)
    answered: dict[int | None, list[int]] = field(default_factory=dict)


def spot(
    facts: pl.DataFrame, origins: Mapping[int, str], table: RedHerringTable, *, limit: int = 8
) -> tuple[RedHerring, ...]:
    """Return the lines that look guilty and are not.

    Args:
        facts: FACTS of one server, in order. Rows without a server (the account's login) are taken where they are given.
        origins: Document names by id.
        table: The red herrings, the most misleading first.
        limit: How many to return at most.

    Returns:
        One for each entry of `table` that was seen: its first harmless line, and how often; by position.
    """
    kinds = {kind for row in table.herring for pattern in row.lines for kind in pattern.kinds}
    rows = fact_rows(facts, kinds | set(CONTEXT))
    around = _look_around(rows)
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
        excerpt=first.excerpt or first.kind.replace("_", " "),
        reason=entry.reason,
        count=len(harmless),
    )


def _look_around(rows: Sequence[FactRow]) -> _Around:
    around = _Around()
    for fact in rows:
        who, kind, at = fact.process_id, fact.kind, fact.order
        if kind in TOKENS_SEEN and around.first_token is None:
            around.first_token = at
        if kind in GOT_TOKENS:
            around.tokens.setdefault(who, []).append(at)
        if kind in ANSWERED:
            around.answered.setdefault(who, []).append(at)
        if kind in REFRESH_BEGUN:
            around.begun.setdefault(who, []).append(at)
        if kind in REFRESH_REFUSED:
            around.refused.setdefault(who, []).append(at)
        if kind in FAILING or (kind == "attempt_ended" and fact.reason not in ("connected", "open")):
            around.failed.setdefault(who, []).append(at)
        if kind == "attempt_ended" and fact.reason == "connected":
            around.connects.append(at)
            if fact.attempt_id is not None:
                around.connected_at[fact.attempt_id] = at
        if kind == "flow_ended" and fact.reason == "authorized":
            around.authorized.setdefault(who, []).append(at)
        if kind in SCOPE_REFUSED or fact.failure in SCOPE_FAILURES or fact.oauth_error == "insufficient_scope":
            around.scope_refused = True
            around.scope_attempts.add(fact.attempt_id)
    return around


def _any_after(positions: Sequence[int], fact: FactRow) -> bool:
    return bisect_right(positions, fact.order) < len(positions)


def _no_sign_in_so_far(fact: FactRow, around: _Around) -> bool:
    seen = around.first_token is not None and around.first_token < fact.order
    return not seen and fact.held_token_is in NO_TOKEN_HELD


def _connected_before(fact: FactRow, around: _Around) -> bool:
    at = around.connected_at.get(fact.attempt_id) if fact.attempt_id is not None else None
    return at is not None and at < fact.order


def _quiet_end(fact: FactRow, around: _Around) -> bool:
    return _connected_before(fact, around) and not _any_after(around.failed.get(fact.process_id, ()), fact)


def _refused_before(fact: FactRow, around: _Around) -> bool:
    return any(at < fact.order for at in around.refused.get(fact.process_id, ())[:1])


def _call_works_after(fact: FactRow, around: _Around) -> bool:
    answered = next((at for at in around.answered.get(fact.process_id, ()) if at > fact.order), NEVER)
    return answered > NEVER and not any(fact.order < at < answered for at in around.tokens.get(fact.process_id, ()))


def _own_refresh_open(fact: FactRow, around: _Around) -> bool:
    begun = max((at for at in around.begun.get(fact.process_id, ()) if at < fact.order), default=NEVER)
    ended = (*around.tokens.get(fact.process_id, ()), *around.refused.get(fact.process_id, ()))
    return begun > NEVER and not any(begun < at < fact.order for at in ended)


def _token_had_time_left(fact: FactRow, around: _Around) -> bool:  # noqa: ARG001 - all circumstances are called alike
    return fact.held_token_is == "valid" and fact.held_left_ms is not None and fact.held_left_ms > TIME_LEFT_MS


# One for each word of `knowledge/red_herrings.py`.
CIRCUMSTANCE: Final[Mapping[str, Callable[[FactRow, _Around], bool]]] = {
    "always": lambda _fact, _around: True,
    "no-sign-in-so-far": _no_sign_in_so_far,
    "part-of-sign-in": lambda fact, _around: fact.flow_id is not None,
    "signed-in-later": lambda fact, around: _any_after(around.authorized.get(fact.process_id, ()), fact),
    "connected-in-attempt": lambda fact, around: fact.attempt_id in around.connected_at,
    "connected-before": _connected_before,
    "connected-later": lambda fact, around: _any_after(around.connects, fact),
    "quiet-end": _quiet_end,
    "refreshed-later": lambda fact, around: _any_after(around.tokens.get(fact.process_id, ()), fact),
    "refresh-refused-before": _refused_before,
    "token-had-time-left": _token_had_time_left,
    "refusal-named-otherwise": lambda fact, around: (
        fact.attempt_id is not None and fact.attempt_id in around.scope_attempts
    ),
    "no-scope-refusal": lambda _fact, around: not around.scope_refused,
    "call-works-after": _call_works_after,
    "own-refresh-open": _own_refresh_open,
}
