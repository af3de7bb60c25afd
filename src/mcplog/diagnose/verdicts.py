"""How a server stood when its evidence ends, and the verdict that follows.

Proof of success is a connection that was established, or a tool call that was answered, with no failure after it.
Silence proves nothing: a server without findings and without such proof is *inconclusive*.
"""

from collections.abc import Iterable
from typing import Final

import polars as pl

from mcplog.model.vocabulary import FinalState, Verdict

GOOD: Final = ("tool_completed", "reconnected", "signed_in_told")
BAD: Final = (
    "tool_failed",
    "tool_call_refused",
    "reauthorization_required",
    "server_not_connected",
    "list_failed",
    "terminal_error_counted",
)
SIGNED_OUT: Final = ("token_revoked", "tokens_cleared", "credentials_invalidated", "refused_tokens_cleared")


def final_state(facts: pl.DataFrame) -> FinalState:
    """Return how the server stood at the end.

    Args:
        facts: FACTS of one server, in order.
    """
    kind = pl.col("kind").cast(pl.String)
    result = pl.when(kind == "attempt_ended").then("reason")
    working = (
        pl.when(kind.is_in(GOOD) | (result == "connected"))
        .then(pl.lit(value=True))
        .when(kind.is_in([*BAD, *SIGNED_OUT]) | (result.is_not_null() & (result != "open")))
        .then(pl.lit(value=False))
    )
    known = facts.select(working.alias("working")).drop_nulls()["working"]
    if known.is_empty():
        return FinalState.UNKNOWN
    return FinalState.WORKING if known[-1] else FinalState.BROKEN


def has_evidence(facts: pl.DataFrame) -> bool:
    """Tell whether any line is about this server's connection, credentials or tools."""
    return not facts.filter(
        ~pl.col("kind").cast(pl.String).is_in(["process_started", "process_ended", "evidence_ended"])
    ).is_empty()


def server_verdict(*, has_incident: bool, state: FinalState, has_lines: bool, is_explained: bool) -> Verdict:
    """Return the verdict on one server.

    Args:
        has_incident: A finding above informational stands.
        state: How it stood at the end.
        has_lines: The logs say anything about it.
        is_explained: An informational finding explains why it does not work (signed out on request).
    """
    if has_incident:
        return Verdict.INCIDENT
    if not has_lines:
        return Verdict.NO_EVIDENCE
    return Verdict.HEALTHY if state is FinalState.WORKING or is_explained else Verdict.INCONCLUSIVE


def overall_verdict(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the verdict over several servers: the first of incident, inconclusive, healthy that any of them has.

    Args:
        verdicts: The servers' verdicts.
    """
    found = set(verdicts)
    order = (Verdict.INCIDENT, Verdict.INCONCLUSIVE, Verdict.HEALTHY)
    return next((verdict for verdict in order if verdict in found), Verdict.NO_EVIDENCE)
