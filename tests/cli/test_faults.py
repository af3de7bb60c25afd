"""told: one line, a hint, a code; no traceback and no secret."""

import io

import click
import pytest
import typer

from mcplog.cli.faults import say, told
from mcplog.errors import InputError, McplogError, NoInputError, RuleError, UsageError

SECRET = "eyJhbGciOiJIUzI1NiJ9.c2VjcmV0"  # noqa: S105 - a canary


def heard(fault: BaseException) -> tuple[int, str]:
    stderr = io.StringIO()
    try:
        raise fault  # noqa: TRY301 - a fault needs a traceback to be like those of `main`
    except BaseException as raised:  # noqa: BLE001 - what `told` gets in `main`
        return told(raised, stderr), stderr.getvalue()


@pytest.mark.parametrize(
    ("fault", "code", "text"),
    [
        (
            UsageError("is a folder", place="out/", hint="Name a file."),
            2,
            "mcplog: out/: is a folder\n  Name a file.\n",
        ),
        (NoInputError("nothing was found"), 3, "mcplog: nothing was found\n"),
        (InputError("cannot be read", place="a.log"), 3, "mcplog: a.log: cannot be read\n"),
        (McplogError("bad\x1b[2J"), 1, "mcplog: bad\\x1b[2J\n"),
        (click.UsageError("No such option."), 2, "mcplog: No such option\n  `mcplog --help` shows how it is used.\n"),
        (KeyboardInterrupt(), 130, ""),
        (typer.Abort(), 130, ""),
        (SystemExit(7), 7, ""),
    ],
)
def test_a_fault_is_told_in_one_line_with_its_code(fault: BaseException, code: int, text: str) -> None:
    assert heard(fault) == (code, text)


def test_all_faults_of_a_rule_are_told() -> None:
    code, text = heard(RuleError(("query, line 3: no such kind", "title: missing"), place="rule.toml"))

    assert code == 2
    assert text.splitlines()[:2] == ["mcplog: rule.toml: query, line 3: no such kind", "  title: missing"]


@pytest.mark.parametrize("debug", ["", "1"])
def test_an_unexpected_fault_shows_where_and_never_what_it_says(debug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MCPLOG_DEBUG", debug)

    code, text = heard(ValueError(SECRET))

    assert code == 1
    assert text.startswith("mcplog: internal error: ValueError in heard, line ")
    assert SECRET not in text
    assert ("File " in text) == bool(debug)


def test_what_is_said_to_a_stream_that_is_not_unicode_is_ascii() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="latin-1")
    say(stream, "日: gone", "Try “again”.")
    stream.seek(0)

    assert stream.read() == 'mcplog: \\u65e5: gone\n  Try "again".\n'
