"""The table of providers: what is known of the authorization servers behind public MCP servers.

Values are vendors' defaults or observations of their date: good for plausibility, never the sole reason of a finding.
"""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

import msgspec

from mcplog.errors import KnowledgeError
from mcplog.knowledge.tables import parse_table, refuse_duplicates, table_text

NAME: Final = "providers.toml"
ROTATION: Final = ("rotating", "single-use", "optional", "none", "unknown")
REGISTRATION: Final = ("dynamic", "allow-list", "none", "tenant-setting", "unknown")


class Lifetime(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long something lives, in seconds.

    Attributes:
        least: Shortest seen or allowed; null where it is not known.
        most: Longest seen or allowed; null where it is not known or there is no limit.
    """

    least: int | None = None
    most: int | None = None


class ProviderError(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An error text of the provider and what it means.

    Attributes:
        text: A phrase of it.
        means: One sentence.
    """

    text: str
    means: str


class Provider(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One provider.

    Attributes:
        id: Its name in tables.
        name: Its name for readers.
        hosts: Host names; `*.` in front takes every host below.
        paths: Where hosts do not tell (products that people run themselves): a part of the issuer's path.
        access_token: Life of an access token.
        refresh_token: Longest life of a refresh token, used or not.
        refresh_idle_s: How long a refresh token may go unused; null where it is not known.
        rotation: A word of ROTATION.
        grace_s: How long the token that was just replaced is still taken; null where it is not known.
        registration: A word of REGISTRATION: dynamic client registration.
        notes: What is peculiar, one sentence each.
        errors: Error texts.
        source: Where this is from.
    """

    id: str
    name: str
    hosts: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    access_token: Lifetime = Lifetime()
    refresh_token: Lifetime = Lifetime()
    refresh_idle_s: int | None = None
    rotation: str
    grace_s: int | None = None
    registration: str
    notes: tuple[str, ...] = ()
    errors: tuple[ProviderError, ...] = ()
    source: str


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    provider: tuple[Provider, ...]


def load_providers() -> tuple[Provider, ...]:
    """Return the providers that ship with mcplog.

    Raises:
        KnowledgeError: The table is damaged.
    """
    return parse_providers(table_text(NAME))


def parse_providers(text: str) -> tuple[Provider, ...]:
    """Return the providers in `text`.

    Raises:
        KnowledgeError: It is no such table, names an id or a host twice, or uses a word that does not exist.
    """
    providers = parse_table(text, _Table, name=NAME).provider
    refuse_duplicates((one.id for one in providers), name=NAME)
    refuse_duplicates((host for one in providers for host in one.hosts), name=NAME)
    faults = [f"{one.id}: rotation never is {one.rotation}" for one in providers if one.rotation not in ROTATION]
    faults += [
        f"{one.id}: registration never is {one.registration}"
        for one in providers
        if one.registration not in REGISTRATION
    ]
    faults += [f"{one.id}: no host and no path" for one in providers if not (one.hosts or one.paths)]
    if faults:
        raise KnowledgeError("; ".join(faults), place=NAME)
    return providers


def provider_of(issuer_or_url: str, providers: Sequence[Provider] | None = None) -> Provider | None:
    """Return the provider of an issuer or a server.

    Args:
        issuer_or_url: An `issuer`, an endpoint or the URL of an MCP server; a bare host will do.
        providers: Those to look among; null loads the ones that ship with mcplog.

    Returns:
        The one that names the host exactly, else the one whose `*.` host is the longest that fits, else the one whose
        path part is in the path. Null when none does.

    Raises:
        KnowledgeError: The table is damaged.
    """
    try:
        parts = urlsplit(issuer_or_url if "//" in issuer_or_url else f"//{issuer_or_url}")
    except ValueError:  # brackets that are no IPv6 address
        return None
    host = (parts.hostname or "").rstrip(".")
    if not host:
        return None
    known = load_providers() if providers is None else providers
    fitting = [(len(pattern), one) for one in known for pattern in one.hosts if _fits(host, pattern)]
    if fitting:
        return max(fitting, key=lambda pair: pair[0])[1]
    return next((one for one in known if any(part in f"{parts.path}/" for part in one.paths)), None)


def _fits(host: str, pattern: str) -> bool:
    return host == pattern or (pattern.startswith("*.") and host.endswith(pattern[1:]))
