"""The commands beside `analyze`, on an analysis made by hand."""

import os
import sys
from importlib import import_module
from pathlib import Path

import pytest

from mcplog.cli.app import main
from mcplog.model.finding import Analysis
from tests.report.analyses import refused

RULE = "rejected-after-auth"


@pytest.fixture(autouse=True)
def given(monkeypatch: pytest.MonkeyPatch) -> None:
    def analysis_of(**_: object) -> Analysis:
        return refused()

    for command in ("explain", "why_not", "timeline"):
        monkeypatch.setattr(import_module(f"mcplog.cli.{command}"), "analysis_of", analysis_of)


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["mcplog", *words])
    return main()


def test_explain_proves_the_findings_of_a_rule(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "explain", RULE) == 0
    assert capsys.readouterr().out.startswith(f"{RULE} on notes: confirmed\n")


def test_explain_says_when_there_is_nothing_to_prove(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "explain", "refresh-race") == 0
    out, err = capsys.readouterr()

    assert out == ""
    assert err.splitlines() == [
        "mcplog: refresh-race was not found",
        "  `mcplog why-not refresh-race` with the same inputs says what is missing.",
    ]


@pytest.mark.parametrize("words", [["explain"], ["why-not"], ["rules", "show"]])
def test_a_rule_that_does_not_exist_is_told_with_names_like_it(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, *words, "refresh-rase") == 2
    assert capsys.readouterr().err.startswith("mcplog: there is no rule 'refresh-rase'\n  Did you mean refresh-race")


def test_why_not_names_the_clause_that_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "why-not", RULE) == 0
    assert capsys.readouterr().out.startswith(f"{RULE} on notes: not found; this fails:\n1. false  [")


def test_rules_are_listed_and_shown(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, "rules", "list") == 0
    assert RULE in capsys.readouterr().out
    assert run(monkeypatch, "rules", "show", RULE) == 0
    assert capsys.readouterr().out.startswith(f"{RULE}: ")


def test_a_timeline_without_events_has_its_head_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "timeline") == 0
    assert capsys.readouterr().out.count("\n") == 1


def test_grammar_coverage_counts_the_messages_of_a_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "debug.txt"
    log.write_text(
        '2026-11-25T08:20:00.000Z [DEBUG] MCP server "notes": Saving tokens\n'
        '2026-11-25T08:20:00.001Z [DEBUG] MCP server "notes": Dancing on 7 tables\n'
    )

    assert run(monkeypatch, "grammar", "coverage", str(log)) == 0
    assert capsys.readouterr().out.splitlines()[-1].split() == ["1", "?", "Dancing", "on", "<n>", "tables"]


STRANGE = (
    '2026-11-25T08:20:00.000Z [DEBUG] MCP server "notes": Successfully connected (transport: http) in 4ms\n'
    '2026-11-25T08:20:00.001Z [DEBUG] MCP server "notes": Dancing on 7 tables\n'
)


def test_grammar_propose_drafts_what_is_not_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "debug.txt").write_text(STRANGE)

    assert run(monkeypatch, "grammar", "propose", str(tmp_path)) == 0
    assert capsys.readouterr().out.splitlines() == [
        "1 event: Dancing on <n> tables",
        '  message.lark     | "Dancing on " NUMBER " tables" -> dancing_tables',
        '  event_kinds.py   "dancing_tables",',
        "  samples/dancing_tables.txt  -<TAB>Dancing on 7 tables",
        "",
    ]


def test_grammar_client_tells_the_version_by_the_wording(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "debug.txt"
    log.write_text(STRANGE)

    assert run(monkeypatch, "grammar", "client", str(log), "--width", "120") == 0
    assert capsys.readouterr().out.splitlines() == [
        str(log),
        "  client later than 2.1.30, by its wording",
        "       1  wording      later than 2.1.30: Successfully connected (transport: http) in 4ms",
        "",
    ]


def test_doctor_finds_logs_and_a_store_that_others_can_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(tmp_path))
    (tmp_path / "debug").mkdir()
    (tmp_path / "debug" / "a.txt").write_text("x")
    (tmp_path / "debug" / "latest").symlink_to(tmp_path / "gone.txt")
    os.utime(tmp_path / "debug" / "a.txt", (0, 0))
    (tmp_path / ".credentials.json").write_text("{}")
    (tmp_path / ".credentials.json").chmod(0o644)

    code = run(monkeypatch, "doctor", "--width", "140")
    out = capsys.readouterr().out

    assert code == 0
    assert [line.split()[:3] for line in out.splitlines()][1][:2] == ["debug", "logs"]
    assert "points to a file that is gone" in " ".join(out.split())
    assert "chmod 600" in out


def test_doctor_finds_a_history_that_others_can_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    run(monkeypatch, "doctor", "--width", "140")
    without = capsys.readouterr().out
    (tmp_path / "mcplog").mkdir()
    (tmp_path / "mcplog" / "history.db").write_text("")
    (tmp_path / "mcplog" / "history.db").chmod(0o644)
    run(monkeypatch, "doctor", "--width", "140")

    assert "no snapshots of the store are kept" in without
    assert "chmod 600" in capsys.readouterr().out


def test_doctor_says_how_to_get_a_log_where_there_is_none(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "doctor") == 3
    assert "Start `claude --debug`" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("version", "newer", "told"),
    [
        ("2.0.75", "server", "writes a debug log in every session"),
        ("2.1.232", "debug", "writes a debug log only when it is asked for"),
        ("2.1.232", "server", "ran after the newest debug log was written"),
    ],
)
def test_doctor_says_whether_the_client_that_ran_last_logs(
    version: str,
    newer: str,
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    logs = {
        "debug": tmp_path / "config" / "debug" / "a.txt",
        "server": tmp_path / "cache" / "claude-cli-nodejs" / "p" / "mcp-logs-notes" / "a.jsonl",
    }
    for kind, log in logs.items():
        log.parent.mkdir(parents=True)
        log.write_text(f'{{"headers":{{"User-Agent":"claude-code/{version} (cli)"}}}}')
        os.utime(log, (2_000, 2_000) if kind == newer else (1_000, 1_000))

    run(monkeypatch, "doctor", "--width", "140")

    assert told in capsys.readouterr().out


SHELLS = [("bash", "complete -o"), ("zsh", "compdef"), ("fish", "complete --no-files")]


@pytest.mark.parametrize(("shell", "mark"), SHELLS)
def test_a_shell_gets_what_completes_commands(
    shell: str, mark: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "completion", shell) == 0
    assert mark in capsys.readouterr().out


def test_a_command_is_completed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("_MCPLOG_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "mcplog red")
    monkeypatch.setenv("COMP_CWORD", "1")

    assert run(monkeypatch) == 0
    assert capsys.readouterr().out == "plain,redact\n"


def test_a_shell_without_completion_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "completion", "tcsh") == 2
    assert "One of bash, zsh, fish." in capsys.readouterr().err
