"""How a server stood when its evidence ends, and the verdict that follows.

Proof of success is a connection that was established, or a tool call that was answered, with no failure after it.
Silence proves nothing: a server without findings and without such proof is *inconclusive*.
"""

from collections.abc import Iterable
from typing import Final

import polars as pl
from msgspec import Struct

from mcplog.model.facts import is_kind
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
READ: Final = ("case_id", "server", "kind", "reason", "client_version")
FRAME_KINDS: Final = ("process_started", "process_ended", "evidence_ended")  # say nothing about the server itself
STATES: Final = {True: FinalState.WORKING, False: FinalState.BROKEN, None: FinalState.UNKNOWN}
SIGNED_OUT: Final = ("token_revoked", "tokens_cleared", "credentials_invalidated", "refused_tokens_cleared")


class Standing(Struct, frozen=True, kw_only=True):
    """How one server stood.

    Attributes:
        state: At the end of the evidence.
        has_lines: A line is about its connection, credentials or tools.
        client_versions: Versions of the client that its lines name, sorted.
    """

    state: FinalState = FinalState.UNKNOWN
    has_lines: bool = False
    client_versions: tuple[str, ...] = ()


def standings(facts: pl.DataFrame) -> dict[tuple[int, str], Standing]:
    """Return how each server stood, by case and name, in the order of their first rows.

    Args:
        facts: The columns READ of FACTS, in order; rows without a server are passed over.
    """
    result = pl.when(pl.col("kind") == "attempt_ended").then("reason")
    working = (
        pl.when(is_kind(GOOD) | (result == "connected"))
        .then(pl.lit(value=True))
        .when(is_kind([*BAD, *SIGNED_OUT]) | (result.is_not_null() & (result != "open")))
        .then(pl.lit(value=False))
    )
    told = (
        facts.filter(pl.col("server").is_not_null())
        .group_by("case_id", "server", maintain_order=True)
        .agg(
            working=working.drop_nulls().last(),
            has_lines=(~is_kind(FRAME_KINDS)).any(),
            versions=pl.col("client_version").drop_nulls().unique(),
        )
    )
    return {
        (case_id, server): Standing(state=STATES[working], has_lines=has_lines, client_versions=tuple(sorted(versions)))
        for case_id, server, working, has_lines, versions in told.rows()
    }


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
