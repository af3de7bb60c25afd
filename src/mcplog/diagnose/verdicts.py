"""How a server stood when its evidence ends, and the verdict that follows.

Proof of success is a connection that was established, or a tool call that was answered, with no failure after it.
Silence proves nothing: a server without findings and without such proof is *inconclusive*. So is one whose good lines
were pasted by somebody who says that something is wrong: people quote what went well to compare.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

import polars as pl
from msgspec import Struct

from mcplog.diagnose.lines import MANY, Numbered
from mcplog.model.event_kinds import STATE_KINDS
from mcplog.model.facts import Facts, Server, is_kind
from mcplog.model.frames import constant
from mcplog.model.vocabulary import Confidence, FinalState, GapReason, Verdict

GOOD: Final = ("tool_completed", "reconnected", "signed_in_told", "bridge_connected", "host_connected")
BAD: Final = (
    "tool_failed",
    "tool_call_refused",
    "reauthorization_required",
    "server_not_connected",
    "list_failed",
    "terminal_error_counted",
    "bridge_reconnecting",
    "bridge_sign_in_failed",
    "host_failure_told",
)
RUNNING: Final = ("tool_running",)  # a call that was sent long ago and has no answer yet
VERSION: Final = "version_id"  # a pointer of FACTS
SHOWN_BAD: Final = ("failed", "needs-authentication", "not-connected")  # of a failure a screen is believed
ENDED: Final = "attempt_ended"
TROUBLE: Final = ("trouble_reported",)
GAP: Final = ("coverage_gap",)
FRAME_KINDS: Final = ("process_started", "process_ended", "evidence_ended")  # say nothing about the server itself
STATES: Final = {True: FinalState.WORKING, False: FinalState.BROKEN, None: FinalState.UNKNOWN}
SIGNED_OUT: Final = ("token_revoked", "tokens_cleared", "credentials_invalidated", "refused_tokens_cleared")


class Standing(Struct, frozen=True, kw_only=True):
    """How one server stood.

    Attributes:
        state: At the end of the evidence.
        has_lines: A line is about its connection, credentials or tools.
        client_versions: Versions of the client that its lines name, sorted.
        is_contradicted: Nobody knows which of its logs was written last, and they end differently.
        is_doubted: Its last line is a good one, and whoever pasted it says that something is wrong.
        is_waiting: It worked, and its last attempt to connect, or its last call, has no end.
        is_narrowed: Its last line is a good one, and lines of its case that may tell of a fault were cut at a column.
    """

    state: FinalState = FinalState.UNKNOWN
    has_lines: bool = False
    client_versions: tuple[str, ...] = ()
    is_contradicted: bool = False
    is_doubted: bool = False
    is_waiting: bool = False
    is_narrowed: bool = False


def standings(facts: Facts, numbered: Numbered, unordered: AbstractSet[Server] = frozenset()) -> dict[Server, Standing]:
    """Return how each server stood, by case and name, in the order of their first rows.

    Args:
        facts: FACTS.
        numbered: What `servers_of` says of them; rows without a server are passed over.
        unordered: The servers with lines in logs of which nobody knows which was written last.
    """
    servers, numbers = numbered
    at = facts.rows_of((ENDED, *GOOD, *BAD, *RUNNING, *SIGNED_OUT, *STATE_KINDS))
    kind, reason = pl.col("kind"), pl.col("reason")
    is_good = is_kind(GOOD) | ((kind == ENDED) & (reason == "connected"))
    columns = ["kind", "reason", "confidence", *(["document_id"] if unordered else ())]
    turns = facts.frame(columns, at).with_columns(numbers[at].alias("who"))
    is_open = is_kind(RUNNING) | ((kind == ENDED) & (reason.is_null() | (reason == "open")))
    is_hollow = is_kind(STATE_KINDS) & ~reason.is_in(SHOWN_BAD).fill_null(value=False)
    begun = turns.filter(~is_hollow).with_columns(is_open=is_open, good=is_good)
    telling = begun.filter(~pl.col("is_open"))
    ends = telling.unique("who", keep="last")
    last = dict(ends[["who", "good"]].rows())
    contradicted = _contradicted(telling, {who for who, server in enumerate(servers) if server in unordered})
    doubted = _doubted(ends, facts, servers)
    narrowed = _narrowed(last, facts, servers)
    waiting = {who for who in begun.unique("who", keep="last").filter("is_open")["who"] if last.get(who)}
    last |= dict.fromkeys(contradicted | doubted | narrowed | waiting)
    says_it = constant(value=True, dtype=pl.Boolean(), height=len(numbers)).scatter(
        facts.rows_of(FRAME_KINDS), values=False
    )
    of_it = numbers.filter(says_it)
    has_lines = set(of_it[of_it.arg_unique()].to_list())
    versions = _versions(facts, numbers)
    return {
        server: Standing(
            state=STATES[last.get(who)],
            has_lines=who in has_lines,
            client_versions=tuple(sorted(versions[who])),
            is_contradicted=who in contradicted,
            is_doubted=who in doubted,
            is_waiting=who in waiting,
            is_narrowed=who in narrowed,
        )
        for who, server in enumerate(servers)
    }


def _contradicted(telling: pl.DataFrame, unordered: AbstractSet[int]) -> set[int]:
    """Return those servers of which the last words of their logs differ."""
    if not unordered:
        return set()
    ends = telling.filter(pl.col("who").is_in(sorted(unordered))).unique(["who", "document_id"], keep="last")
    return set(ends.group_by("who").agg(pl.col("good").n_unique()).filter(pl.col("good") > 1)["who"])


def _doubted(ends: pl.DataFrame, facts: Facts, servers: Sequence[Server]) -> set[int]:
    """Return those servers whose last line is good and was pasted in a case that tells of trouble."""
    told = facts.rows_of(TROUBLE)
    if told.is_empty():
        return set()
    cases = set(facts.frame(["case_id"], told)["case_id"])
    good = ends.filter("good", pl.col("confidence") != Confidence.RECORDED)["who"].drop_nulls()
    return {who for who in good if servers[who][0] in cases}


def _narrowed(last: Mapping[int, bool], facts: Facts, servers: Sequence[Server]) -> set[int]:
    """Return those servers whose last line is good, of cases whose lines were cut at a column."""
    gaps = facts.rows_of(GAP)
    if gaps.is_empty():
        return set()
    cases = set(facts.frame(["case_id", "reason"], gaps).filter(reason=GapReason.NARROWED.value)["case_id"])
    return {who for who, is_good in last.items() if is_good and servers[who][0] in cases} if cases else set()


def _versions(facts: Facts, numbers: pl.Series) -> Mapping[int, set[str]]:
    """Return the client versions that the rows of each server name."""
    at = _distinct(facts, numbers)
    versions = defaultdict[int, set[str]](set)
    for who, version in zip(numbers[at], facts.frame(["client_version"], at)["client_version"], strict=True):
        if who is not None and version is not None:
            versions[who].add(version)
    return versions


def _distinct(facts: Facts, numbers: pl.Series) -> pl.Series:
    """Return rows among which each server stands with each of its versions."""
    if VERSION in facts.rows.columns:
        version = facts.rows[VERSION]
        if version.min() == version.max():
            known = facts.rows_known("client_version")
            return known[numbers[known].arg_unique()]
        return (numbers.cast(pl.UInt64) * MANY + version).arg_unique()
    told = facts.frame(["client_version"]).with_columns(numbers.alias("who")).with_row_index("at")
    return told.unique(["who", "client_version"])["at"]


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
