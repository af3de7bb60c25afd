"""public_url prints no key; audience_fits compares as RFC 8707 asks."""

import pytest

from mcplog.credentials.resource_url import audience_fits, audience_is_slash_off, issuer_fits, public_url


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://mcp.example/mcp", "https://mcp.example/mcp"),
        ("HTTPS://MCP.Example:443/Mcp/", "https://mcp.example/Mcp/"),
        ("http://mcp.example:8080/", "http://mcp.example:8080/"),
        ("https://name:password@mcp.example/mcp?api_key=1#part", "https://mcp.example/mcp"),
        ("https://[::1]:8443/mcp", "https://[::1]:8443/mcp"),
        (" https://mcp.example/mcp\n", "https://mcp.example/mcp"),
        ("https://mcp.example:port/mcp", None),
        ("https://[::1/mcp", None),
        ("https:///mcp", None),
        ("mcp.example/mcp", None),
        ("file:///etc/passwd", None),
        ("", None),
    ],
)
def test_a_url_is_printed_without_what_may_be_a_key(text: str, shown: str | None) -> None:
    assert public_url(text) == shown


@pytest.mark.parametrize(
    ("audience", "fits"),
    [
        (("https://mcp.example/api/mcp",), True),
        (("https://mcp.example/api/mcp/",), True),
        (("https://MCP.example:443/api/mcp",), True),
        (("https://mcp.example",), True),
        (("https://mcp.example/",), True),
        (("https://mcp.example/api",), True),
        (("https://other.example", "https://mcp.example"), True),
        (("https://other.example/api/mcp",), False),
        (("http://mcp.example/api/mcp",), False),
        (("https://mcp.example:8443/api/mcp",), False),
        (("https://mcp.example/api/mc",), False),
        (("https://mcp.example/api/mcp/v2",), False),
        (("client-1",), False),
        (("https://other.example", "client-1"), False),
        (("account",), None),
        (("https://other.example", "account"), None),
        (("", ""), None),
        ((), None),
    ],
)
def test_an_audience_fits_when_it_is_the_server_or_a_parent_of_it(
    audience: tuple[str, ...], *, fits: bool | None
) -> None:
    assert audience_fits(audience, "https://mcp.example/api/mcp", "client-1") is fits


def test_nothing_fits_a_server_url_that_is_none() -> None:
    assert audience_fits(("https://mcp.example",), "mcp.example", "client-1") is None


def test_an_unknown_client_excludes_nothing() -> None:
    assert audience_fits(("client-1",), "https://mcp.example", None) is None


@pytest.mark.parametrize(
    ("audience", "is_off"),
    [
        (("https://mcp.example/mcp/",), True),
        (("https://MCP.example:443/mcp/", "https://other.example"), True),
        (("https://mcp.example/mcp",), False),
        (("https://mcp.example/mcp/", "https://mcp.example/mcp"), False),
        (("https://mcp.example",), False),
        (("the-client",), False),
        ((), None),
    ],
)
def test_an_audience_may_be_the_server_but_for_a_final_slash(audience: tuple[str, ...], *, is_off: bool | None) -> None:
    assert audience_is_slash_off(audience, "https://mcp.example/mcp") is is_off


@pytest.mark.parametrize(
    ("claimed", "fits"),
    [
        ("https://login.example/t", True),
        ("https://login.example/t/", True),
        ("https://login.example/other", False),
        ("https://login.example", False),
        (None, None),
        ("no address", None),
    ],
)
def test_an_issuer_is_the_one_that_was_discovered(claimed: str | None, *, fits: bool | None) -> None:
    assert issuer_fits(claimed, "https://login.example/t") is fits


def test_the_two_issuers_of_entra_are_not_compared() -> None:
    assert issuer_fits("https://sts.windows.net/t/", "https://login.microsoftonline.com/t/v2.0") is None
