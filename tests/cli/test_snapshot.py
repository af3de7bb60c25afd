"""`mcplog snapshot`: once, and after each change."""

import sys
from pathlib import Path

import pytest

from mcplog.cli.app import main
from mcplog.history.database import rows_of
from mcplog.sources.client_places import store_path


@pytest.fixture(name="folder")
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "configuration").mkdir()
    return tmp_path / "configuration"


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["mcplog", "snapshot", *words])
    return main()


def records(folder: Path) -> list[str]:
    path = folder.parent / "state" / "mcplog" / "history.db"
    return [kept.row.record.decode() for kept in rows_of(path, store_path(folder))]


def test_one_is_kept_and_not_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / ".credentials.json").write_text('{"mcpOAuth": {}}')

    assert [run(monkeypatch, str(folder)), run(monkeypatch, str(folder))] == [0, 0]
    assert capsys.readouterr().out.splitlines() == [
        f"{folder}/.credentials.json: 16 bytes, kept as snapshot 1",
        f"{folder}/.credentials.json: 16 bytes, nothing new",
    ]


def test_a_store_that_is_not_there_is_kept_as_absent_and_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("mcplog.sources.store_look.WRITE_NS", 0)

    assert run(monkeypatch, str(folder)) == 3
    assert "there is no credential store" in capsys.readouterr().err
    assert records(folder) == ['{"condition": "absent"}']


def test_with_every_it_goes_on_until_it_is_interrupted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = folder / ".credentials.json"
    contents = iter(['{"mcpOAuth": {}}', "{}", '{"other": 1}'])
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        text = next(contents, None)
        if text is None:
            raise KeyboardInterrupt
        store.write_text(text)

    monkeypatch.setattr("mcplog.sources.store_look.WRITE_NS", 0)
    monkeypatch.setattr("mcplog.cli.snapshots.time.sleep", sleep)

    assert run(monkeypatch, str(folder), "--every", "500ms") == 130
    assert set(slept) == {0.5}
    assert len(records(folder)) == 4


@pytest.mark.parametrize("word", ["", "0", "-1s", "5d", "nan", "inf", "1e99h"])
def test_a_duration_that_is_none_is_refused(word: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(monkeypatch, str(folder), "--every", word) == 2
