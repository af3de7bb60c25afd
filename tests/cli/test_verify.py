"""`mcplog verify`: what it prints and how it ends."""

import json
import sys
from pathlib import Path

import pytest

from mcplog.cli.app import main
from tests.diagnose.test_verification import CASE, REFRESHED, SAMPLES, written


def run(monkeypatch: pytest.MonkeyPatch, *words: str | Path) -> int:
    monkeypatch.setattr(sys, "argv", ["mcplog", "verify", *map(str, words)])
    return main()


def test_a_fault_that_is_gone_ends_with_zero_and_its_proof(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    after = written(tmp_path / "after", REFRESHED)

    assert run(monkeypatch, CASE, after, "--width", "120") == 0
    out = capsys.readouterr().out.splitlines()
    assert out[0].startswith("FIXED  quillpad: ")
    assert (
        out[1:3]
        == [
            "   What the fault needs happened again, and the fault did not.",
            "   The server works when the log ends.",
        ]
        or "The step that failed before" in out[2]
    )
    assert any("true  [access_token_expired" in line for line in out)


def test_a_fault_that_is_still_there_ends_with_its_severity(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, SAMPLES / "race", SAMPLES / "race") == 13
    assert capsys.readouterr().out.startswith("STILL FAILING  notes: ")


def test_what_proves_nothing_ends_with_ten(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, SAMPLES / "race", SAMPLES / "healthy", "--format", "json") == 10
    told = json.loads(capsys.readouterr().out)

    assert told["schema"] == "verify/1"
    assert [(one["server"], one["outcome"]) for one in told["verified"]] == [("notes", "precondition-not-seen")]


def test_a_recording_without_a_fault_has_nothing_to_verify(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, SAMPLES / "healthy", SAMPLES / "race") == 3
    assert "shows no such fault" in capsys.readouterr().err


def test_a_rule_that_does_not_exist_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(monkeypatch, SAMPLES / "race", SAMPLES / "race", "--rule", "nonsense") == 2
