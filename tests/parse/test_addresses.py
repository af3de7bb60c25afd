"""Addresses lose their secrets; what somebody hid stays unknown."""

import pytest

from mcplog.model.fingerprint import SecretKind, fingerprint
from mcplog.parse.addresses import endpoint, form_fields, hidden, is_masked, scopes

KEY = b"k" * 32


@pytest.mark.parametrize(
    ("url", "bare"),
    [
        ("https://a.example/mcp?x=1#y", "https://a.example/mcp"),
        ("https://user:pw@a.example:8443/mcp", "https://a.example:8443/mcp"),
        ("https://a.example/@scope/mcp", "https://a.example/@scope/mcp"),
        ("https://a.example[redacted]", "https://a.example[redacted]"),
        ("no url", "no url"),
    ],
)
def test_an_endpoint_has_no_query_and_no_user(url: str, bare: str) -> None:
    assert endpoint(url) == bare


@pytest.mark.parametrize("value", ["", "[REDACTED]", "***", "<token>", "b....[omitted]", "abc…", "xxx", "XXXX", "b..."])
def test_a_masked_value_is_unknown(value: str) -> None:
    assert is_masked(value)
    assert hidden(SecretKind.CODE, value, KEY) is None


def test_equal_values_have_equal_fingerprints() -> None:
    form = form_fields("grant_type=refresh_token&refresh_token=a%2Bb", KEY)

    assert form == {"reason": "refresh-token", "refresh_token": fingerprint(SecretKind.REFRESH_TOKEN, "a+b", KEY)}


@pytest.mark.parametrize(("text", "told"), [("a  b", "a b"), ("NONE", ""), ("NOT FOUND", ""), ("a:b", "a:b")])
def test_scopes_are_one_blank_apart(text: str, told: str) -> None:
    assert scopes(text) == told
