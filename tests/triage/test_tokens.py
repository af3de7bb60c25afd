"""Tokens: the same number for the same token, whatever the key of the run."""

import pytest

from mcplog.triage.tokens import Tokens


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("sent RT#3f9a01c2, held RT#00000000, sent RT#3f9a01c2", "sent RT#1, held RT#2, sent RT#1"),
        ("AT#3f9a01c2 and RT#3f9a01c2", "AT#1 and RT#1"),
        ("CODE#3f9a01c2", "CODE#1"),
        ("issue #42, C#3f9a01c2, RT#3f9a, RT#", "issue #42, C#3f9a01c2, RT#3f9a, RT#"),
        ("no token", "no token"),
    ],
)
def test_a_fingerprint_becomes_a_number(text: str, shown: str) -> None:
    assert Tokens().numbered(text) == shown


def test_numbers_go_on_from_text_to_text() -> None:
    tokens = Tokens()

    assert [tokens.numbered(f"RT#{digits}") for digits in ("3f9a01c2", "11111111", "3f9a01c2")] == [
        "RT#1",
        "RT#2",
        "RT#1",
    ]
