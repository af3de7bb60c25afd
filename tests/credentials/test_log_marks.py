"""log_marks: lines that a client logs in one go are one mark."""

from datetime import timedelta

import polars as pl
import pytest

from mcplog.credentials.log_marks import log_marks
from mcplog.credentials.marks import Mark
from mcplog.model.frames import EVENTS
from tests.credentials.stores import events, ms, returned, saved


def marks(told: pl.DataFrame) -> dict[tuple[int, str], list[Mark]]:
    found = log_marks(told.with_columns(case_id=pl.lit(0, pl.UInt32)))
    return {server: of_server.all() for server, of_server in found.items()}


def test_a_save_has_the_lifetime_and_the_refresh_token_of_the_lines_behind_it() -> None:
    assert marks(events(*saved(1, 60), *returned(2, 59, refresh=None))) == {
        (0, "figma"): [
            Mark(at=ms(1), word="save", expires_at=ms(61), has_refresh_token=True),
            Mark(at=ms(2), word="read", expires_at=ms(61)),
        ]
    }


@pytest.mark.parametrize(
    ("kind", "fields", "mark"),
    [
        ("token_saved", {}, Mark(at=ms(1), word="save")),
        ("token_expiry_saved", {"expires_in_s": 60}, Mark(at=ms(1), word="save", expires_at=ms(61))),
        ("expiry_told", {"expires_in_s": -60}, Mark(at=ms(1), word="read", expires_at=ms(-59))),
        ("expiry_told", {"expires_in_s": 10**12}, Mark(at=ms(1), word="read")),
        ("refresh_token_told", {"has_refresh_token": False}, Mark(at=ms(1), word="read", has_refresh_token=False)),
        (
            "proactive_refresh_attempted",
            {"expires_in_s": -5},
            Mark(at=ms(1), word="read", expires_at=ms(-4), has_refresh_token=True),
        ),
        ("refresh_by_other_process", {"expires_in_s": 60}, Mark(at=ms(1), word="read", expires_at=ms(61))),
        ("token_absent", {"reason": "token-data"}, Mark(at=ms(1), word="absent")),
        ("tokens_cleared", {}, Mark(at=ms(1), word="cleared")),
        (
            "tokens_cleared",
            {"reason": "preserved-client-registration"},
            Mark(at=ms(1), word="cleared", keeps_entry=True),
        ),
        ("refused_tokens_cleared", {}, Mark(at=ms(1), word="tokens-cleared")),
        ("credentials_invalidated", {"reason": "all"}, Mark(at=ms(1), word="cleared")),
        ("credentials_invalidated", {"reason": "tokens"}, Mark(at=ms(1), word="tokens-cleared")),
        ("token_expired_without_refresh_token", {}, Mark(at=ms(1), word="no-refresh-token")),
        ("stored_token_rejected", {}, Mark(at=ms(1), word="no-refresh-token")),
    ],
)
def test_each_kind_has_one_meaning(kind: str, fields: dict[str, object], mark: Mark) -> None:
    assert marks(events((1, kind, fields))) == {(0, "figma"): [mark]}


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("credentials_invalidated", {"reason": "client"}),
        ("credentials_invalidated", {"reason": "discovery"}),
        ("credentials_invalidated", {"reason": None}),
        ("connected", {}),
        ("unrecognised", {}),
    ],
)
def test_other_lines_tell_nothing_of_tokens(kind: str, fields: dict[str, object]) -> None:
    assert marks(events((1, kind, fields))) == {}


def test_a_line_that_comes_late_is_a_mark_of_its_own() -> None:
    told = marks(events((1, "token_saved", {}), (2.001, "refresh_token_told", {"has_refresh_token": True})))

    assert [(mark.word, mark.has_refresh_token) for mark in told[0, "figma"]] == [("save", None), ("read", True)]


def test_documents_and_servers_are_not_mixed() -> None:
    one = events((1, "token_saved", {}))
    two = events((1, "refresh_token_told", {"has_refresh_token": True}), server="linear")
    three = events((1, "expiry_told", {"expires_in_s": 9})).with_columns(document_id=pl.lit(1, pl.UInt32))

    told = marks(pl.concat([three, two, one]))

    assert {key: [mark.word for mark in found] for key, found in told.items()} == {
        (0, "figma"): ["save", "read"],
        (0, "linear"): ["read"],
    }


def test_marks_are_in_time_whatever_the_order_of_the_documents() -> None:
    late = events((9, "token_saved", {}))
    early = events((1, "token_saved", {})).with_columns(document_id=pl.lit(1, pl.UInt32))

    assert [mark.at for mark in marks(pl.concat([late, early]))[0, "figma"]] == [ms(1), ms(9)]


def test_events_without_a_full_time_or_a_server_tell_nothing() -> None:
    undated = events((None, "token_saved", {}))
    nameless = events((1, "token_saved", {})).with_columns(server=pl.lit(None, pl.String))
    time_only = events((1, "token_saved", {})).with_columns(time_basis=pl.lit("time-only", EVENTS["time_basis"]))

    assert marks(pl.concat([undated, nameless, time_only])) == {}


def test_an_expiry_beyond_all_calendars_is_not_told() -> None:
    far = events((1, "expiry_told", {"expires_in_s": 10**9})).with_columns(
        pl.col("event_at") + timedelta(days=365 * 7950)
    )

    assert marks(far)[0, "figma"][0].expires_at is None
