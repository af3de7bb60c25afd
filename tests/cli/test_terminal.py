"""page_for: what the environment says about width, characters and colour."""

import io
import sys
from pathlib import Path

import pytest

from mcplog.cli.terminal import page_for
from mcplog.report.layout import Page


class Screen(io.TextIOWrapper):
    """Standard output that is a terminal."""

    def isatty(self) -> bool:
        """Say yes."""
        return True


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "COLORTERM", "COLUMNS", "TERM"):
        monkeypatch.delenv(name, raising=False)


def on_screen(monkeypatch: pytest.MonkeyPatch, encoding: str = "utf-8", **environment: str) -> Page:
    monkeypatch.setattr(sys, "stdout", Screen(io.BytesIO(), encoding=encoding))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return page_for(width=80)


@pytest.mark.parametrize(
    ("environment", "colour"),
    [
        ({"TERM": "xterm"}, "standard"),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, "truecolor"),
        ({"TERM": "xterm", "NO_COLOR": "1"}, ""),
        ({"TERM": "dumb"}, ""),
        ({"TERM": "xterm", "NO_COLOR": ""}, "standard"),
    ],
)
def test_a_terminal_has_colour_unless_told_otherwise(
    environment: dict[str, str], colour: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert on_screen(monkeypatch, **environment).colour == colour


@pytest.mark.parametrize(
    ("encoding", "term", "ascii_only"),
    [("utf-8", "xterm", False), ("latin-1", "xterm", True), ("ascii", "xterm", True), ("utf-8", "dumb", True)],
)
def test_only_a_unicode_terminal_gets_unicode(
    encoding: str,
    term: str,
    ascii_only: bool,  # noqa: FBT001 - a parameter of pytest
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert on_screen(monkeypatch, encoding, TERM=term).ascii_only == ascii_only


def test_a_pipe_has_no_colour_unless_forced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="utf-8"))
    before = page_for()
    monkeypatch.setenv("FORCE_COLOR", "1")

    assert (before.colour, page_for().colour) == ("", "standard")


def test_a_file_has_neither_colour_nor_the_limits_of_the_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Screen(io.BytesIO(), encoding="ascii"))

    assert page_for(Path("report.txt"), 120) == Page(width=120)


def test_the_width_is_columns_when_it_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "72")

    assert page_for().width == 72
