"""Options that several commands share: their words, their help, and how the words become values."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from mcplog.cli.formats import format_names
from mcplog.model.vocabulary import Severity

_KEY_BYTES: Final = 16
_UNITS: Final = {"": 1.0, "s": 1.0, "ms": 0.001, "m": 60.0, "h": 3600.0}
_LONGEST_S: Final = 366 * 86_400
_FORMATS: Final = ", ".join(format_names())


def instant(word: str) -> datetime:
    """Return an ISO instant; one without a zone is UTC, as the logs are.

    Raises:
        BadParameter: It is none.
    """
    try:
        moment = datetime.fromisoformat(word)
    except ValueError:
        raise typer.BadParameter("write it like 2026-11-25T08:20 (UTC) or 2026-11-25T09:20+01:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def seconds(word: str) -> float:
    """Return a duration in seconds: `30s`, `500ms`, `5m`, `1h`, or a number of seconds.

    Raises:
        BadParameter: It is none, or not above zero.
    """
    number = word.rstrip("hms")
    try:
        value = float(number) * _UNITS[word[len(number) :]]
    except (ValueError, KeyError):
        raise typer.BadParameter("write it like 30s, 500ms, 5m or 1h") from None
    if not 0 < value < _LONGEST_S:
        raise typer.BadParameter("it has to be above zero and below a year")
    return value


def key(word: str) -> bytes:
    """Return the bytes of a hexadecimal key; the word itself is never repeated.

    Raises:
        BadParameter: It is no hexadecimal number, or so short that fingerprints could be looked up.
    """
    try:
        value = bytes.fromhex(word)
    except ValueError:
        raise typer.BadParameter("not a hexadecimal number") from None
    if len(value) < _KEY_BYTES:
        raise typer.BadParameter(f"at least {2 * _KEY_BYTES} hexadecimal digits are needed")
    return value


def format_name(word: str) -> str:
    """Return the name of an output format.

    Raises:
        BadParameter: There is none of this name.
    """
    if word not in format_names():
        raise typer.BadParameter(f"{word!r} is not one of {_FORMATS}")
    return word


# Arguments are hidden from the list of options: the text of their command says what they are.
Paths = Annotated[
    list[str],  # texts, as a `Path` would make `./-` standard input
    typer.Argument(metavar="[PATH]...", default_factory=list, hidden=True),
]
Rule = Annotated[str, typer.Argument(metavar="RULE", hidden=True)]
ConfigurationFolder = Annotated[Path | None, typer.Argument(metavar="[CONFIG]", hidden=True)]
History = Annotated[
    Path | None, typer.Option("--history", metavar="FILE", help="Another history than that of this machine.")
]
Credentials = Annotated[
    list[Path],
    typer.Option(
        "--credentials",
        metavar="PATH",
        default_factory=list,
        show_default=False,
        help="A credential store, or a folder of its snapshots. Repeatable.",
    ),
]
Server = Annotated[str | None, typer.Option("--server", metavar="NAME", help="Only the server of this name.")]
Since = Annotated[
    datetime | None, typer.Option("--since", metavar="ISO", parser=instant, help="Leave out what was before.")
]
Until = Annotated[
    datetime | None, typer.Option("--until", metavar="ISO", parser=instant, help="Leave out what was from then on.")
]
Format = Annotated[
    str, typer.Option("--format", "-f", metavar="FORMAT", parser=format_name, help=f"One of {_FORMATS}.")
]
Output = Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to FILE, all or nothing.")]
FailOn = Annotated[
    Severity,
    typer.Option(
        "--fail-on",
        metavar="SEVERITY",
        help=f"Exit with 10 when every finding is below it: {', '.join(Severity)}.",
    ),
]
ExitZero = Annotated[bool, typer.Option("--exit-zero", help="Exit with 0 whatever is found.")]
FingerprintKey = Annotated[
    bytes | None,
    typer.Option(
        "--fingerprint-key",
        metavar="HEX",
        parser=key,
        envvar="MCPLOG_FINGERPRINT_KEY",
        show_envvar=True,
        help="Key of the token fingerprints, to compare runs; random when not given.",
    ),
]
RuleFolders = Annotated[
    list[Path],
    typer.Option(
        "--rules",
        metavar="DIR",
        default_factory=list,
        show_default=False,
        help="A folder of further rules. Repeatable.",
    ),
]
Suppressions = Annotated[
    Path | None,
    typer.Option("--suppress", metavar="FILE", help="Findings that do not count: rule, server, reason, until (TOML)."),
]
Baseline = Annotated[
    Path | None,
    typer.Option(
        "--baseline",
        metavar="FILE",
        help="An earlier report (json); only what is new or worse counts for the exit code.",
    ),
]
StrictGrammar = Annotated[
    bool,
    typer.Option("--strict-grammar", help="Read messages with the grammar itself, slowly, not with its table."),
]
Width = Annotated[
    int | None,
    typer.Option("--width", metavar="N", min=40, help="Columns of the text; as wide as the terminal by default."),
]
