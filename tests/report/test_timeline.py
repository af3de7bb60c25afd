"""timeline: events and store states in one order, whole or around a moment."""

from datetime import datetime
from typing import Any
from unicodedata import normalize

import pyte
import pytest
from msgspec.structs import replace
from rich.cells import cell_len

from mcplog.model.facts import Facts
from mcplog.model.finding import Analysis
from mcplog.model.frames import DOCUMENTS, FACTS, STATES
from mcplog.report.layout import Page
from mcplog.report.timeline import timeline
from tests.report.analyses import LOG, STORE, analysis, at, frame
from tests.report.test_scene import NOTES


def event(order: int, second: float | None, excerpt: str, server: str = "notes") -> dict[str, Any]:
    when = None if second is None else at(second)
    return {
        "document_id": 0,
        "case_id": 0,
        "order": order,
        "event_at": when,
        "kind": "token_saved",
        "server": server,
        "excerpt": excerpt,
        "line_from": order + 1,
        "line_to": order + 1,
    }


def state(second: float, **held: object) -> dict[str, Any]:
    return {"valid_from": at(second), "server": "notes", "origin": STORE, "line_from": 1, "held_condition": "ok"} | held


def evidence(events: list[dict[str, Any]], states: list[dict[str, Any]]) -> Analysis:
    return replace(
        analysis(),
        documents=frame(DOCUMENTS, {"document_id": 0, "case_id": 0, "origin": LOG}),
        facts=Facts(rows=frame(FACTS, *events)),
        credential_states=frame(STATES, *states),
    )


STORED = state(
    1.5,
    held_entry=True,
    held_access_token="AT#1",  # noqa: S106 - a fingerprint
    held_has_access_token=True,
    held_has_refresh_token=False,
    held_expires_at=at(3600),
)
SAVED_AND_USED = evidence([event(0, 1, "Saving tokens"), event(1, 30, "Returning tokens")], [STORED])


def rows(result: Analysis, **options: Any) -> list[str]:  # noqa: ANN401 - passed on
    lines = timeline(result, Page(width=120), **options).splitlines()
    return [" ".join(line.split()) for line in lines]


def test_the_store_stands_between_the_events_it_changed_between() -> None:
    assert rows(SAVED_AND_USED) == [
        "2026-11-25, UTC ● log ◆ store",
        "08:20:01.000 ● │ Saving tokens fcd10fc2-3…9f705.txt:1",
        "08:20:01.500 │ ◆ AT#1, no refresh token, expires 2026-11-25T09:20:00.000Z .credentials.json:1",
        "… 28.5 s without an event",
        "08:20:30.000 ● │ Returning tokens fcd10fc2-3…9f705.txt:2",
    ]


def test_around_a_moment_only_what_was_near_is_shown() -> None:
    moment: datetime = at(28)

    assert rows(SAVED_AND_USED, around=moment, within_s=5)[1:] == [
        "08:20:30.000 ● │ Returning tokens fcd10fc2-3…9f705.txt:2"
    ]


def test_an_event_without_a_clock_keeps_its_place_in_the_log() -> None:
    result = evidence([event(0, 1, "first"), event(1, None, "second"), event(2, 3, "third")], [])

    assert [line.split("│")[1].split()[0] for line in rows(result)[1:]] == ["first", "second", "third"]


def test_several_servers_are_named() -> None:
    result = evidence([event(0, 1, "one"), event(1, 2, "two", "wiki")], [])

    assert [line.split("│ ")[1].split(" fcd")[0] for line in rows(result)[1:]] == ["notes: one", "wiki: two"]
    assert [line.split("│ ")[1].split(" fcd")[0] for line in rows(result, server="wiki")[1:]] == ["two"]


@pytest.mark.parametrize(
    ("held", "said"),
    [
        ({"held_condition": "damaged"}, "store damaged"),
        ({"held_entry": False}, "no entry"),
        ({"held_entry": True}, "access token not known, refresh token not known"),
        (
            {"held_entry": True, "held_has_access_token": True, "held_has_refresh_token": False},
            "access token held, no refresh token",
        ),
    ],
)
def test_what_is_absent_is_told_apart_from_what_is_not_known(held: dict[str, Any], said: str) -> None:
    row = rows(evidence([], [state(1, **held)]))[1]

    assert row == f"08:20:01.000 │ ◆ {said} .credentials.json:1"


def test_what_was_derived_is_told_once_and_stands_in_no_file() -> None:
    derived = event(1, 1, "") | {"kind": "refresh_observed", "trigger": "answer-to-401", "document_id": None}
    repeated = event(2, 1, "Saving tokens") | {"kind": "sign_in_saved"}
    result = evidence([event(0, 1, "Saving tokens"), derived, repeated], [])

    assert rows(result)[1:] == [
        "08:20:01.000 ● │ Saving tokens fcd10fc2-3…9f705.txt:1",
        "08:20:01.000 ● │ refresh observed (answer-to-401)",
    ]


