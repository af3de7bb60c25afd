"""A watch says at each moment what `analyze` says of the same files, whatever happened to them in between."""

import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

import mcplog
from mcplog.live.following import Follower, Look, recent_logs
from mcplog.live.recording import recorder
from mcplog.model.board import Board
from mcplog.model.finding import Analysis
from mcplog.pipeline import all_rules
from mcplog.sources.client_places import STORE_NAME, Machine, store_path
from mcplog.sources.store_look import look
from tests.kept_stores import keep_copy

SAMPLES = Path(__file__).parents[2] / "samples"
NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
RULES = all_rules()
SESSIONS = [f"{number:08}-cadf-448c-8063-9c3052d414ed" for number in range(4)]


@pytest.fixture(name="folder")
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "configuration" / "debug").mkdir(parents=True)
    return tmp_path / "configuration"


def machine(folder: Path) -> Machine:
    return Machine(environment=os.environ, home=folder.parent)


def looked(folder: Path) -> Look:
    return Follower(machine=machine(folder), folder=folder, rules=RULES).look(NOW)


def of_analysis(analysis: Analysis) -> list[tuple[object, ...]]:
    rows = [
        (one.server, one.verdict, one.primary.rule_id if one.primary else "", one.primary and one.primary.certainty)
        for one in analysis.diagnoses
    ]
    return sorted(rows, key=repr)


def of_board(board: Board) -> list[tuple[object, ...]]:
    return sorted(((row.server, row.verdict, row.rule_id, row.certainty) for row in board.standings), key=repr)


@pytest.mark.parametrize("name", ["race", "skipped-by-marker"])
def test_a_growing_recording_is_told_as_analyze_tells_it(name: str, folder: Path) -> None:
    sample = SAMPLES / name
    keeper = recorder(machine(folder).history_file())
    logs = sorted((sample / "debug").glob("*-*.txt"), key=lambda path: path.read_bytes()[:24])
    stores = sorted((sample / "credentials").iterdir())
    verdicts: list[list[tuple[object, ...]]] = []
    with keeper.history:
        for step, log in enumerate(logs):
            content = log.read_bytes()
            keep_copy(keeper, folder, stores[min(step * len(stores) // len(logs), len(stores) - 1)])
            for end in (len(content) // 2, len(content)):  # in the middle of a line, then whole
                (folder / "debug" / log.name).write_bytes(content[:end])
                board = looked(folder).board

                assert of_board(board) == of_analysis(mcplog.analyze(recent_logs(folder / "debug")))
                verdicts.append(of_board(board))

    assert verdicts[-1] != verdicts[0]


def test_logs_written_within_an_hour_before_the_newest_are_followed(folder: Path) -> None:
    for session, ago_s in zip(SESSIONS, (0, 3600, 3601, 5), strict=True):
        path = folder / "debug" / f"{session}.txt"
        path.write_text("x")
        os.utime(path, (1_795_566_960 - ago_s,) * 2)
    (folder / "debug" / "latest").symlink_to(folder / "debug" / f"{SESSIONS[0]}.txt")
    (folder / "debug" / "notes.txt").write_text("x")

    assert [path.name for path in recent_logs(folder / "debug")] == [f"{SESSIONS[at]}.txt" for at in (0, 1, 3)]


def test_a_folder_without_a_log_is_waited_for(folder: Path) -> None:
    board = looked(folder).board

    assert (board.standings, len(board.problems)) == ((), 1)
    assert "log" in board.problems[0]


def test_a_log_that_is_cut_replaced_and_removed_is_told_as_it_is(folder: Path) -> None:
    log = folder / "debug" / f"{SESSIONS[0]}.txt"
    other = folder / "debug" / f"{SESSIONS[1]}.txt"
    shutil.copy(min((SAMPLES / "healthy" / "debug").glob("*-*.txt")), other)
    changes: list[Callable[[], object]] = [
        lambda: shutil.copy(min((SAMPLES / "race" / "debug").glob("*-*.txt")), log),
        lambda: log.write_bytes(log.read_bytes()[:300]),
        lambda: shutil.copy(max((SAMPLES / "race" / "debug").glob("*-*.txt")), folder / "new"),
        lambda: (folder / "new").replace(log),
        log.unlink,
    ]
    for change in changes:
        change()

        assert of_board(looked(folder).board) == of_analysis(mcplog.analyze(recent_logs(folder / "debug")))


def test_a_look_warns_of_a_store_that_lost_its_entries(folder: Path) -> None:
    shutil.copy(min((SAMPLES / "race" / "debug").glob("*-*.txt")), folder / "debug" / f"{SESSIONS[0]}.txt")
    store = folder / STORE_NAME
    keeper = recorder(machine(folder).history_file())
    with keeper.history:
        for second, text in enumerate([max((SAMPLES / "race" / "credentials").iterdir()).read_text(), "{}"]):
            store.write_text(text)
            os.utime(store, (1_795_566_960 + second,) * 2)
            seen = look(store, STORE_NAME, now_ns=(1_795_566_970) * 1_000_000_000)
            assert seen is not None
            keeper.keep(store_path(folder), seen)

    assert [one.alarm for one in looked(folder).board.warnings] == ["section-lost"]
