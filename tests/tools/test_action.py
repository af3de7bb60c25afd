"""What the GitHub Action runs, run here: the reports, the outputs, the summary and the exit code that a job sees."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "tools" / "action.sh"
INPUTS = ("PATHS", "CREDENTIALS", "SERVER", "FAIL_ON", "PYTHON")
RACE = ROOT / "samples" / "race"


class Job:
    """A job's folders, and what the script leaves in them."""

    def __init__(self, top: Path) -> None:
        self.top = top
        (top / "bin").mkdir()
        command = top / "bin" / "mcplog"
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m mcplog "$@"\n')
        command.chmod(0o755)

    def run(self, **inputs: str) -> subprocess.CompletedProcess[str]:
        """Run the script with the action's inputs."""
        environment = {
            "PATH": f"{self.top / 'bin'}:{os.environ['PATH']}",
            "HOME": str(self.top),
            "PYTHONPATH": os.pathsep.join(item for item in sys.path if item),
            "RUNNER_TEMP": str(self.top),
            "GITHUB_OUTPUT": str(self.top / "output"),
            "GITHUB_STEP_SUMMARY": str(self.top / "summary"),
            **{f"MCPLOG_{name}": value for name, value in inputs.items()},
        }
        return subprocess.run(["bash", SCRIPT], env=environment, capture_output=True, text=True, check=False)  # noqa: S603, S607 - our own script

    def outputs(self) -> dict[str, str]:
        """Return what the step hands on."""
        lines = (self.top / "output").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)


@pytest.fixture(name="job")
def _job(tmp_path: Path) -> Job:
    return Job(tmp_path)


def test_an_incident_fails_the_job_and_leaves_its_reports(job: Job) -> None:
    done = job.run(PATHS=str(RACE), FAIL_ON="high")
    folder = Path(job.outputs()["folder"])

    assert done.returncode == 13, done.stderr
    assert {name: job.outputs()[name] for name in ("verdict", "code")} == {"verdict": "incident", "code": "13"}
    assert done.stdout.startswith("::error ")
    assert json.loads((folder / "report.json").read_text())["verdict"] == "incident"
    assert json.loads((folder / "report.sarif").read_text())["version"] == "2.1.0"
    assert "refresh-race" in (job.top / "summary").read_text()


def test_what_is_below_the_severity_passes_and_is_told(job: Job) -> None:
    done = job.run(PATHS=str(RACE), FAIL_ON="critical")

    assert done.returncode == 0, done.stderr
    assert job.outputs()["verdict"] == "incident"
    assert "::error " in done.stdout


def test_paths_are_lines_and_never_words_of_a_shell(job: Job, tmp_path: Path) -> None:
    odd = tmp_path / "a $(touch pwned) 'b' \"c\".txt"
    odd.write_text('2026-11-25T08:20:00.000Z [DEBUG] MCP server "notes": Returning tokens\n')
    done = job.run(PATHS=f"\n{odd}\n", SERVER="$(touch pwned)", FAIL_ON="never")

    assert done.returncode == 0, done.stderr
    assert not (Path.cwd() / "pwned").exists()
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize(("paths", "code"), [("", 2), ("/nowhere", 3), ("--help", 3)])
def test_what_cannot_be_analysed_fails_whatever_is_asked_for(paths: str, code: int, job: Job) -> None:
    done = job.run(PATHS=paths, FAIL_ON="never")

    assert done.returncode == code
    assert "::error::" in done.stdout


def test_the_action_hands_its_inputs_over_by_the_environment_alone() -> None:
    text = (ROOT / "action.yml").read_text("utf-8")
    script = text[text.index("runs:") :]
    run = next(line for line in script.splitlines() if line.strip().startswith("run:"))

    assert "${{" not in run
    assert [name for name in INPUTS if f"MCPLOG_{name}: ${{{{ inputs." not in script] == []


def test_the_job_that_reads_logs_may_not_write_and_the_one_that_writes_reads_none() -> None:
    text = (ROOT / "docs" / "ci.md").read_text("utf-8").partition("<!-- workflow -->")[2].partition("```\n\n")[0]
    read, write = text.partition("  read:")[2].split("  write:")

    assert "permissions: {}" in text
    assert "write" not in read.partition("permissions:")[2].partition("steps:")[0]
    assert "contents: read" in read
    assert "checkout" not in write
    assert "paths:" not in write
    assert "persist-credentials: false" in read


@pytest.mark.parametrize(("fail_on", "code"), [("high", 13), ("critical", 0)])
def test_the_hook_fails_from_a_severity_upwards_and_passes_below_it(fail_on: str, code: int) -> None:
    hook = (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")
    entry = hook.partition("entry: ")[2].splitlines()[0]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(item for item in sys.path if item)}
    words = [sys.executable, *entry.split()[1:], "--fail-on", fail_on, *map(str, (RACE / "debug").glob("*-*.txt"))]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own

    assert entry.startswith("python -m mcplog.")
    assert done.returncode == code, done.stderr
    assert "refresh-race" in done.stdout
