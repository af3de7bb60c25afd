"""Sentences with values in them, as people read them."""

import pytest

from mcplog.rules.templates import fill, for_people, parsed

REPORT = '{"url":"https://a.example/mcp","error":"SSE error: Non-200 status code (202)","stack":"Error: SSE…'


@pytest.mark.parametrize(
    ("excerpt", "text"),
    [
        (f"SSE Connection error: {REPORT}", "SSE Connection error: SSE error: Non-200 status code (202)"),
        ('Failed: {"url":"u","error":"it said \\"no\\"","stack":"', 'Failed: it said "no"'),
        ('Failed: {"url":"u","error":"cut of', "Failed: cut of"),
        ('Failed: {"url":"u","stack":"', 'Failed: {"url":"u","stack":"'),
        ("Failed: no", "Failed: no"),
    ],
)
def test_of_an_errors_report_the_error_is_told(excerpt: str, text: str) -> None:
    assert for_people("excerpt", excerpt) == text


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (
            {"error_description": "Registration is closed", "excerpt": "Failed: HTTP 403"},
            "Refused: Registration is closed",
        ),
        ({"excerpt": "Failed: HTTP 403"}, "Refused: Failed: HTTP 403"),
        ({}, "Refused: unknown"),
    ],
)
def test_an_error_that_describes_itself_with_no_word_is_told_by_its_line(row: dict[str, str], text: str) -> None:
    assert fill(parsed("Refused: {error_description}"), lambda _alias, column: row.get(column)) == text
