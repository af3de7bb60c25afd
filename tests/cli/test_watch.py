"""`mcplog watch`: what it takes, how it ends."""

import sys
from pathlib import Path

import pytest

from mcplog.cli.app import main

SAMPLE = Path(__file__).parents[2] / "samples" / "race"


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["mcplog", "watch", *words])
    return main()


def test_it_ends_after_its_time_with_the_exit_code_of_analyze(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))

    assert run(monkeypatch, str(SAMPLE), "--for", "1ms") == 13
    assert "INCIDENT  notes: Sessions race one rotating refresh token" in capsys.readouterr().out


def test_a_folder_that_is_not_there_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "/nowhere") == 3
    assert "there is no such folder" in capsys.readouterr().err


def test_without_its_extra_it_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("mcplog.cli.watching.find_spec", lambda _: None)

    assert run(monkeypatch) == 2
    assert "pip install 'mcplog[watch]'" in capsys.readouterr().err
