"""What other programs' words mean: phrases of error descriptions, system codes, fields of schema errors.

The words stand in `description_classes.toml` and `failure_words.toml`; what they mean is a closed vocabulary of
`model/failures.py`.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

import msgspec

from mcplog.errors import KnowledgeError
from mcplog.knowledge.tables import parse_table, refuse_duplicates, table_text
from mcplog.model.failures import DESCRIPTION_CLASSES, FAILURES

DESCRIPTION_FILE: Final = "description_classes.toml"
WORDS_FILE: Final = "failure_words.toml"


class _Class(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Phrases of one class; a class may come again further down."""

    name: str
    phrases: tuple[str, ...]


class _Classes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`description_classes.toml`."""

    classes: tuple[_Class, ...]


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`failure_words.toml`."""

    codes: dict[str, str]
    schema_fields: dict[str, tuple[str, ...]]


def parse_phrases(text: str) -> tuple[tuple[str, str], ...]:
    """Return pairs of phrase (lower case) and class, the particular before the general.

    Args:
        text: Of `description_classes.toml`.

    Raises:
        KnowledgeError: It is damaged, names a class that does not exist or a phrase twice.
    """
    classes = parse_table(text, _Classes, name=DESCRIPTION_FILE).classes
    _refuse_unknown((entry.name for entry in classes), DESCRIPTION_CLASSES, DESCRIPTION_FILE)
    pairs = tuple((phrase.lower(), entry.name) for entry in classes for phrase in entry.phrases)
    refuse_duplicates((phrase for phrase, _ in pairs), name=DESCRIPTION_FILE)
    return pairs


def parse_words(text: str) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return the failures that codes tell, and those that fields of schema errors tell.

    Args:
        text: Of `failure_words.toml`.

    Raises:
        KnowledgeError: It is damaged, names a failure that does not exist or a field twice.
    """
    words = parse_table(text, _Words, name=WORDS_FILE)
    _refuse_unknown((*words.codes.values(), *words.schema_fields), FAILURES, WORDS_FILE)
    pairs = [(field, failure) for failure, fields in words.schema_fields.items() for field in fields]
    refuse_duplicates((field for field, _ in pairs), name=WORDS_FILE)
    return words.codes, dict(pairs)


@cache
def description_phrases() -> tuple[tuple[str, str], ...]:
    """Return pairs of phrase (lower case) and description class, the particular before the general."""
    return parse_phrases(table_text(DESCRIPTION_FILE))


def failure_by_code() -> Mapping[str, str]:
    """Return the failure that a system, runtime or client code tells."""
    return _words()[0]


def failure_by_schema_field() -> Mapping[str, str]:
    """Return the failure that a field named by a schema error tells, the particular before the general."""
    return _words()[1]


@cache
def _words() -> tuple[Mapping[str, str], Mapping[str, str]]:
    return parse_words(table_text(WORDS_FILE))


def _refuse_unknown(words: Iterable[str], known: tuple[str, ...], name: str) -> None:
    if unknown := sorted(set(words) - set(known)):
        raise KnowledgeError(f"no such word: {', '.join(unknown)}", place=name)
