"""What of a paste is somebody else's words, and what tells nothing."""

import pytest

from mcplog.knowledge.reported_facts import load_reported_facts
from mcplog.parse.paste_lines import Line, lines_of
from mcplog.parse.report_passages import quoted_lines, reports_something, untelling_lines

TABLE = load_reported_facts()
STAMP = "2026-08-05T19:57:20.690Z"


def lines(text: str) -> list[Line]:
    return list(lines_of(text))


@pytest.mark.parametrize(
    ("text", "reports"),
    [
        ("# docs: how a sign-in goes\n", False),
        ("# [Documentation] Say how a sign-in goes\n", False),
        ("# The docs are wrong\n", True),
        ("# Servers\n\nA list of pain points.\n", False),
        ("```\ndocs: x\n```\n# It fails\n", True),
        ("# It fails\n\n## Changes\n\nx\n\n**Test plan:**\n\n- y\n", False),
        ("# It fails\n\n## Changes\n\nnone on our side\n", True),
        ("# fix(auth)!: it fails\n\n## Changes (`a.py`)\n\nx\n", False),
        ("# fix(auth): it fails\n", True),
        ("# It fails\n\nfix : #12, #13\n", False),
        ("# It fails\n\nFixes #12 for me.\n", True),
        ("# It fails\n\n### FAQ\n", False),
        ("## [1.2.0] - 2026-01-14\n\n### Added\n\n- x\n\n### Fixed\n\n- y\n", False),
        ("", True),
    ],
)
def test_documentation_and_lists_of_wishes_report_nothing(text: str, *, reports: bool) -> None:
    assert reports_something(lines(text), TABLE) is reports


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("said\n> quoted\n```\nfenced\n```\n⎿ printed\n", {2, 4, 6}),
        (f"said\n{STAMP} one\nbetween\n{STAMP} two\nbehind\n", {2, 3, 4}),
        (f"Traceback (most recent call last):\n  x\n{STAMP} one\n{STAMP} two\n", {1, 2, 3, 4}),
        (f"{STAMP} one\n\n{STAMP} two\n", set()),
    ],
)
def test_quotes_and_what_programs_print_are_other_words(text: str, numbers: set[int]) -> None:
    assert quoted_lines(text, lines(text)) == numbers


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("| Error | Fix |\n|---|:--|\n| a | b |\n| c | d |\n\n| e | f |\n", {3, 4}),
        ("| Error | Fix attempted |\n|---|---|\n| a | b |\n", set()),
        ("[DEBUG] a\nb\n[ERROR] c\nd\n", {1, 2, 3}),
    ],
)
def test_rows_of_advice_and_lines_of_logs_tell_nothing(text: str, numbers: set[int]) -> None:
    assert untelling_lines(lines(text), set(), TABLE) == numbers
