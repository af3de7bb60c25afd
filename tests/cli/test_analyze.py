"""`mcplog analyze`: from the words on the command line to report, problems and exit code."""

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mcplog.cli.app import main
from mcplog.model.document import Problem
from mcplog.model.finding import Analysis
from mcplog.model.vocabulary import Verdict
from tests.report.analyses import HEALTHY_SERVER, analysis, many, refused

PROBLEM = Problem(origin="a.bin", what="holds no text", hint="Name a log.", line=None)


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """Return a function that runs `mcplog analyze` on a given analysis and tells what it was asked for."""

    def call(result: Analysis, *words: str) -> dict[str, Any]:
        asked: dict[str, Any] = {}

        def analysis_of(**inputs: object) -> Analysis:
            asked.update(inputs)
            return result

        monkeypatch.setattr("mcplog.cli.analysing.analysis_of", analysis_of)
        monkeypatch.setattr(sys, "argv", ["mcplog", "analyze", *words])
        return asked | {"code": main()}

    return call


Called = Callable[..., dict[str, Any]]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ([], 13),
        (["--fail-on", "critical"], 10),
        (["--exit-zero"], 0),
        (["--format", "json"], 13),
    ],
)
def test_the_exit_code_is_that_of_the_worst_incident(
    words: list[str], code: int, called: Called, capsys: pytest.CaptureFixture[str]
) -> None:
    assert called(refused(), *words)["code"] == code
    assert capsys.readouterr().err == ""


def test_health_is_zero(called: Called) -> None:
    assert called(analysis(HEALTHY_SERVER, verdict=Verdict.HEALTHY))["code"] == 0


def test_the_words_become_values(called: Called) -> None:
    asked = called(
        refused(),
        "a.log",
        "-",
        *("--credentials", "store.json", "--server", "notes", "--since", "2026-11-25T08:20"),
        *("--until", "2026-11-25T10:20+01:00", "--fingerprint-key", "0b" * 16, "--strict-grammar"),
    )

    assert asked == {
        "paths": ["a.log", "-"],
        "credentials": [Path("store.json")],
        "server": "notes",
        "since": datetime(2026, 11, 25, 8, 20, tzinfo=UTC),
        "until": datetime(2026, 11, 25, 9, 20, tzinfo=UTC),
        "fingerprint_key": b"\x0b" * 16,
        "rules": [],
        "strict_grammar": True,
        "code": 13,
    }


def test_the_terminal_report_names_the_verdict_first(called: Called, capsys: pytest.CaptureFixture[str]) -> None:
    called(refused(), "--width", "80")

    assert capsys.readouterr().out.startswith(
        "INCIDENT  notes: The server refuses a token that was just issued for it\n"
    )


def test_problems_go_beside_the_terminal_report(called: Called, capsys: pytest.CaptureFixture[str]) -> None:
    called(analysis(HEALTHY_SERVER, problems=(PROBLEM,)))

    assert capsys.readouterr().err == "mcplog: a.bin: holds no text\n  Name a log.\n"


def test_problems_stand_in_the_json_report(called: Called, capsys: pytest.CaptureFixture[str]) -> None:
    called(analysis(HEALTHY_SERVER, problems=(PROBLEM,)), "--format", "json")
    out, err = capsys.readouterr()

    assert json.loads(out)["problems"] == [
        {"file": "a.bin", "line": None, "what": "holds no text", "hint": "Name a log."}
    ]
    assert err == ""


def test_a_report_goes_to_a_file(called: Called, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    called(refused(), "--format", "json", "-o", str(tmp_path / "report.json"))

    assert json.loads((tmp_path / "report.json").read_text())["verdict"] == "incident"
    assert capsys.readouterr().out == ""


def test_a_report_does_not_overwrite_its_log(
    called: Called, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "a.log"
    log.write_text("evidence")

    code = called(refused(), str(log), "-o", str(log))["code"]

    assert (code, log.read_text()) == (2, "evidence")
    assert "is an input and would be overwritten" in capsys.readouterr().err


def test_a_suppressed_finding_is_shown_and_does_not_fail_the_run(
    tmp_path: Path, called: Called, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "known.toml"
    entry = '[[suppress]]\nrule = "rejected-after-auth"\nreason = "ticket 4711"\nuntil = 9999-12-31\n'
    file.write_text(entry, "utf-8")

    assert called(refused(), "--suppress", str(file))["code"] < 13
    assert "suppressed until 9999-12-31: ticket 4711" in " ".join(capsys.readouterr().out.split())

    file.write_text(entry.replace("9999", "2001"), "utf-8")

    assert called(refused(), "--suppress", str(file))["code"] == 13
    assert "expired on 2001-12-31" in " ".join(capsys.readouterr().out.split())


def test_what_the_baseline_has_already_does_not_fail_the_run(
    tmp_path: Path, called: Called, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "before.json"
    called(refused(), "--format", "json", "-o", str(file))

    assert called(refused(), "--baseline", str(file))["code"] == 0
    assert called(many(), "--baseline", str(file))["code"] == 12

    file.write_text("{}", "utf-8")

    assert called(refused(), "--baseline", str(file))["code"] == 2
    assert "before.json: is no report of mcplog in JSON" in capsys.readouterr().err

    assert called(refused(), "--baseline", str(tmp_path / "gone.json"))["code"] == 3
