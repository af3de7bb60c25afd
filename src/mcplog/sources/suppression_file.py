"""Read a suppression file.

[[suppress]]
rule = "short-lifetime"
server = "notes"                        # left out: every server
reason = "The provider's policy, ticket 4711"
until = 2026-12-31                      # the last day; then the finding counts again
"""

from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Annotated, Final

import msgspec

from mcplog.errors import InputError, UsageError
from mcplog.model.suppression import Suppression

HINT: Final = "An entry is `[[suppress]]` with `rule`, `reason`, `until` (a date) and perhaps `server`."
Word = Annotated[str, msgspec.Meta(min_length=1)]


class _Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    rule: Word
    reason: Word
    until: date
    server: Word | None = None


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    suppress: tuple[_Entry, ...]


def read_suppressions(path: Path, known: Collection[str]) -> tuple[Suppression, ...]:
    """Return the entries of a suppression file.

    Args:
        path: The file, TOML.
        known: Ids of the rules that exist.

    Raises:
        InputError: It cannot be read.
        UsageError: It is no TOML, an entry lacks something, or it names a rule that does not exist.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise InputError("cannot be read as text", place=str(path), hint="Name a TOML file.") from fault
    import tomllib  # noqa: PLC0415 - costs start-up time, and few runs have such a file

    try:
        entries = msgspec.convert(tomllib.loads(text), _File).suppress
    except tomllib.TOMLDecodeError as fault:
        raise UsageError(f"is no TOML: {fault}", place=str(path), hint=HINT) from fault
    except msgspec.ValidationError as fault:
        raise UsageError(str(fault).replace(" - at `$.", ": `"), place=str(path), hint=HINT) from fault
    for number, entry in enumerate(entries, 1):
        if entry.rule not in known:
            place = f"{path}: entry {number}"
            raise UsageError(f"there is no rule {entry.rule!r}", place=place, hint="`mcplog rules list` names them.")
    return tuple(
        Suppression(
            rule=entry.rule,
            server=entry.server or "",
            reason=entry.reason,
            until=entry.until,
            place=f"{path}: entry {number}",
        )
        for number, entry in enumerate(entries, 1)
    )
