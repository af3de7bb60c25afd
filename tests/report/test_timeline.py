"""timeline: events and store states in one order, whole or around a moment."""

from datetime import datetime
from typing import Any

import polars as pl
import pytest
from msgspec.structs import replace

from mcplog.model.facts import Facts
from mcplog.model.finding import Analysis
from mcplog.model.frames import DOCUMENTS, FACTS, STATES
from mcplog.report.layout import Page
from mcplog.report.timeline import timeline
from tests.report.analyses import LOG, STORE, analysis, at


def frame(schema: pl.Schema, *rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame([dict.fromkeys(schema) | row for row in rows], schema=schema)


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
