"""Which wording belongs to which versions of the client, and the newest version whose wording is known."""

from collections.abc import Iterator
from functools import cache
from typing import Final

import msgspec

from mcplog.errors import KnowledgeError
from mcplog.knowledge.known_issues import version_key
from mcplog.knowledge.tables import parse_table, refuse_duplicates, table_text

NAME: Final = "client_wordings.toml"


class Wording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A wording that not every version has.

    Attributes:
        begins: How the message begins.
        after: The newest recorded version that does not say it yet; empty when even the oldest says it.
        before: The oldest recorded version that says it no more; empty when even the newest says it.
    """

    begins: str
    after: str = ""
    before: str = ""


class Runtime(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A runtime that a recorded version of the client brings along.

    Attributes:
        version: Of the runtime.
        client: Of the client.
    """

    version: str
    client: str


class ClientWordings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`client_wordings.toml`.

    Attributes:
        newest: The newest version of the client whose wording the grammar knows.
        wording: What only some versions say.
        runtime: What recorded versions run on.
    """

    newest: str
    wording: tuple[Wording, ...]
    runtime: tuple[Runtime, ...]


def parse_client_wordings(text: str) -> ClientWordings:
    """Return the table.

    Args:
        text: Of `client_wordings.toml`.

    Raises:
        KnowledgeError: It is damaged, names no version, a wording twice, or one that tells nothing.
    """
    table = parse_table(text, ClientWordings, name=NAME)
    refuse_duplicates((one.begins for one in table.wording), name=NAME)
    refuse_duplicates((one.version for one in table.runtime), name=NAME)
    if faults := list(_faults(table)):
        raise KnowledgeError("; ".join(faults), place=NAME)
    return table


def _faults(table: ClientWordings) -> Iterator[str]:
    versions = [table.newest, *(one.client for one in table.runtime)]
    versions += [version for one in table.wording for version in (one.after, one.before) if version]
    yield from (f"no version: {version}" for version in versions if version_key(version) is None)
    yield from (f"tells nothing: {one.begins}" for one in table.wording if not (one.after or one.before))


@cache
def client_wordings() -> ClientWordings:
    """Return the table that ships."""
    return parse_client_wordings(table_text(NAME))
