"""Command lines that are read without typer mean what typer makes of them; all others are left to it."""

import subprocess
import sys
from collections.abc import Iterator
from inspect import signature
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcplog.cli import analysing, analyze, commands
from mcplog.cli.inputs import Inputs
from mcplog.cli.plain_words import plainly_asked

WORDS = st.one_of(
    st.sampled_from(
        [
            *("--exit-zero", "--credentials", "--server", "--format", "json", "-o", "--since", "--", "-", "--help"),
            *("--server=a", "--width", "80", "-f", "", "latest", "~/x", "a b", "--rules", "--strict-grammar"),
        ]
    ),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6),
)


class Asked(Exception):  # noqa: N818 - no fault: it carries what was asked for past typer
    """What `report_on` was called with."""


def meant(words: list[str]) -> dict[str, Any] | None:
    """Return what typer makes of `words`; null when it refuses them or shows a help."""

    def report_on(**asked: object) -> int:
        raise Asked(asked)

    with patch.object(analyze, "report_on", report_on):
        try:
            commands.run(words)
        except Asked as told:
            return dict(told.args[0])
        except Exception:  # noqa: BLE001 - whatever it is, typer refused the words
            return None
    return None


def defaults() -> dict[str, Any]:
    asked = meant(["analyze"])
    assert asked is not None
    return asked


@pytest.fixture(autouse=True, scope="module")
def _no_option_from_the_environment() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.delenv("MCPLOG_FINGERPRINT_KEY", raising=False)
        yield


@given(st.lists(WORDS, max_size=6))
def test_what_is_read_without_typer_is_what_typer_reads(words: list[str]) -> None:
    plain = plainly_asked(["analyze", *words], {})

    assert plain is None or {**defaults(), **plain} == meant(["analyze", *words])


def test_the_usual_command_lines_need_no_typer() -> None:
    assert plainly_asked(["analyze"], {}) == {"paths": [], "credentials": [], "server": None, "exit_zero": False}
    assert plainly_asked(
        ["analyze", "a.txt", "--credentials", "b", "--exit-zero", "--server", "notion", "-", "--credentials", "c"], {}
    ) == {
        "paths": ["a.txt", "-"],
        "credentials": [Path("b"), Path("c")],
        "server": "notion",
        "exit_zero": True,
    }


@pytest.mark.parametrize(
    "words", [["triage", "a"], ["--version"], [], ["analyze", "-f", "json"], ["analyze", "--server"]]
)
def test_the_rest_is_left_to_typer(words: list[str]) -> None:
    assert plainly_asked(words, {}) is None


def test_so_is_what_may_take_options_from_the_environment() -> None:
    assert plainly_asked(["analyze"], {"MCPLOG_FINGERPRINT_KEY": "00"}) is None


def test_what_nobody_asks_for_is_the_same_with_and_without_typer() -> None:
    left_out = {
        name: one.default
        for name, one in signature(analysing.report_on).parameters.items()
        if one.default is not one.empty
    }

    assert left_out
    assert {name: defaults()[name] for name in left_out} == left_out


def test_there_is_an_option_for_each_thing_that_is_asked_for() -> None:
    assert list(Inputs.__annotations__) == list(analysing.Asked.__annotations__)


def test_a_plain_command_line_does_not_load_typer(tmp_path: Path) -> None:
    (tmp_path / "log.txt").write_text("")
    code = (
        "import sys\n"
        "from mcplog.cli.app import main\n"
        f"sys.argv = ['mcplog', 'analyze', {str(tmp_path / 'log.txt')!r}]\n"
        "main()\n"
        "print({'typer', 'click'} & set(sys.modules))\n"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)  # noqa: S603 - ourselves

    assert done.stdout == "set()\n"
