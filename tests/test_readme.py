"""README.md: its examples run, its links lead somewhere, its picture is what the command draws."""

import contextlib
import io
import shlex
import shutil
import sys
from pathlib import Path

import pytest

from mcplog.cli.app import main

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
NOTHING_TO_READ = 3
WORST_IS_HIGH = 13
PICTURE = (
    f"analyze --exit-zero --format svg --width 100 --fingerprint-key {'0b' * 16} -o docs/report.svg "
    "samples/401-after-sign-in"
)


def block(mark: str) -> str:
    """Return the code behind `<!-- mark -->`."""
    return README.partition(f"<!-- {mark} -->\n```")[2].partition("\n")[2].partition("```")[0]


def examples() -> list[list[str]]:
    return [shlex.split(line, comments=True) for line in block("examples").splitlines()]


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder with the samples, in which an example may write."""
    shutil.copytree(ROOT / "samples", tmp_path / "samples")
    (tmp_path / "docs").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_there_are_examples() -> None:
    assert {words[0] for words in examples()} == {"mcplog"}
    assert {"analyze", "explain", "why-not", "timeline", "rules", "doctor"} <= {words[1] for words in examples()}


@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize("words", examples(), ids=" ".join)
def test_an_example_runs(words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    reads_this_machine = words[1:] in (["analyze"], ["doctor"], ["snapshot"], ["watch"])
    monkeypatch.setattr(sys, "argv", words)

    code = main()
    out, err = capsys.readouterr()

    assert code == (
        NOTHING_TO_READ if reads_this_machine else WORST_IS_HIGH if words[1] in ("analyze", "verify") else 0
    ), err
    assert out or "-o" in words or reads_this_machine


@pytest.mark.usefixtures("tree")
def test_the_library_example_runs() -> None:
    written = io.StringIO()
    with contextlib.redirect_stdout(written):
        exec(block("example"), {})  # noqa: S102 - our own text

    assert written.getvalue().startswith("notes incident Sessions race one rotating refresh token\n")


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/glossary.md"])
def test_links_lead_to_files_that_exist(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    targets = [part.partition(")")[0].partition("#")[0] for part in text.split("](")[1:]]
    local = [target for target in targets if target and "://" not in target]

    assert [target for target in local if not ((ROOT / page).parent / target).exists()] == []


def test_the_picture_is_what_the_command_draws(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When this fails: `mcplog` with the words of PICTURE writes it anew."""
    monkeypatch.setattr(sys, "argv", ["mcplog", *PICTURE.split()])

    assert main() == 0
    assert (tree / "docs" / "report.svg").read_text("utf-8") == (ROOT / "docs" / "report.svg").read_text("utf-8")
