"""Command lines that are understood without typer: `mcplog analyze` with paths and the options nearest to hand.

To load typer and click takes a sixth of the time of a short log. So what can be meant in one way only is read here, and
all the rest is left to typer, which says the same of what is read here (tests/cli/test_plain_words.py asks both).
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, TypedDict

_COMMAND: Final = "analyze"
_EXIT_ZERO: Final = "--exit-zero"
_CREDENTIALS: Final = "--credentials"
_SERVER: Final = "--server"
_STANDARD_INPUT: Final = "-"
_OWN_VARIABLES: Final = ("MCPLOG_", "_MCPLOG_")  # what an option takes from the environment, typer reads


class Plain(TypedDict):
    """What such a command line asks for; all else is as it is when nobody asks for it."""

    paths: list[str]
    credentials: list[Path]
    server: str | None
    exit_zero: bool


def plainly_asked(words: Sequence[str], environment: Mapping[str, str]) -> Plain | None:
    """Return what `words` ask for; null when they have to be read by typer.

    Args:
        words: The command line without the program.
        environment: Of the process.
    """
    if list(words[:1]) != [_COMMAND] or sys.platform == "win32":  # there click expands wildcards
        return None
    if any(name.startswith(_OWN_VARIABLES) for name in environment):
        return None
    asked = Plain(paths=[], credentials=[], server=None, exit_zero=False)
    rest = iter(words[1:])
    for word in rest:
        if word == _EXIT_ZERO:
            asked["exit_zero"] = True
        elif word in (_CREDENTIALS, _SERVER):
            value = next(rest, "")
            if not _is_plain(value):
                return None
            if word == _CREDENTIALS:
                asked["credentials"].append(Path(value))
            else:
                asked["server"] = value
        elif word == _STANDARD_INPUT or _is_plain(word):
            asked["paths"].append(word)
        else:
            return None
    return asked


def _is_plain(word: str) -> bool:
    return bool(word) and not word.startswith("-")
