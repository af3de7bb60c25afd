"""Read a TOML table that ships with mcplog into frozen values; what is not understood is refused, never skipped."""

import tomllib
from collections import Counter
from collections.abc import Iterable
from importlib.resources import files
from typing import TypeVar

import msgspec

from mcplog.errors import KnowledgeError

T = TypeVar("T")


def table_text(name: str) -> str:
    """Return the text of `knowledge/<name>`.

    Raises:
        KnowledgeError: The file is missing or is no UTF-8.
    """
    try:
        return (files("mcplog") / "knowledge" / name).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise KnowledgeError("the table cannot be read", place=name, hint="Reinstall mcplog.") from fault


def parse_table(text: str, shape: type[T], *, name: str) -> T:
    """Return `text` as a value of `shape`.

    Args:
        text: TOML. A key that stands twice is refused by the TOML reader.
        shape: A msgspec structure that forbids unknown fields.
        name: The file, for the message.

    Raises:
        KnowledgeError: It is no TOML, or a key is unknown, missing or of another type.
    """
    try:
        return msgspec.convert(tomllib.loads(text), type=shape, strict=True)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as fault:
        raise KnowledgeError(str(fault), place=name, hint="Reinstall mcplog.") from fault


def refuse_duplicates(ids: Iterable[str], *, name: str) -> None:
    """Refuse an id that stands twice among `ids`.

    Args:
        ids: Of all entries of the table.
        name: The file, for the message.

    Raises:
        KnowledgeError: Some do; they are named.
    """
    twice = sorted(word for word, count in Counter(ids).items() if count > 1)
    if twice:
        raise KnowledgeError(f"named twice: {', '.join(twice)}", place=name)
