"""`mcplog triage`: from the words on the command line to the rows, the files and the exit code."""

import io
import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mcplog.cli.app import main
from mcplog.cli.triaging import Shown, Stop
from mcplog.triage.engines.in_process import InProcess
from mcplog.triage.running import Progress
from mcplog.triage.work import work_on
from tests.triage.dumps import healthy, refused, written

Run = Callable[..., int]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs `mcplog triage` with some words and returns its exit code."""

    def call(*words: str | Path) -> int:
        monkeypatch.setattr(sys, "argv", ["mcplog", "triage", *map(str, words)])
        return main()

    return call


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    return written(tmp_path / "dump", {"1/a.txt": refused(), "2/a.txt": healthy(), "3/a.txt": refused("other")})


def test_all_that_is_asked_for_is_written(
    dump: Path, tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    outputs = ("--jsonl", out / "a.jsonl", "--csv", out / "a.csv", "--markdown", out / "a.md", "--comments", out / "c")

    assert run(dump, *outputs) == 0
    assert capsys.readouterr().out.startswith("3 cases · 3 logs")
    assert [json.loads(line)["type"] for line in (out / "a.jsonl").read_text().splitlines()] == [
        *("triage", "case", "finding", "case", "case", "finding", "done"),
    ]
    assert len((out / "a.csv").read_text().splitlines()) == 4
    assert (out / "a.md").read_text().startswith("# Triage of 3 cases\n")
    assert sorted(path.name for path in (out / "c").iterdir()) == ["1.md", "2.md", "3.md"]


def test_without_options_nothing_is_written_but_the_summary(
    dump: Path, tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(tmp_path.rglob("*"))

    assert run(dump) == 0
    assert sorted(tmp_path.rglob("*")) == before
    assert capsys.readouterr().err == ""


def test_a_baseline_tells_what_changed(
    dump: Path, tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    run(dump, "--jsonl", tmp_path / "old.jsonl")
    written(dump, {"2/a.txt": refused(), "4/a.txt": healthy()})
    capsys.readouterr()

    assert run(dump, "--baseline", tmp_path / "old.jsonl") == 0
    assert "1 new, 0 gone, 1 changed, 2 as before" in capsys.readouterr().out


def test_per_case_rows_are_the_cases(dump: Path, tmp_path: Path, run: Run) -> None:
    run(dump, "--per", "case", "--csv", tmp_path / "a.csv", "--jsonl", tmp_path / "a.jsonl")

    assert len((tmp_path / "a.csv").read_text().splitlines()) == 4
    assert '"finding"' not in (tmp_path / "a.jsonl").read_text().split("\n", 1)[1]


def test_stats_go_to_standard_error(dump: Path, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run(dump, "--stats")

    assert {"phases", "rates", "peak"} <= set(capsys.readouterr().err.split())


def test_standard_input_is_read(run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    body = refused()
    export = json.dumps([{"number": n, "title": "t", "body": body, "author": {"login": "x"}} for n in (1, 2)])
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(export.encode())))

    assert run("-") == 0
    assert capsys.readouterr().out.startswith("2 cases · 4 logs")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 3, "nothing to triage was named"),
        (("x", "--resume"), 2, "--resume needs --jsonl"),
        (("x", "--engine", "dask"), 2, "--engine dask needs --scheduler"),
        (("x", "--memory", "lots"), 2, "write it like 512M or 2G"),
        (("x",), 3, ""),
    ],
)
def test_what_cannot_be_done_is_told(
    words: tuple[str, ...], code: int, said: str, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*words) == code
    assert said in capsys.readouterr().err


def test_an_input_is_not_written_over(dump: Path, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(dump / "1" / "a.txt", "--csv", dump / "1" / "a.txt") == 2
    assert "is an input and would be overwritten" in capsys.readouterr().err


def test_the_first_ctrl_c_writes_what_is_done_and_ends_with_130(
    dump: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*words: object) -> object:
        signal.raise_signal(signal.SIGINT)
        return work_on(*words)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr("mcplog.triage.engines.in_process.work_on", interrupted)

    assert run(dump, "--csv", tmp_path / "a.csv") == 130
    assert len((tmp_path / "a.csv").read_text().splitlines()) == 4
    assert "what is done is written" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "cores", "size", "expected"),
    [
        ((), 4, 0, [4]),
        (("--workers", "3"), 4, 0, [3]),
        ((), 1, 0, []),
        ((), 4, 1 << 30, []),
        (("--engine", "in-process"), 4, 0, []),
    ],
)
def test_much_is_shared_out_among_the_cores(
    words: tuple[str, ...],
    cores: int,
    size: int,
    expected: list[int],
    dump: Path,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[int] = []

    def processes(workers: int) -> InProcess:
        asked.append(workers)
        return InProcess()

    monkeypatch.setattr("mcplog.triage.engines.processes.Processes", processes)
    monkeypatch.setattr("mcplog.cli.triaging.MUCH_BYTES", size)
    monkeypatch.setattr("os.cpu_count", lambda: cores)

    assert run(dump, *words) == 0
    assert asked == expected


def test_the_second_ctrl_c_stops_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    stop = Stop()
    stop(signal.SIGINT, None)

    assert stop.wished
    with pytest.raises(KeyboardInterrupt):
        stop(signal.SIGINT, None)
    assert capsys.readouterr().err.count("stopping") == 1


def test_progress_tells_rate_and_time_left(capsys: pytest.CaptureFixture[str]) -> None:
    shown = Shown()
    shown(Progress(units=10_000, units_done=2_500, bytes=400, bytes_done=100, seconds=50.0))
    shown.clear()

    assert capsys.readouterr().err.split("\r")[1] == "2,500 of 10,000 inputs, 50/s, 2 min 30 s left"
