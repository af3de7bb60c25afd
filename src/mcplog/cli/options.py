"""Options that several commands share: their words, their help, and how the words become values.

Click and not typer: typer from 0.26 on imports pydantic to convert any value, which costs as much as half of polars.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click

from mcplog.cli.formats import format_names
from mcplog.model.vocabulary import Severity

_KEY_BYTES: Final = 16

# Decorates a command's function; the function keeps its own type.
_Option = Callable[[Callable[..., Any]], Callable[..., Any]]


def instant(word: str) -> datetime:
    """Return an ISO instant; one without a zone is UTC, as the logs are.

    Raises:
        BadParameter: It is none.
    """
    try:
        moment = datetime.fromisoformat(word)
    except ValueError:
        raise click.BadParameter("write it like 2026-11-25T08:20 (UTC) or 2026-11-25T09:20+01:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def key(word: str) -> bytes:
    """Return the bytes of a hexadecimal key; the word itself is never repeated.

    Raises:
        BadParameter: It is no hexadecimal number, or so short that fingerprints could be looked up.
    """
    try:
        value = bytes.fromhex(word)
    except ValueError:
        raise click.BadParameter("not a hexadecimal number") from None
    if len(value) < _KEY_BYTES:
        raise click.BadParameter(f"at least {2 * _KEY_BYTES} hexadecimal digits are needed")
    return value


PATHS: Final[_Option] = click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path())
CREDENTIALS: Final[_Option] = click.option(
    "--credentials",
    metavar="PATH",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A credential store, or a folder of its snapshots. Repeatable.",
)
SERVER: Final[_Option] = click.option("--server", metavar="NAME", help="Only the server of this name.")
SINCE: Final[_Option] = click.option("--since", metavar="ISO", type=instant, help="Leave out what was before.")
UNTIL: Final[_Option] = click.option("--until", metavar="ISO", type=instant, help="Leave out what was from then on.")
FORMAT: Final[_Option] = click.option(
    "--format",
    "-f",
    "form",
    metavar="FORMAT",
    type=click.Choice(format_names()),
    default="terminal",
    show_default=True,
    help=f"One of {', '.join(format_names())}.",
)
OUTPUT: Final[_Option] = click.option(
    "--output", "-o", metavar="FILE", type=click.Path(path_type=Path), help="Write to FILE, all or nothing."
)
FAIL_ON: Final[_Option] = click.option(
    "--fail-on",
    metavar="SEVERITY",
    type=click.Choice([severity.value for severity in Severity]),
    default=Severity.LOW.value,
    show_default=True,
    help=f"Exit with 10 when every finding is below it: {', '.join(Severity)}.",
)
EXIT_ZERO: Final[_Option] = click.option("--exit-zero", is_flag=True, help="Exit with 0 whatever is found.")
FINGERPRINT_KEY: Final[_Option] = click.option(
    "--fingerprint-key",
    metavar="HEX",
    type=key,
    envvar="MCPLOG_FINGERPRINT_KEY",
    show_envvar=True,
    help="Key of the token fingerprints, to compare runs; random when not given.",
)
RULES: Final[_Option] = click.option(
    "--rules",
    metavar="DIR",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A folder of further rules. Repeatable.",
)
STRICT_GRAMMAR: Final[_Option] = click.option(
    "--strict-grammar", is_flag=True, help="Read messages with the grammar itself, slowly, not with its table."
)
WIDTH: Final[_Option] = click.option(
    "--width", metavar="N", type=click.IntRange(min=40), help="Columns of the text; as wide as the terminal by default."
)
INPUTS: Final[tuple[_Option, ...]] = (
    PATHS,
    CREDENTIALS,
    SERVER,
    SINCE,
    UNTIL,
    FINGERPRINT_KEY,
    RULES,
    STRICT_GRAMMAR,
)


def added(*options: _Option) -> _Option:
    """Return a decorator that gives a command these `options`, shown in this order."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate
