"""Words that tell nothing of anybody; evidence that is shown to others keeps them."""

from functools import cache
from typing import Final

import msgspec

from mcplog.knowledge.tables import parse_table, table_text

NAME: Final = "public_words.toml"


class PublicWords(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The table.

    Attributes:
        generic: Parts of a server's name or of a host that say what it is, not whose.
        places: Folders and endings of files that every machine or every client has.
        segments: Parts of addresses that every server has.
        fields: Names of the client's store.
        claims: Names of claims.
    """

    generic: frozenset[str]
    places: frozenset[str]
    segments: frozenset[str]
    fields: frozenset[str]
    claims: frozenset[str]


@cache
def public_words() -> PublicWords:
    """Return the words that ship with mcplog.

    Raises:
        KnowledgeError: The table is damaged.
    """
    return parse_table(table_text(NAME), PublicWords, name=NAME)
