"""The pages for readers: their examples run, what they quote is what is printed, their links lead somewhere.

<!-- examples -->         each line of the block runs; `exits with N` in its comment is its exit code
<!-- shows: WORDS -->     every line of the block stands in what the command WORDS prints, in this order
<!-- example -->          the block is Python and runs
"""

import contextlib
import io
import re
import shlex
import shutil
import sys
from pathlib import Path

import pytest

from mcplog.cli.app import main
from mcplog.rules.language import compile_rule

ROOT = Path(__file__).parents[1]
NAMES = ("first-diagnosis", "reading-a-report", "collecting-evidence", "writing-a-rule", "library", "privacy", "triage")
BLOCK = re.compile(r"<!-- (?P<mark>[^\n]+) -->\n```\w+\n(?P<code>.*?)```", re.DOTALL)
EXIT = re.compile(r"#.*exits with (\d+)")


def blocks(name: str) -> list[tuple[str, str]]:
    text = (ROOT / "docs" / f"{name}.md").read_text("utf-8")
    return [(block["mark"], block["code"]) for block in BLOCK.finditer(text)]


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder with the samples, in which an example may write."""
    shutil.copytree(ROOT / "samples", tmp_path / "samples")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", words)
    code = main()
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize("name", NAMES)
def test_the_commands_of_a_page_do_what_it_says(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for mark, code in blocks(name):
        if mark == "examples":
            for line in code.splitlines():
                told = EXIT.search(line)
                code_of_line, _, err = run(shlex.split(line, comments=True), monkeypatch, capsys)

                assert (line, code_of_line) == (line, int(told[1]) if told else 0), err
        elif mark.startswith("shows: "):
            _, out, _ = run(shlex.split(mark.removeprefix("shows: ")), monkeypatch, capsys)
            at = [out.find(line) for line in code.splitlines()]

            assert -1 not in at, (code, out)
            assert at == sorted(at)


PYTHON = [
    (name, number, code) for name in NAMES for number, (mark, code) in enumerate(blocks(name)) if mark == "example"
]


@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize(("name", "number", "code"), PYTHON, ids=[f"{name} {number}" for name, number, _ in PYTHON])
def test_the_python_of_a_page_runs(name: str, number: int, code: str) -> None:
    written = io.StringIO()
    with contextlib.redirect_stdout(written):
        exec(code, {})  # noqa: S102 - our own text

    assert written.getvalue(), (name, number)


def test_the_query_of_the_page_about_rules_compiles() -> None:
    (query,) = [code for mark, code in blocks("writing-a-rule") if mark == "rule"]
    template = (ROOT / "src/mcplog/rulepack/rejected-after-auth/rule.toml").read_text("utf-8")
    head, _, rest = template.partition("query = '''")
    whole = f"{head}{query}{rest.partition(chr(39) * 3)[2]}"

    assert compile_rule(whole, "rejected-after-auth").id == "rejected-after-auth"


@pytest.mark.parametrize("name", [*NAMES, "differential", "limits"])
def test_links_lead_to_files_that_exist(name: str) -> None:
    text = (ROOT / "docs" / f"{name}.md").read_text("utf-8")
    targets = [part.partition(")")[0].partition("#")[0] for part in text.split("](")[1:]]

    assert [target for target in targets if "://" not in target and not (ROOT / "docs" / target).exists()] == []
