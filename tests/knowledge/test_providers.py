"""Providers are found by host, the particular before the general; nothing is found by a part of a name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcplog.errors import KnowledgeError
from mcplog.knowledge.providers import load_providers, parse_providers, provider_of

ENTRY = """
[[provider]]
id = "a"
name = "A"
hosts = ["a.example"]
rotation = "rotating"
registration = "dynamic"
source = "public"
"""
PROVIDERS = load_providers()


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("https://mcp.supabase.com/mcp", "supabase"),
        ("https://MCP.Atlassian.com/v1/sse", "atlassian"),
        ("https://tenant.eu.auth0.com/", "auth0"),
        ("https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0", "entra"),
        ("https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc", "cognito"),
        ("https://id.intranet.example/realms/staff", "keycloak"),
        ("https://api.stripe.com:443/mcp", "stripe"),
        ("mcp.newrelic.com", "new-relic"),
        ("https://notsupabase.com/mcp", None),
        ("https://supabase.com.example/mcp", None),
        ("https://user:secret@mcp.notion.com/mcp", "notion"),
        ("https://intranet.example/realm", None),
        ("", None),
        ("https://[half", None),
    ],
)
def test_a_provider_is_found_by_its_host(address: str, found: str | None) -> None:
    provider = provider_of(address, PROVIDERS)

    assert (provider.id if provider else None) == found


def test_the_shipped_table_is_looked_at_when_none_is_given() -> None:
    assert provider_of("https://mcp.linear.app/mcp") == provider_of("https://mcp.linear.app/mcp", PROVIDERS)


def test_lifetimes_and_sources_are_plausible() -> None:
    lives = [life for one in PROVIDERS for life in (one.access_token, one.refresh_token)]

    assert [life for life in lives if life.least and life.most and life.least > life.most] == []
    assert [one.id for one in PROVIDERS if not one.source] == []


@given(st.text(max_size=40))
def test_any_text_finds_a_provider_or_none(text: str) -> None:
    found = provider_of(text, PROVIDERS)

    assert found is None or found in PROVIDERS


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"rotating"', '"spinning"', "a: rotation never is spinning"),
        ('"dynamic"', '"static"', "a: registration never is static"),
        ('hosts = ["a.example"]', "", "a: no host and no path"),
        ("name", "nom", "unknown field `nom`"),
    ],
)
def test_a_damaged_table_is_refused(old: str, new: str, told: str) -> None:
    with pytest.raises(KnowledgeError, match=rf"providers\.toml: .*{told}"):
        parse_providers(ENTRY.replace(old, new, 1))


def test_a_host_of_two_providers_is_refused() -> None:
    with pytest.raises(KnowledgeError, match=r"named twice: a\.example"):
        parse_providers(ENTRY + ENTRY.replace('"a"', '"b"'))
