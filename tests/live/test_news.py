"""News is what differs between two boards, each once."""

from datetime import UTC, datetime

from mcplog.live.news import news
from mcplog.model.board import Alarm, Board, Standing, Warned
from mcplog.model.vocabulary import Verdict

NOW = datetime(2026, 11, 25, 8, 20, tzinfo=UTC)
HEALTHY = Standing(server="notes", verdict=Verdict.HEALTHY, title="It works.")
BROKEN = Standing(server="notes", verdict=Verdict.INCIDENT, rule_id="refresh-race", title="A race.")
WARNED = Warned(alarm=Alarm.SECTION_LOST, server="", text="It is gone.", hint="Look.")


def board(*standings: Standing, warnings: tuple[Warned, ...] = (), problems: tuple[str, ...] = ()) -> Board:
    return Board(at=NOW, standings=standings, warnings=warnings, problems=problems)


def told(before: Board | None, now: Board) -> list[tuple[str, str, str]]:
    return [(one.what, one.server, one.text) for one in news(before, now)]


def test_at_first_everything_is_new() -> None:
    expected = [("verdict", "notes", "It works."), ("warning", "", "It is gone."), ("problem", "", "x: is a pipe")]

    assert told(None, board(HEALTHY, warnings=(WARNED,), problems=("x: is a pipe",))) == expected


def test_what_stays_is_no_news() -> None:
    same = board(HEALTHY, warnings=(WARNED,), problems=("x",))

    assert told(same, same) == []


def test_another_verdict_and_an_end_of_a_warning_are_news() -> None:
    expected = [("verdict", "notes", "A race."), ("warning-over", "", "")]

    assert told(board(HEALTHY, warnings=(WARNED,)), board(BROKEN)) == expected


def test_seconds_that_run_down_in_the_text_of_a_warning_are_no_news() -> None:
    later = Warned(alarm=WARNED.alarm, server="", text="It is gone for 5 s.")

    assert told(board(warnings=(WARNED,)), board(warnings=(later,))) == []
