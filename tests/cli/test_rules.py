"""`mcplog rules test` and `rules new`: on a small pack, good and bad."""

import sys
from pathlib import Path

import pytest

from mcplog.cli.app import main
from tests.rules.given import rule_text

LINE = '2026-03-04T09:00:0{}.000Z [DEBUG] MCP server "notes": {}\n'
GOOD = ("Saving tokens", "Successfully connected (transport: http) in 9ms")
LOG = "debug/5e55104a-0000-4000-8000-00000000000a.txt"
QUERY = "sequence by server [token_saved] [connected]"


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["mcplog", *words])
    return main()


START = "2026-03-04T08:59:59.000Z [DEBUG] MDM settings load completed in 1ms\n"


def case(rule: Path, name: str, *messages: str, form: str = LOG) -> None:
    lines = START + "".join(LINE.format(number, text) for number, text in enumerate(messages))
    file = rule / name / form
    file.parent.mkdir(parents=True)
    file.write_text(lines if form == LOG else f"It fails.\n\n```\n{lines}```\n", "utf-8")


@pytest.fixture
def rule(tmp_path: Path) -> Path:
    folder = tmp_path / "pack" / "a-rule"
    folder.mkdir(parents=True)
    (folder / "rule.toml").write_text(rule_text(QUERY), "utf-8")
    case(folder, "confirmed/one", *GOOD)
    case(folder, "confirmed/two", GOOD[0], "Starting token refresh", GOOD[1])
    case(folder, "possible/pasted", *GOOD, form="issue.md")
    case(folder, "none/nothing-saved", GOOD[1])
    case(folder, "none/not-connected", GOOD[0], "Starting token refresh")
    return folder


def test_a_pack_that_holds_has_a_row_for_each_rule(
    rule: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "rules", "test", str(rule.parent)) == 0
    assert capsys.readouterr().out.splitlines() == [
        "rule    confirmed  possible      none",
        "a-rule          2         1         2",
        "1 rules, 5 cases: all hold",
    ]


def test_a_mutant_that_no_case_notices_fails(
    rule: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "rules", "test", str(rule), "--mutate") == 1
    out = capsys.readouterr().out.splitlines()

    assert out[1].endswith("of 4")
    assert "  no case notices: deleted the key server" in out


def test_a_case_with_another_verdict_and_a_missing_one_fail(
    rule: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (rule / "confirmed" / "two").rename(rule / "none" / "two")

    assert run(monkeypatch, "rules", "test", str(rule.parent)) == 1
    assert capsys.readouterr().out.splitlines()[2:] == [
        "  has 1 cases in confirmed/, needs 2",
        "  none/two: is confirmed",
        "1 rules, 5 cases: 1 rules do not hold",
    ]


def test_a_rule_with_faults_is_a_fault_of_the_command_line(
    rule: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (rule / "rule.toml").write_text(rule_text("[connectd]"), "utf-8")

    assert run(monkeypatch, "rules", "test", str(rule.parent)) == 2
    assert "did you mean `connected`?" in capsys.readouterr().err


def test_a_new_rule_compiles_and_lacks_its_cases(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "query.txt").write_text(QUERY, "utf-8")

    assert (
        run(monkeypatch, "rules", "new", "two-tenants", "--in", str(tmp_path), "--query", str(tmp_path / "query.txt"))
        == 0
    )
    assert capsys.readouterr().out.splitlines()[-1] == f"then: mcplog rules test {tmp_path / 'two-tenants'} --mutate"
    assert run(monkeypatch, "rules", "test", str(tmp_path / "two-tenants")) == 1
    assert "has 0 cases in confirmed/, needs 2" in capsys.readouterr().out
    assert run(monkeypatch, "rules", "new", "two-tenants", "--in", str(tmp_path)) == 2


def test_a_new_rule_whose_query_has_faults_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "query.txt").write_text("[connectd]", "utf-8")

    assert run(monkeypatch, "rules", "new", "x", "--in", str(tmp_path), "--query", str(tmp_path / "query.txt")) == 2
    assert "there is no event kind `connectd`" in capsys.readouterr().err
    assert not (tmp_path / "x").exists()