def test_an_attempt_has_a_heading_with_its_result() -> None:
    events = [
        event(0, 1, "first") | {"attempt_id": 1},
        event(1, 2, "") | {"attempt_id": 1, "kind": "attempt_ended", "reason": "needs-auth", "http_status": 401},
        event(2, 3, "second") | {"attempt_id": 2},
        event(3, 4, "third") | {"attempt_id": 1},
    ]

    assert [line.partition(" fcd")[0] for line in rows(evidence(events, []))[1:]] == [
        "connection attempt 1: needs auth (HTTP 401)",
        "08:20:01.000 ● │ first",
        "connection attempt 2",
        "08:20:03.000 ● │ second",
        "attempt 1",
        "08:20:04.000 ● │ third",
    ]


def test_a_clock_that_goes_back_is_told_and_repeats_are_counted() -> None:
    events = [event(n, second, "tick") for n, second in enumerate((20, 21, 22))] + [event(3, 5, "tock")]

    assert [line.partition(" fcd")[0] for line in rows(evidence(events, []))[1:]] == [
        "08:20:20.000 ● │ tick (3 times)",
        "the clock of this log goes back by 15 s",
        "08:20:05.000 ● │ tock",
    ]


def dated(order: int, second: float, excerpt: str, **values: object) -> dict[str, Any]:
    return event(order, second, excerpt) | {"time_basis": "recorded"} | values


LANES = replace(
    evidence(
        [
            dated(0, 0, "Starting connection", attempt_id=1),
            dated(1, 4, "", attempt_id=1, kind="attempt_ended", reason="failed"),
            dated(2, 8, "Refresh", kind="refresh_failed"),
            dated(3, 20, "Returning tokens"),
        ],
        [STORED | {"case_id": 0, "credential_key": "k"}],
    ),
    diagnoses=(NOTES,),
)


def test_the_end_of_a_process_is_told_once_and_at_its_time() -> None:
    later = event(1, 90, "Returning tokens")
    ended = [
        event(order, 2, "") | {"kind": "process_ended", "server": server} for order, server in ((2, None), (3, "notes"))
    ]
    told = rows(evidence([event(0, 1, "Saving tokens"), later, *ended], []))

    assert [" ".join(row.split("│ ")[1].split()[:2]) for row in told if "│ " in row] == [
        "Saving tokens",
        "process ended",
        "Returning tokens",
    ]


def test_lanes_stand_above_the_events() -> None:
    lines = timeline(LANES, Page(width=80, ascii_only=True)).splitlines()

    assert [line.rstrip() for line in lines[:7]] == [
        "notes",
        "                   08:20:00       08:20:05       08:20:10       08:20:15",
        "connections        x failed xxx",
        "refreshes                                  x",
        "access token held      - AT#1 -------------------------------------------------",
        "                   -- held, connected   xx failed, refused, expired",
        "",
    ]


def test_around_a_moment_the_lanes_are_of_that_moment_too() -> None:
    lines = timeline(LANES, Page(width=80, ascii_only=True), around=at(6), within_s=3).splitlines()

    assert lines[0] == "notes"
    assert "08:20:05" in lines[1]
    assert "08:20:10" not in lines[1]


HOSTILE = (
    "\x1b[2J\x1b[H",
    "\u202eevil\u202c",
    "a\u0301\u0301\u0301",
    "\x9b31m",
    "\r\x08\x07",
    "\u200d\ufe0f",
    "\U000e0041",
    "漢字" * 40,
)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("width", [40, 80, 120])
def test_no_cell_leaves_its_place_on_a_screen(text: str, width: int) -> None:
    name = f"no{text}tes"
    events = [
        dated(0, 0, f"one{text}", server=name, attempt_id=1),
        dated(1, 20, text, server=name, attempt_id=1, kind="attempt_ended", reason="failed"),
        dated(2, 40, f"{text}two", server=name, kind="refresh_failed", oauth_error=text),
    ]
    held = STORED | {"case_id": 0, "credential_key": "k", "server": name, "held_access_token": f"AT#{text}"}
    result = replace(evidence(events, [held]), diagnoses=(replace(NOTES, server=name),))
    plain = timeline(result, Page(width=width))
    screen = pyte.Screen(width, 400)
    pyte.Stream(screen).feed(timeline(result, Page(width=width, colour="standard")).replace("\n", "\r\n"))

    assert max(map(cell_len, plain.splitlines())) <= width
    assert [line.rstrip() for line in screen.display][: plain.count("\n")] == [
        normalize("NFC", line) for line in plain.splitlines()
    ]
