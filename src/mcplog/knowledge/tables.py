"""Read a TOML table that ships with mcplog into frozen values; what is not understood is refused, never skipped.

    knowledge/
      ladder.toml      written by people
      ladder.json      the same, compiled: {"source":"<sha256 of ladder.toml>","table":{…}}

Reading TOML takes thirty times as long as reading JSON, more than all else that a small log asks of the tables. A copy
that does not belong to its TOML is passed over, so the two cannot differ.
"""

from collections import Counter
from collections.abc import Iterable
from hashlib import sha256
from typing import Final, TypeVar

import msgspec

from mcplog.errors import KnowledgeError
from mcplog.knowledge.resources import knowledge

T = TypeVar("T")

COMPILED: Final = ".json"


class _Compiled(msgspec.Struct, frozen=True, kw_only=True):
    source: str
    table: msgspec.Raw


def table_text(name: str) -> str:
    """Return the text of `knowledge/<name>`.

    Raises:
        KnowledgeError: The file is missing or is no UTF-8.
    """
    try:
        return (knowledge() / name).read_text("utf-8")
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
        return msgspec.json.decode(_compiled(text, name) or _from_toml(text), type=shape)
    except (ValueError, msgspec.MsgspecError) as fault:
        raise KnowledgeError(str(fault), place=name, hint="Reinstall mcplog.") from fault


def compiled_table(text: str) -> bytes:
    """Return what is written beside a table, so that it is read faster.

    Args:
        text: The table, as TOML.

    Raises:
        ValueError: It is no TOML.
    """
    copy = _Compiled(source=_fingerprint(text), table=msgspec.Raw(_from_toml(text)))
    return msgspec.json.encode(copy) + b"\n"


def _compiled(text: str, name: str) -> msgspec.Raw | None:
    """Return the table as JSON; null when no copy of exactly this text lies beside it."""
    copy = knowledge() / (name.removesuffix(".toml") + COMPILED)
    try:
        written = msgspec.json.decode(copy.read_bytes(), type=_Compiled)
    except (OSError, msgspec.DecodeError):
        return None
    return written.table if written.source == _fingerprint(text) else None


def _from_toml(text: str) -> bytes:
    import tomllib  # noqa: PLC0415 - costs start-up time, and only a table without its copy needs it

    return msgspec.json.encode(tomllib.loads(text))


def _fingerprint(text: str) -> str:
    return sha256(text.encode()).hexdigest()


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
