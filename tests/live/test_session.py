"""A running watch: what changes is shown, what is kept is counted, and it ends when it is told to."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from threading import Thread

import pytest

import mcplog
from mcplog.history.database import rows_of
from mcplog.live.following import Follower, recent_logs
from mcplog.live.keeping import Keeper
from mcplog.live.session import Watch
from mcplog.model.board import Board, News
from mcplog.pipeline import all_rules
from mcplog.sources.client_places import STORE_NAME, Machine

SAMPLE = Path(__file__).parents[2] / "samples" / "race"
STORES = sorted((SAMPLE / "credentials").iterdir())
LOGS = sorted((SAMPLE / "debug").glob("*-*.txt"), key=lambda path: path.read_bytes()[:24])


@pytest.fixture(name="folder")
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "configuration" / "debug").mkdir(parents=True)
    shutil.copy(STORES[0], tmp_path / "configuration" / STORE_NAME)
    return tmp_path / "configuration"


def history(folder: Path) -> Path:
    return folder.parent / "state" / "mcplog" / "history.db"


def test_changes_are_shown_and_kept_until_it_is_stopped(folder: Path) -> None:
    """Each step waits for what the one before it brings; it hangs, and times out, when that never comes."""
    boards: list[Board] = []

    def show(board: Board, _: Sequence[News]) -> None:
        boards.append(board)
        if board.snapshots == 1 and not board.standings:
            shutil.copy(LOGS[0], folder / "debug")
        elif board.snapshots == 1:
            (folder / "new").write_bytes(STORES[-1].read_bytes())
            (folder / "new").replace(folder / STORE_NAME)
        elif board.standings:
            Thread(target=watch.stop).start()

    machine = Machine(environment=os.environ, home=folder.parent)
    with Keeper(folder, history(folder)) as keeper:
        watch = Watch(Follower(machine=machine, folder=folder, rules=all_rules()), keeper, show)
        last = watch.run()

    assert last.analysis is not None
    assert last.board.verdict == mcplog.analyze(recent_logs(folder / "debug")).verdict
    assert len(rows_of(history(folder), None)) == 2


def watching(folder: Path) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "mcplog", "watch", str(folder), "--format", "jsonl", "--exit-zero"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(item for item in sys.path if item)}
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environment)  # noqa: S603 - fixed words


def verdict_of(process: subprocess.Popen[str], rule_id: str) -> dict[str, object]:
    """Return the first verdict with this primary finding that a watch tells of."""
    assert process.stdout is not None
    lines = (json.loads(line) for line in process.stdout)
    return next(one for one in lines if one["what"] == "verdict" and one["rule_id"] == rule_id)


def test_a_watch_that_was_killed_says_the_same_when_it_is_started_again(folder: Path) -> None:
    for log in LOGS[:-1]:
        shutil.copy(log, folder / "debug")
    first = watching(folder)
    assert first.stdout is not None
    json.loads(first.stdout.readline())
    first.kill()
    first.communicate()
    shutil.copy(LOGS[-1], folder / "debug")
    shutil.copy(STORES[-1], folder / STORE_NAME)
    second = watching(folder)
    told = verdict_of(second, "refresh-race")
    second.terminate()
    second.communicate()
    (diagnosis,) = mcplog.analyze(recent_logs(folder / "debug")).diagnoses

    assert diagnosis.primary is not None
    assert (told["verdict"], told["rule_id"], told["certainty"], told["server"]) == (
        diagnosis.verdict,
        diagnosis.primary.rule_id,
        diagnosis.primary.certainty,
        diagnosis.server,
    )
