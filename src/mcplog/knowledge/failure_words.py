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
from mcplog.model.failures import DESCRIPTION_CLASSES, FAILURES, REASONS

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
    output: dict[str, tuple[str, ...]]


class FailureWords(msgspec.Struct, frozen=True, kw_only=True):
    """What words of other programs tell.

    Attributes:
        codes: The failure that a system, runtime or client code tells.
        schema_fields: The failure that a field named by a schema error tells, the particular before the general.
        output: The reason that a phrase in a local server's output tells; phrases are in lower case.
    """

    codes: Mapping[str, str]
    schema_fields: Mapping[str, str]
    output: Mapping[str, str]


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


def parse_words(text: str) -> FailureWords:
    """Return what codes, fields of schema errors and phrases of output tell.

    Args:
        text: Of `failure_words.toml`.

    Raises:
        KnowledgeError: It is damaged, names a failure or reason that does not exist, or a field or phrase twice.
    """
    words = parse_table(text, _Words, name=WORDS_FILE)
    _refuse_unknown((*words.codes.values(), *words.schema_fields), FAILURES, WORDS_FILE)
    _refuse_unknown(words.output, REASONS, WORDS_FILE)
    return FailureWords(
        codes=words.codes, schema_fields=_by_member(words.schema_fields), output=_by_member(words.output)
    )


def _by_member(groups: Mapping[str, tuple[str, ...]]) -> Mapping[str, str]:
    """Return the group of each member."""
    pairs = [(member, group) for group, members in groups.items() for member in members]
    refuse_duplicates((member for member, _ in pairs), name=WORDS_FILE)
    return dict(pairs)


@cache
def description_phrases() -> tuple[tuple[str, str], ...]:
    """Return pairs of phrase (lower case) and description class, the particular before the general."""
    return parse_phrases(table_text(DESCRIPTION_FILE))


def failure_by_code() -> Mapping[str, str]:
    """Return the failure that a system, runtime or client code tells."""
    return _words().codes


def failure_by_schema_field() -> Mapping[str, str]:
    """Return the failure that a field named by a schema error tells, the particular before the general."""
    return _words().schema_fields


def reason_by_output() -> Mapping[str, str]:
    """Return the reason that a phrase in a local server's output tells; phrases are in lower case."""
    return _words().output


@cache
def _words() -> FailureWords:
    return parse_words(table_text(WORDS_FILE))


def _refuse_unknown(words: Iterable[str], known: tuple[str, ...], name: str) -> None:
    if unknown := sorted(set(words) - set(known)):
        raise KnowledgeError(f"no such word: {', '.join(unknown)}", place=name)
