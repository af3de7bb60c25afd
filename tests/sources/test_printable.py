"""printable: no name of a file reaches a terminal that would obey it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcplog.sources.printable import LIMIT, printable


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("debug/a.txt", "debug/a.txt"),
        ("日本/сервер", "日本/сервер"),
        ("a\nb\x1b[31m", "a\\x0ab\\x1b[31m"),
        ("a\udcffb", "a\\xffb"),
        ("a\u202eb", "a\\u202eb"),
        ("a\ud800b", "a\\ud800b"),
    ],
)
def test_what_cannot_be_printed_is_escaped(name: str, shown: str) -> None:
    assert printable(name) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("saved/callback?code=c-1&state=s.1.txt", "saved/callback?code=[REDACTED]&state=[REDACTED].txt"),
        ("x_access_token=abc/debug.txt", "x_access_token=[REDACTED]/debug.txt"),
        ("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln.log", "[REDACTED].log"),
        ("eyJ.txt", "eyJ.txt"),
        ("page=2&size=3.txt", "page=2&size=3.txt"),
        ("code=", "code="),
        ("state='s.1'.txt", "state='[REDACTED]'.txt"),
        ('{"refreshToken":"r-1"}.txt', '{"refreshToken":"[REDACTED]"}.txt'),
        ("vscode:x/code/a.txt", "vscode:x/code/a.txt"),
    ],
)
def test_a_secret_in_a_name_is_not_repeated(name: str, shown: str) -> None:
    assert printable(name) == shown


def test_a_very_long_name_loses_its_middle() -> None:
    assert printable("a" * 200 + "b" * 200) == "a" * 150 + "…" + "b" * 149


@given(st.text(st.characters(), max_size=400))
def test_whatever_a_name_is_the_result_can_be_printed_and_encoded(name: str) -> None:
    shown = printable(name)

    assert shown.isprintable()
    assert len(shown.encode("utf-8").decode("utf-8")) <= LIMIT
