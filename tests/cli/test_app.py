"""The program as a whole: help, version, usage, and how it ends."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mcplog import __version__
from mcplog.cli.app import main
from mcplog.cli.commands import group

NAMES = list(group().commands)
HEAVY = {"polars", "rich", "pydantic", "lark", "jwt", "msgspec", "mcplog.pipeline", "mcplog.model.finding"}
SAMPLES = Path(__file__).parents[2] / "samples"
# What only other inputs need: pastes, archives, issues, odd tokens, terminals, tables and rules that were not compiled.
UNUSED = {
    "email.parser",
    "jwt",
    "lark",
    "markdown_it",
    "mcplog.parse.paste",
    "mcplog.parse.reported",
    "mcplog.sources.archive",
    "mcplog.sources.issue_export",
    "rich",
    "tomllib",
    "zstandard",
}


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr(sys, "argv", ["mcplog", *words])
    return main()


@pytest.mark.parametrize("words", [["--help"], ["--version"], *([name, "--help"] for name in NAMES)])
def test_help_and_version_load_nothing_heavy(words: list[str]) -> None:
    code = (
        "import sys\n"
        "from mcplog.cli.commands import group\n"
        f"group({words[0]!r})({words!r}, standalone_mode=False)\n"
        f"print(sorted(set(sys.modules) & {HEAVY!r}), file=sys.stderr)\n"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603 - ourselves

    assert done.stderr == "[]\n"


def test_a_recorded_log_loads_nothing_that_it_does_not_need(tmp_path: Path) -> None:
    log = shutil.copy(next((SAMPLES / "healthy").rglob("debug/*.txt")), tmp_path / "log.txt")
    code = (
        "import sys\n"
        "from mcplog.cli.app import main\n"
        f"sys.argv = ['mcplog', 'analyze', '--exit-zero', '-o', {os.devnull!r}, {str(log)!r}]\n"
        "main()\n"
        f"print(sorted(set(sys.modules) & {UNUSED!r}))\n"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603 - ourselves

    assert (done.stdout, done.stderr) == ("[]\n", "")


@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_a_help_with_an_example(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(monkeypatch, name, "--help")
    text = capsys.readouterr().out

    assert code == 0
    assert f"  mcplog {name}" in text.split("Example", 1)[1]


def test_the_version_is_that_of_the_package(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "--version") == 0
    assert capsys.readouterr().out == f"mcplog {__version__}\n"


def test_without_a_command_the_help_is_shown_as_a_usage_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch) == 2
    assert capsys.readouterr().out.startswith("Usage: mcplog ")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["analyse"], "mcplog: No such command 'analyse'. Did you mean 'analyze'?\n"),
        (["analyze", "--servr", "x"], "mcplog: No such option '--servr'. Did you mean '--server'?\n"),
        (
            ["analyze", "--since", "yesterday"],
            "mcplog: Invalid value for '--since': write it like 2026-11-25T08:20 (UTC) or 2026-11-25T09:20+01:00\n",
        ),
        (["analyze", "--width", "10"], "mcplog: Invalid value for '--width': 10 is not in the range x>=40\n"),
    ],
)
def test_a_usage_error_is_one_line_and_a_hint(
    words: list[str], told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(monkeypatch, *words)
    stderr = capsys.readouterr().err

    assert code == 2
    assert stderr.startswith(told)
    assert stderr.endswith("--help` shows how it is used.\n")
    assert stderr.count("\n") == 2


def test_a_key_that_is_refused_is_not_repeated(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for word in ("hunter2", "abcdef12"):
        assert run(monkeypatch, "analyze", "--fingerprint-key", word) == 2
        assert word not in capsys.readouterr().err


def test_a_reader_that_goes_away_is_no_fault() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "mcplog", "schema"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        told = process.stderr.read()

    assert (process.returncode, told) == (0, "")


def test_a_process_that_ends_at_once_has_written_all_and_keeps_its_exit_code() -> None:
    sample = str(SAMPLES / "401-after-sign-in")
    command = [sys.executable, "-m", "mcplog", "analyze", sample]

    quick = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - ourselves
    # `--format` is read by typer, and that process ends as any other.
    usual = subprocess.run([*command, "--format", "terminal"], capture_output=True, text=True, check=False)  # noqa: S603 - the same

    assert quick.returncode == usual.returncode == 13
    assert [line for line in quick.stdout.splitlines() if "#" not in line] == [
        line
        for line in usual.stdout.splitlines()
        if "#" not in line  # fingerprints are of a key of each run
    ]


def test_a_reader_that_closes_the_pipe_is_told_nothing() -> None:
    command = [sys.executable, "-m", "mcplog", "analyze", str(SAMPLES / "401-after-sign-in")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:  # noqa: S603 - ourselves
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        told = process.stderr.read()

    assert told == b""
