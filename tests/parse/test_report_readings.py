"""What else a sentence says."""

import pytest

from mcplog.parse.report_readings import server_url


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("see <https://a.example/mcp>.", "https://a.example/mcp"),
        ("[x](https://a.example/sse?token=s#f)", "https://a.example/sse"),
        ("https://github.com/o/r/issues/1 and http://127.0.0.1:8000/mcp", "http://127.0.0.1:8000/mcp"),
        ("https://", None),
        ("none", None),
    ],
)
def test_an_address_is_without_what_surrounds_it(text: str, url: str | None) -> None:
    assert server_url(text) == url
