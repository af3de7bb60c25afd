"""Words that name nobody: the client's own, those that rules look for, and public names.

A word that stands in the grammar cannot be taken out of a log without making another log of it.
"""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from typing import Final

from mcplog.knowledge.providers import load_providers
from mcplog.knowledge.resources import grammar
from mcplog.knowledge.tables import table_text

GRAMMARS: Final = ("message.lark", "entry.lark")
TABLES: Final = ("description_classes.toml", "failure_words.toml")  # what people tell is in any words, names too
TOLD: Final = ("samples", "near", "source", "means", "notes")  # parts of tables that speak to the reader
WORD: Final = re.compile(r"[A-Za-z]+")
SYSTEM_CODE: Final = re.compile(r"E[A-Z]{3,15}|[A-Z]{2,12}(?:_[A-Z]{2,12}){1,3}|S256|-?[0-9]{1,7}(?:\.[0-9]{1,4})?")
PLAIN_WORD: Final = re.compile(r"[A-Za-z]+(?:_[a-z]+)*:?")
STANDARD: Final = "urn:ietf:params:oauth:"
FILLERS: Final = frozenset(("true", "false", "null", "none", "undefined", "nan"))


@cache
def own_words() -> frozenset[str]:
    """Return the words, in lower case, that the client writes or that are looked for in what it writes."""
    lines = [line for name in GRAMMARS for line in grammar(name).splitlines() if not line.lstrip().startswith("//")]
    texts = [*lines, *(text for name in TABLES for text in _phrases(tomllib.loads(table_text(name))))]
    return FILLERS.union(word.lower() for text in texts for word in WORD.findall(text))


def _phrases(table: object) -> Iterator[str]:
    """Yield the texts of a table that are looked for; samples and sources are not."""
    if isinstance(table, str):
        yield table
    elif isinstance(table, list):
        yield from (text for item in table for text in _phrases(item))
    elif isinstance(table, dict):
        yield from (text for name, item in table.items() if name not in TOLD for text in (name, *_phrases(item)))


@cache
def public_names() -> frozenset[str]:
    """Return the words, in lower case, of the providers that everybody knows."""
    providers = load_providers()
    return frozenset(word.lower() for one in providers for word in WORD.findall(f"{one.id} {one.name}"))


def is_own_word(text: str) -> bool:
    """Say whether `text` is made of words, codes and numbers that the client itself writes."""
    if SYSTEM_CODE.fullmatch(text) or text.startswith(STANDARD):
        return True
    return PLAIN_WORD.fullmatch(text) is not None and all(word.lower() in own_words() for word in WORD.findall(text))
