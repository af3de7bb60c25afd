"""What other programs' words mean: phrases of error descriptions, system codes, fields of schema errors.

The words stand in `description_classes.toml` and `failure_words.toml`; what they mean is a closed vocabulary of
`model/failures.py`.
"""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from mcplog.errors import KnowledgeError
from mcplog.model.failures import DESCRIPTION_CLASSES, FAILURES


@cache
def description_phrases() -> tuple[tuple[str, str], ...]:
    """Return pairs of phrase (lower case) and class, the particular before the general.

    Raises:
        KnowledgeError: The file names a class that does not exist.
    """
    pairs = []
    for entry in _table("description_classes.toml")["class"]:
        if entry["name"] not in DESCRIPTION_CLASSES:
            raise KnowledgeError(f"no description class {entry['name']}", place="description_classes.toml")
        pairs += [(phrase.lower(), entry["name"]) for phrase in entry["phrases"]]
    return tuple(pairs)


@cache
def failure_by_code() -> Mapping[str, str]:
    """Return the failure that a system, runtime or client code tells.

    Raises:
        KnowledgeError: The file names a failure that does not exist.
    """
    codes: dict[str, str] = _table("failure_words.toml")["codes"]
    _check(codes.values())
    return codes


@cache
def failure_by_schema_field() -> Mapping[str, str]:
    """Return the failure that a field named by a schema error tells, the particular before the general.

    Raises:
        KnowledgeError: The file names a failure that does not exist.
    """
    fields: dict[str, list[str]] = _table("failure_words.toml")["schema_fields"]
    _check(fields)
    return {name: failure for failure, names in fields.items() for name in names}


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((files("mcplog.knowledge") / name).read_text("utf-8"))


def _check(failures: Iterable[str]) -> None:
    if unknown := set(failures) - set(FAILURES):
        raise KnowledgeError(f"no failure {', '.join(sorted(unknown))}", place="failure_words.toml")
