"""The board as text and as lines: warnings first, nothing that a terminal obeys, each piece of news in one line."""

import json
from datetime import UTC, datetime, timedelta

from mcplog.model.board import Alarm, Board, News, Standing, Warned
from mcplog.model.vocabulary import Certainty, Party, Severity, Verdict
from mcplog.report.board import board_text, news_json, news_text
from mcplog.report.layout import Page

NOW = datetime(2026, 11, 25, 8, 20, tzinfo=UTC)
ROW = Standing(
    server="notes",
    verdict=Verdict.INCIDENT,
    rule_id="refresh-race",
    title="A race",
    certainty=Certainty.CONFIRMED,
    severity=Severity.HIGH,
    responsible=(Party.CLIENT,),
    expires_at=NOW + timedelta(minutes=5),
    has_refresh_token=True,
)
EVIL = "a\x1b[2J\u202e\nb"


def test_warnings_stand_above_the_servers() -> None:
    warned = Warned(alarm=Alarm.SECTION_LOST, server="", text="It is gone.", hint="Look who did it.")
    board = Board(at=NOW, standings=(ROW,), warnings=(warned,), logs=2, snapshots=3)

    assert board_text(board, Page(width=120)).splitlines() == [
        "WARNING  It is gone.",
        "  Look who did it.",
        "",
        "INCIDENT  notes: A race",
        "  refresh-race, confirmed; who acts: client; token until 08:25:00Z; refresh token held",
        "08:20:00Z  2 logs followed, 3 snapshots kept; Ctrl-C ends",
    ]


def test_a_token_of_another_day_is_told_with_its_date() -> None:
    row = Standing(server="notes", verdict=Verdict.HEALTHY, expires_at=NOW + timedelta(days=1))

    assert "token until 2026-11-26 08:20:00Z" in board_text(Board(at=NOW, standings=(row,)), Page())


def test_without_a_server_it_says_how_to_get_a_log() -> None:
    assert "Start the client with `--debug`" in board_text(Board(at=NOW), Page())


def test_nothing_on_it_acts_on_a_terminal() -> None:
    row = Standing(server=EVIL, verdict=Verdict.HEALTHY, title=EVIL)
    board = Board(at=NOW, standings=(row,), problems=(EVIL,))
    one = News(at=NOW, what="verdict", server=EVIL, verdict="healthy", text=EVIL, hint=EVIL)
    texts = [board_text(board, Page()), news_text(one, Page()), news_json(one)]

    assert [mark for text in texts for mark in ("\x1b", "\u202e", "\r") if mark in text] == []
    assert news_text(one, Page()).count("\n") == news_json(one).count("\n") == 1


def test_news_is_told_in_one_line() -> None:
    news = [
        News(at=NOW, what="verdict", server="notes", verdict="incident", rule_id="r", certainty="possible", text="Bad"),
        News(at=NOW, what="warning", server="notes", rule_id="token-expires", text="Soon.", hint="Act."),
        News(at=NOW, what="warning-over", server="notes", rule_id="token-expires"),
        News(at=NOW, what="problem", text="x: is a pipe"),
    ]

    assert [news_text(one, Page()) for one in news] == [
        "08:20:00Z  INCIDENT  notes: Bad (r, possible)\n",
        "08:20:00Z  WARNING  notes: Soon. Act.\n",
        "08:20:00Z  OVER  notes: token-expires\n",
        "08:20:00Z  PROBLEM  x: is a pipe\n",
    ]


def test_json_has_its_schema_and_a_moment() -> None:
    one = json.loads(news_json(News(at=NOW, what="warning", rule_id="token-expires", text="Soon.")))

    assert (one["schema"], one["at"], one["what"], one["rule_id"]) == (
        "watch/1",
        "2026-11-25T08:20:00Z",
        "warning",
        "token-expires",
    )
