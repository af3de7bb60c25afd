"""scenes_of: what happened to a server over time, as bars and marks on one clock."""

from datetime import datetime
from typing import Any

import pytest
from msgspec.structs import replace

from mcplog.model.facts import Facts
from mcplog.model.finding import Analysis, Diagnosis
from mcplog.model.frames import DOCUMENTS, FACTS, STATES
from mcplog.model.vocabulary import Verdict
from mcplog.report.lane import Lane
from mcplog.report.scene import ServerScene, scenes_of
from tests.report.analyses import LOG, STORE, analysis, at, frame

NOTES = Diagnosis(server="notes", verdict=Verdict.INCONCLUSIVE)


def event(second: float, kind: str, **values: object) -> dict[str, Any]:
    return {
        "case_id": 0,
        "document_id": 0,
        "event_at": at(second),
        "time_basis": "recorded",
        "kind": kind,
        "server": "notes",
    } | values


def state(start: float | None, stop: float | None, **held: object) -> dict[str, Any]:
    return {
        "case_id": 0,
        "server": "notes",
        "credential_key": "0:notes|1",
        "valid_from": None if start is None else at(start),
        "valid_to": None if stop is None else at(stop),
        "origin": STORE,
        "held_condition": "ok",
        "held_entry": True,
    } | held


def token(name: str, expires: float) -> dict[str, Any]:
    return {"held_access_token": name, "held_has_access_token": True, "held_expires_at": at(expires)}


def evidence(events: list[dict[str, Any]], states: list[dict[str, Any]] | None = None) -> Analysis:
    rows = [one | {"order": number, "entry_id": number, "line_from": number + 1} for number, one in enumerate(events)]
    return replace(
        analysis(NOTES),
        documents=frame(DOCUMENTS, {"document_id": 0, "case_id": 0, "origin": LOG}),
        facts=Facts(rows=frame(FACTS, *rows)),
        credential_states=frame(STATES, *(states or [])),
    )


def scene(events: list[dict[str, Any]], states: list[dict[str, Any]] | None = None) -> ServerScene:
    return scenes_of(evidence(events, states))[0, "notes"]


def lane(name: str, events: list[dict[str, Any]], states: list[dict[str, Any]] | None = None) -> Lane:
    return next(one for one in scene(events, states).lanes if one.name == name)


def second(ms: int) -> float:
    return (datetime.fromtimestamp(ms / 1000, at(0).tzinfo) - at(0)).total_seconds()


def drawn(one: Lane) -> list[tuple[float, float, str, str]]:
    return [(second(bar.start), second(bar.stop), bar.tone.value, bar.label) for bar in one.bars]


@pytest.mark.parametrize(
    ("reason", "bars"),
    [
        ("connected", [(0, 2, "good", "connected"), (2, 9, "held", "connected")]),
        ("needs-auth", [(0, 2, "open", "needs sign-in")]),
        ("failed", [(0, 2, "bad", "failed")]),
        ("open", [(0, 2, "plain", "no result seen")]),
    ],
)
def test_a_connection_is_tried_until_its_result_and_then_held(
    reason: str, bars: list[tuple[float, float, str, str]]
) -> None:
    events = [
        event(0, "connection_starting", attempt_id=1),
        event(2, "attempt_ended", attempt_id=1, reason=reason),
        event(9, "connection_closed", attempt_id=1),
    ]

    assert drawn(lane("connections", events)) == bars


def test_a_token_is_held_until_it_expires_and_red_from_then_on() -> None:
    events = [event(0, "token_saved"), event(100, "token_returned")]
    states = [
        state(10, 20, **token("AT#1", 60)),
        state(20, 40, **token("AT#1", 60)),
        state(40, None, **token("AT#2", 70)),
    ]

    assert drawn(lane("access token held", events, states)) == [
        (10, 40, "held", "AT#1"),
        (40, 70, "held", "AT#2"),
        (70, 100, "bad", "AT#2 expired"),
    ]


def test_no_bar_says_that_nothing_is_held_and_another_that_it_is_not_known() -> None:
    events = [event(0, "token_absent"), event(100, "token_absent")]
    states = [
        state(None, 20, held_has_access_token=False),
        state(20, 30, held_entry=False),
        state(30, 50),
        state(50, None, held_condition="damaged"),
    ]

    assert drawn(lane("access token held", events, states)) == [
        (30, 50, "plain", "not known"),
        (50, 100, "bad", "damaged"),
    ]


def test_a_refresh_is_a_mark_with_its_reason() -> None:
    events = [
        event(0, "refresh_observed", trigger="answer-to-401"),
        event(5, "refresh_failed", oauth_error="invalid_grant\x1b[0m"),
        event(9, "token_returned"),
    ]

    assert [(second(one.at), one.tone.value, one.said) for one in lane("refreshes", events).marks] == [
        (0, "good", "refreshed after a 401"),
        (5, "bad", r"refresh failed: invalid_grant\x1b[0m"),
    ]


def test_bars_that_overlap_lie_in_rows_of_their_own() -> None:
    runs = [(0, 10, 1), (2, 8, 2), (11, 12, 3)]
    events = [event(when, "token_returned", process_id=run) for a, b, run in runs for when in (a, b)]

    assert [bar.row for bar in lane("client runs", events).bars] == [0, 1, 0]


def test_of_very_many_attempts_neighbours_become_one() -> None:
    events = [event(n / 10, "attempt_ended", attempt_id=n, reason="failed") for n in range(5_000)]
    found = lane("connections", events)

    assert len(found.bars) <= 140
    assert sum(bar.count for bar in found.bars) == 5_000


def test_a_clock_that_goes_back_is_told_and_lines_a_little_out_of_order_are_not() -> None:
    events = [event(s, "token_returned") for s in (0, 10, 9.9, 20, 5, 30)]

    assert [(second(one.at), one.said) for one in scene(events).jumps] == [(5, "the clock goes back by 15 s")]


def test_a_log_without_dates_has_no_lanes() -> None:
    undated = [event(0, "token_returned", time_basis="time-only"), event(1, "token_returned", event_at=None)]

    assert scenes_of(evidence(undated)) == {}
