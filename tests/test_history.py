"""What `mcplog snapshot` kept is joined as the store itself is: to logs of its folder, and to nothing else."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import mcplog
from mcplog.cli.app import main
from mcplog.errors import InputError, NoInputError
from mcplog.live.recording import recorder
from mcplog.model.finding import Analysis
from mcplog.sources.client_places import STORE_NAME, Machine
from tests.kept_stores import keep_copy

SAMPLES = Path(__file__).parents[1] / "samples"


def replayed(sample: Path, folder: Path, history: Path) -> None:
    """Make a configuration folder of a recording, and keep a snapshot after each write of its store."""
    shutil.copytree(sample, folder, ignore=shutil.ignore_patterns("credentials", "latest*"))
    keeper = recorder(history)
    with keeper.history:
        for copy in sorted((sample / "credentials").iterdir()):
            keep_copy(keeper, folder, copy)


def outcome(analysis: Analysis) -> list[tuple[object, ...]]:
    return [
        (one.server, one.verdict, found.rule_id, found.certainty, found.responsible)
        for one in analysis.diagnoses
        for found in one.findings
    ] or [(one.server, one.verdict) for one in analysis.diagnoses]


@pytest.fixture(name="history")
def _history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "mcplog" / "history.db"


@pytest.mark.parametrize("name", ["race", "401-after-sign-in", "revoked-refresh-token", "skipped-by-marker", "healthy"])
def test_a_history_says_what_copies_of_the_store_say(name: str, tmp_path: Path, history: Path) -> None:
    folder = tmp_path / "configuration"
    replayed(SAMPLES / name, folder, history)

    with_copies = mcplog.analyze(SAMPLES / name)
    with_history = mcplog.analyze(folder)

    assert outcome(with_history) == outcome(with_copies)
    assert [note for note in with_history.notes if note.startswith("History")] != []


def test_no_history_is_looked_for_by_a_log_from_elsewhere(tmp_path: Path, history: Path) -> None:
    folder = tmp_path / "configuration"
    replayed(SAMPLES / "race", folder, history)
    log = tmp_path / "attachment.txt"
    shutil.copy(min((folder / "debug").glob("*.txt")), log)

    alone, joined = mcplog.analyze(log), mcplog.analyze(log, credentials=history)

    assert (alone.stores, alone.counts.snapshots) == ((), 0)
    assert joined.counts.snapshots == 9
    assert any("History" in note for note in joined.notes)


def test_no_secret_of_the_store_is_in_the_history(tmp_path: Path, history: Path) -> None:
    replayed(SAMPLES / "race", tmp_path / "configuration", history)
    stores = [path.read_text() for path in (SAMPLES / "race" / "credentials").iterdir()]
    secrets = {word for text in stores for word in text.split('"') if word.startswith(("rt-", "at-", "eyJ"))}
    kept = b"".join(path.read_bytes() for path in history.parent.glob("history.db*"))

    assert secrets
    assert [word for word in secrets if word[4:14].encode() in kept] == []


def test_a_damaged_history_costs_itself_alone(tmp_path: Path, history: Path) -> None:
    folder = tmp_path / "configuration"
    replayed(SAMPLES / "race", folder, history)
    history.write_bytes(b"SQLite format 3\0" + bytes(5000))
    for beside in history.parent.glob("history.db-*"):
        beside.unlink()

    analysis = mcplog.analyze(folder)

    assert [problem.origin for problem in analysis.problems] == [str(history)]
    assert analysis.stores == (str(folder / STORE_NAME),)


def test_a_database_is_no_log(tmp_path: Path, history: Path) -> None:
    replayed(SAMPLES / "race", tmp_path / "configuration", history)

    with pytest.raises(NoInputError, match="is a database"):
        mcplog.analyze(history)


@pytest.mark.parametrize(
    ("platform", "environment", "place"),
    [
        ("linux", {}, ".local/state/mcplog/history.db"),
        ("linux", {"XDG_STATE_HOME": "/x"}, "/x/mcplog/history.db"),
        ("darwin", {}, "Library/Application Support/mcplog/history.db"),
        ("win32", {"LOCALAPPDATA": "/l"}, "/l/mcplog/history.db"),
        ("win32", {}, "AppData/Local/mcplog/history.db"),
    ],
)
def test_it_lies_where_the_system_keeps_state(platform: str, environment: dict[str, str], place: str) -> None:
    machine = Machine(environment=environment, home=Path("/home/user"), platform=platform)

    assert machine.history_file() == Path("/home/user") / place


def test_a_history_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(InputError, match="cannot be used"):
        recorder(tmp_path / "file" / "history.db")


def test_without_a_history_nothing_of_it_is_loaded(history: Path) -> None:
    """The start of `analyze` is a bar: a database that is not there must not cost it anything."""
    code = (
        "import sys, mcplog; mcplog.analyze(sys.argv[1]);"
        "print(sorted({'sqlite3', 'watchfiles', 'mcp', 'mcplog.history', 'mcplog.live', 'html'} & set(sys.modules)))"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(item for item in sys.path if item)}
    words = [sys.executable, "-c", code, str(SAMPLES / "race")]
    done = subprocess.run(words, check=True, capture_output=True, text=True, env=environment)  # noqa: S603 - fixed words

    assert not history.exists()
    assert done.stdout == "[]\n"


def test_a_bundle_and_the_smallest_evidence_hold_what_the_history_remembers(
    tmp_path: Path, history: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both end with 0 only when what was written tells what `analyze` tells with the history."""
    folder = tmp_path / "configuration"
    replayed(SAMPLES / "401-after-sign-in", folder, history)

    for words in (["redact", folder, "-o", tmp_path / "bundle"], ["shrink", folder, "-o", tmp_path / "smallest.zip"]):
        monkeypatch.setattr(sys, "argv", ["mcplog", *map(str, words)])

        assert main() == 0
    assert len(list((tmp_path / "bundle" / "credentials").iterdir())) == 8
