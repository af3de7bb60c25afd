"""The page that lists the columns of the library's frames: dtype as it is, meaning as it stands beside the column.

The meaning of a column is the comment behind it in `model/frames.py`, so that it is written once.
"""

import inspect
from collections.abc import Mapping
from typing import Final

import polars as pl

from mcplog.model import frames

MADE: Final = "<!-- Made by `python -m mcplog.cli.build_docs` from `model/frames.py`; edit that. -->"
# The frames that an Analysis gives, by its attributes.
GIVEN: Final = {
    "events": ("FACTS", "every event with its context, and what the store held at its moment"),
    "credential_states": ("STATES", "what an entry of a store held from when to when"),
    "findings_frame": ("FINDINGS", "a row a finding"),
    "documents": ("DOCUMENTS", "a row a log"),
    "gaps": ("GAPS", "what could not be read"),
}
PARTS: Final = ("STATES", "CONTEXT", "FIELDS", "PLACED")
_HEAD: Final = f"""\
{MADE}

# Frames

`mcplog.analyze(...)` gives these polars frames. Instants are UTC in milliseconds and end in `_at`; durations end in
`_ms` or `_s`. Lines are 1-based and inclusive, bytes 0-based and half-open. Secrets are fingerprints. Null means *not
known*; what is known to be absent is `false`, `0` or an empty list.
"""


def frame_pages() -> str:
    """Return the page, in Markdown."""
    said_of = _comments(inspect.getsource(frames))
    parts = [_HEAD]
    for attribute, (name, said) in GIVEN.items():
        schema: pl.Schema = getattr(frames, name)
        meanings = {column: said_of[block, column] for block in _blocks(name) for column in _of(said_of, block)}
        parts.append(f"## `analysis.{attribute}`\n\n{name}: {said}.\n\n{_table(schema, meanings)}\n")
    return "\n".join(parts)


def _table(schema: pl.Schema, meanings: Mapping[str, str]) -> str:
    rows = [f"| `{name}` | {_dtype(dtype)} | {meanings.get(name, '')} |" for name, dtype in schema.items()]
    return "\n".join(["| column | dtype | meaning |", "|---|---|---|", *rows])


def _dtype(dtype: pl.DataType) -> str:
    """Return a dtype as people write it; the words of a closed vocabulary stand in the code."""
    if isinstance(dtype, pl.Enum):
        return "Enum"
    if isinstance(dtype, pl.Datetime):
        return "Datetime[ms, UTC]"
    return f"List[{dtype.inner}]" if isinstance(dtype, pl.List) else str(dtype)


def _blocks(name: str) -> tuple[str, ...]:
    """Return the schemas that a schema is put together from, its own last: it counts most."""
    return (*PARTS, name)


def _of(said_of: Mapping[tuple[str, str], str], block: str) -> list[str]:
    return [column for own, column in said_of if own == block]


def _comments(source: str) -> dict[tuple[str, str], str]:
    """Return the comment behind each column, by schema and column."""
    found: dict[tuple[str, str], str] = {}
    block = ""
    for line in source.splitlines():
        if ": Final = " in line and not line.startswith(" "):
            block = line.partition(":")[0]
        name, colon, rest = line.strip().partition('": ')
        _, sign, comment = rest.partition("  # ")
        if colon and sign and name.startswith('"'):
            found[block, name.removeprefix('"')] = comment.strip().replace("|", "\\|")
    return found
