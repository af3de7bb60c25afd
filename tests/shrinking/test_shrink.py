"""The smallest evidence tells the same, shows nothing private, and is read again from the file that was written."""

import sys
import zipfile
from pathlib import Path

import pytest

from checks.recording import recordings
from checks.secrets import secrets_of
from mcplog.cli.app import main
from mcplog.errors import NoInputError
from mcplog.model.vocabulary import Verdict
from mcplog.pipeline import all_rules
from mcplog.shrinking import Shrunk, shrink
from mcplog.shrinking.judge import Told
from mcplog.sources import gather

SAMPLES = Path(__file__).parents[2] / "samples"
MOST_LINES = 10
LOG = """\
2026-11-25T08:20:00.000Z [DEBUG] MCP server "secretname": Starting connection with timeout of 30000ms
2026-11-25T08:20:00.100Z [DEBUG] MCP server "other": Starting connection with timeout of 30000ms
2026-11-25T08:20:00.200Z [DEBUG] MCP server "secretname": Successfully connected (transport: http) in 41ms
2026-11-25T08:20:00.300Z [DEBUG] MCP server "other": Connection failed after 12ms: getaddrinfo ENOTFOUND a.example
"""


def shrunk(path: Path, server: str | None = None) -> Shrunk:
    inputs = gather([path], environment={}, home=Path("/nonexistent"), stdin=None)
    return shrink(inputs, all_rules(), key=b"k" * 32, server=server)


def run(monkeypatch: pytest.MonkeyPatch, *words: str | Path) -> int:
    monkeypatch.setattr(sys, "argv", ["mcplog", "shrink", *map(str, words)])
    return main()


@pytest.mark.parametrize("name", ["race", "401-after-sign-in"])
def test_a_sample_shrinks_to_a_few_lines_that_tell_the_same(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "smallest.zip"

    assert run(monkeypatch, SAMPLES / name, "-o", output) == 0  # what was written tells the same, or it is 10
    count = int(capsys.readouterr().out.split(": ")[1].split()[0])
    assert count <= MOST_LINES
    (recording,) = recordings(SAMPLES, word=name)
    text = b"".join(zipfile.ZipFile(output).read(member) for member in zipfile.ZipFile(output).namelist())
    assert [secret for secret in secrets_of(recording) if secret.encode() in text] == []


def test_what_is_healthy_stays_healthy() -> None:
    found = shrunk(SAMPLES / "healthy")

    assert str(found.told.verdict) == "healthy"
    assert found.line_count <= MOST_LINES


def test_one_log_is_one_text_without_the_names_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.txt").write_text(LOG)
    output = tmp_path / "smallest.txt"

    assert run(monkeypatch, tmp_path / "a.txt", "--server", "secretname", "-o", output) == 0
    assert "healthy" in capsys.readouterr().out
    assert "secretname" not in output.read_text()
    assert 1 <= len(output.read_text().splitlines()) <= 2


def test_several_files_need_a_zip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = Told(server="notes", verdict=Verdict.INCIDENT)
    two = Shrunk(files=(("a.txt", b""), ("b.txt", b"")), told=told, line_count=2, of_lines=9)
    monkeypatch.setattr("mcplog.cli.shrunk.shrink", lambda *_, **__: two)

    assert run(monkeypatch, SAMPLES / "race", "-o", tmp_path / "smallest.txt") == 2
    assert "Name a file that ends in .zip" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_an_input_is_never_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text(LOG)

    assert run(monkeypatch, tmp_path / "a.txt", "-o", tmp_path / "a.txt") == 2
    assert (tmp_path / "a.txt").read_text() == LOG


def test_a_server_that_is_not_told_of_cannot_be_shrunk_to(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(LOG)

    with pytest.raises(NoInputError, match="nothing is told"):
        shrunk(tmp_path / "a.txt", server="nobody")
