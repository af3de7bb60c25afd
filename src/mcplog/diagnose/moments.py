"""The decisive minute: what the log and the store say around the line that the verdict hangs on, on one clock.

Noise is left out: lines that say nothing about the server's connection, sign-in or tokens, and derived events, whose
lines are there themselves. Lines that repeat each other become one.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import groupby
from typing import Final

import polars as pl
from msgspec import Struct
from msgspec.structs import replace

from mcplog.diagnose.fact_rows import NO_DOCUMENT, NOWHERE, FactRow, fact_rows, first_line, place_of
from mcplog.diagnose.lines import Lines
from mcplog.model.event_kinds import DERIVED_KINDS, EVENT_KINDS, REPORTED_KINDS
from mcplog.model.finding import Finding, Moment
from mcplog.model.place import Place

LOG: Final = "log"
STORE: Final = "store"
STORE_KINDS: Final = frozenset(("store_changed", "store_damaged", "access_token_expired", "coverage_gap"))
UNEXPLAINED_WRITE: Final = "unexplained-write"
SAVE_KINDS: Final = ("refresh_observed", "sign_in_saved")
KINDS: Final = frozenset((*EVENT_KINDS, *DERIVED_KINDS, *REPORTED_KINDS))
NEAR: Final = 400  # rows on each side; a loop of refreshes has more in a minute
MANY: Final = 4  # repetitions in one lane that become one, with lines of the other lane in between

# What decides, lowest weight first; among equals the nearest to the decisive line stays.
TURNS: Final = frozenset(
    (
        "connected",
        "connection_skipped",
        "connection_failed",
        "http_connection_failed",
        "authentication_required",
        "static_header_rejected",
        "stored_token_rejected",
        "connection_timeout_triggered",
        "list_failed",
        "session_expired",
        "session_expired_during_call",
        "reconnection_after_sign_in_failed",
        "reconnection_failed",
        "terminal_error_counted",
        "token_saved",
        "tokens_cleared",
        "refused_tokens_cleared",
        "credentials_invalidated",
        "proactive_refresh_attempted",
        "refresh_started",
        "refresh_succeeded",
        "refresh_failed",
        "refresh_retried",
        "refresh_by_other_process",
        "refresh_lock_awaited",
        "current_tokens_kept",
        "refresh_token_omitted",
        "step_up_marked",
        "token_revoked",
        "metadata_failed",
        "path_metadata_failed",
        "resource_metadata_failed",
        "sign_in_redirected",
        "code_exchange_started",
        "sign_in_authorized",
        "sign_in_failed",
        "tokens_after_sign_in_told",
        "tool_failed",
        "tool_call_refused",
        "tool_reconnecting",
        "reauthorization_required",
        "still_unauthorized_told",
        "reconnection_failure_told",
        "server_not_connected",
    )
)
STEPS: Final = frozenset(
    (
        "http_transport_initializing",
        "connection_starting",
        "token_returned",
        "token_absent",
        "token_expired_without_refresh_token",
        "refresh_token_told",
        "redirect_disabled",
        "client_absent",
        "client_saved",
        "client_registration_deferred",
        "redirect_port_chosen",
        "sign_in_started",
        "callback_server_closed",
        "refresh_lock_acquired",
        "refresh_finished",
        "reconnection_started",
        "reconnected",
        "reconnection_retried",
        "connection_error_thrown",
        "connection_closed",
        "connection_dropped",
        "tool_called",
        "tool_completed",
        "tool_error_told",
        "server_stderr",
        "signed_in_told",
        "server_status_told",
        "server_listed",
    )
)

SHOWN_KINDS: Final = frozenset((*TURNS, *STEPS, *STORE_KINDS, *SAVE_KINDS))


class _Shown(Struct, frozen=True, kw_only=True):
    """A moment with what its choice depends on."""

    order: int
    weight: int
    moment: Moment


def decisive(
    lines: Lines,
    findings: Sequence[Finding | None],
    origins: Mapping[int, str],
    *,
    within_ms: int = 30_000,
    limit: int = 24,
) -> list[tuple[Moment, ...]]:
    """Return the moments around the line that decides.

    Args:
        lines: The rows of the servers.
        findings: The primary finding of each; null shows nothing.
        origins: Document names by id.
        within_ms: How far to look, back and ahead.
        limit: How many to return of a server at most.

    Returns:
        For each server log and store together, in order; the decisive one is marked.
    """
    hung = lines.rows_from({who: finding.order for who, finding in enumerate(findings) if finding is not None})
    centres = fact_rows(lines.facts, hung.values())
    near = _near(lines, {who: centres[row].order for who, row in hung.items()}, findings)
    return [
        _moments(near.get(who, ()), centres[hung[who]], finding, origins, within_ms=within_ms, limit=limit)
        if finding is not None and who in hung
        else ()
        for who, finding in enumerate(findings)
    ]


def _near(lines: Lines, centres: Mapping[int, int], findings: Sequence[Finding | None]) -> dict[int, list[FactRow]]:
    """Return the rows around each centre that may be shown."""
    kinds = [SHOWN_KINDS | _kinds(finding) if finding else SHOWN_KINDS for finding in findings]
    centre_of = pl.Series([centres.get(who) for who in range(len(findings))], dtype=pl.Int64)
    at = lines.of_kinds(SHOWN_KINDS.union(*kinds))
    away = at["order"] - centre_of[at["who"]]
    at = at.filter((away >= -NEAR) & (away < NEAR))
    rows = fact_rows(lines.facts, at["row"])
    found: dict[int, list[FactRow]] = {}
    for who, number in at.select("who", "row").rows():
        if rows[number].kind in kinds[who]:
            found.setdefault(who, []).append(rows[number])
    return found


def _moments(
    near: Sequence[FactRow],
    centre: FactRow,
    finding: Finding,
    origins: Mapping[int, str],
    *,
    within_ms: int,
    limit: int,
) -> tuple[Moment, ...]:
    anchors = _places(finding)
    rows = [row for row in near if _is_in_time(row, centre, within_ms)]
    causes = {(row.document_id, row.line_from): row for row in rows if row.kind in SAVE_KINDS}
    shown = [_shown(row, causes, anchors, origins) for row in rows if _is_told(row, anchors)]
    shown += _store(rows, origins)
    kept = _nearest(_merged(_nearest(shown, centre.order, 3 * limit)), centre.order, limit)
    return tuple(one.moment for one in _on_one_clock(_one_decisive(kept, centre.order)))


def _is_in_time(row: FactRow, centre: FactRow, within_ms: int) -> bool:
    """Tell whether a row lies in the minute; without a clock everything near does."""
    if centre.event_at is None:
        return True
    return row.event_at is not None and abs(row.event_at - centre.event_at) <= timedelta(milliseconds=within_ms)


def _places(finding: Finding) -> Mapping[tuple[int, int], str]:
    """Return the role of each line that the finding rests on."""
    named = [(item.place, item.role) for clause in finding.clauses for item in clause.evidence]
    named += [(item.place, item.role) for item in finding.evidence]
    roles: dict[tuple[int, int], str] = {}
    for place, role in named:
        if place.document_id != NO_DOCUMENT and roles.get((place.document_id, place.line_from)) != "primary":
            roles[place.document_id, place.line_from] = role
    return roles


def _kinds(finding: Finding) -> set[str]:
    """Return the event kinds that the finding rests on."""
    evidence = (*finding.evidence, *(item for clause in finding.clauses for item in clause.evidence))
    return {item.kind for item in evidence} & KINDS


def _is_told(row: FactRow, anchors: Mapping[tuple[int, int], str]) -> bool:
    """Tell whether a row is a line of the log that is shown."""
    is_hidden = row.kind == "refresh_token_told" and row.has_refresh_token is None
    if row.kind in STORE_KINDS or row.document_id is None or not row.excerpt or is_hidden:
        return False
    return row.kind in TURNS or row.kind in STEPS or (_line(row) in anchors and not _is_derived(row))


def _is_derived(row: FactRow) -> bool:
    return row.kind.endswith("_ended") or row.kind in SAVE_KINDS


def _line(row: FactRow) -> tuple[int, int]:
    return (NO_DOCUMENT if row.document_id is None else row.document_id, row.line_from or 0)


def _shown(
    row: FactRow,
    causes: Mapping[tuple[int | None, int | None], FactRow],
    anchors: Mapping[tuple[int, int], str],
    origins: Mapping[int, str],
) -> _Shown:
    role = anchors.get(_line(row))
    text = first_line(row)
    cause = causes.get((row.document_id, row.line_from)) if row.kind == "token_saved" else None
    if cause is not None:
        text = f"{text} ({_why_saved(cause)})"
    return _Shown(
        order=row.order,
        weight=0 if role == "primary" else 1 if role else 2 if row.kind in TURNS else 3,
        moment=Moment(
            event_at=row.event_at,
            lane=LOG,
            text=text,
            place=place_of(row, origins),
            decisive=role == "primary",
        ),
    )


def _why_saved(cause: FactRow) -> str:
    words = {"proactive": "refresh before expiry", "answer-to-401": "refresh after a 401"}
    return "sign-in" if cause.kind == "sign_in_saved" else words.get(cause.trigger or "", "refresh")


def _store(rows: Sequence[FactRow], origins: Mapping[int, str]) -> list[_Shown]:
    """Return the changes of the store; what one write changed is one moment."""
    changes: list[tuple[FactRow, FactRow | None]] = []
    line: FactRow | None = None
    for row in rows:
        if row.kind in STORE_KINDS and _is_of_store(row):
            changes.append((row, line))
        elif row.document_id is not None:
            line = row
    shown = []
    for _, same in groupby(changes, key=lambda pair: (pair[0].event_at, pair[0].kind, pair[0].state_origin)):
        group = list(same)
        first, before = group[0]
        text = ", ".join(dict.fromkeys(_store_words(row) for row, _ in group))
        place = _store_place(first, before, origins)
        moment = Moment(event_at=first.event_at, lane=STORE, text=text, place=place)
        shown.append(_Shown(order=first.order, weight=2, moment=moment))
    return shown


def _is_of_store(row: FactRow) -> bool:
    return row.kind != "coverage_gap" or row.reason == UNEXPLAINED_WRITE


def _store_words(row: FactRow) -> str:
    if row.kind == "access_token_expired":
        return "the stored access token expires"
    if row.kind == "coverage_gap":
        return "a token appears that no log saved"
    words = (row.reason or row.kind).replace("-", " ").replace("_", " ")
    token = (
        row.held_access_token
        if words.startswith("access token")
        else row.held_refresh_token
        if words.startswith("refresh token")
        else None
    )
    return f"{words}: {token}" if token and not words.endswith("removed") else words


def _store_place(row: FactRow, before: FactRow | None, origins: Mapping[int, str]) -> Place:
    """Return the snapshot; where a log alone tells of the store, the line before."""
    if row.state_origin is None and row.kind in ("store_changed", "store_damaged") and row.excerpt:
        named = row.excerpt.rpartition(": ")[0]
        return replace(place_of(row, origins), origin=named or NOWHERE)
    if row.state_origin is None and before is not None:
        return place_of(before, origins)
    return place_of(row, origins)


def _merged(shown: Sequence[_Shown]) -> list[_Shown]:
    """Make one of lines that repeat each other, so that a loop does not fill the minute."""
    merged: list[_Shown] = []
    for lane in (LOG, STORE):
        of_lane = (one for one in shown if one.moment.lane == lane)
        for _, same in groupby(of_lane, key=lambda one: (_shape(one.moment.text), one.weight == 0)):
            group = list(same)
            merged += [_times(group)] if len(group) >= MANY else _neighbours(group, shown)
    return sorted(merged, key=lambda one: one.order)


def _neighbours(group: Sequence[_Shown], shown: Sequence[_Shown]) -> list[_Shown]:
    """Make one of those of a group that follow each other with nothing of the other lane in between."""
    orders = [one.order for one in shown]
    first = orders.index(group[0].order)
    together = orders[first : first + len(group)] == [one.order for one in group]
    return [_times(group)] if together and len({one.moment.text for one in group}) == 1 else list(group)


def _times(group: Sequence[_Shown]) -> _Shown:
    first = group[0]
    if len(group) == 1:
        return first
    return replace(first, moment=replace(first.moment, text=f"{first.moment.text} ({len(group)} times)"))


def _shape(text: str) -> str:
    """Return a text without its fingerprints."""
    return " ".join(word.partition("#")[0] for word in text.split())


def _on_one_clock(shown: Sequence[_Shown]) -> list[_Shown]:
    """Order by time where every moment has one; lines of one file may be some milliseconds out of it."""
    timed = [(one.moment.event_at, one) for one in shown if one.moment.event_at is not None]
    if len(timed) < len(shown):
        return list(shown)
    return [one for _, one in sorted(timed, key=lambda pair: (pair[0], pair[1].order))]


def _nearest(shown: Sequence[_Shown], centre: int, limit: int) -> list[_Shown]:
    chosen = sorted(shown, key=lambda one: (one.weight, abs(one.order - centre)))[:limit]
    return sorted(chosen, key=lambda one: one.order)


def _one_decisive(shown: Sequence[_Shown], centre: int) -> list[_Shown]:
    """Leave the mark on one moment: the one at the line that the verdict hangs on, or the nearest before it."""
    marked = [one for one in shown if one.moment.decisive]
    if not shown:
        return []
    before = [one for one in shown if one.order <= centre]
    best = min(marked or before or shown, key=lambda one: abs(one.order - centre))
    return [replace(one, moment=replace(one.moment, decisive=one is best)) for one in shown]
