"""for_people: a value as people read it."""

import pytest

from mcplog.rules.templates import for_people

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
