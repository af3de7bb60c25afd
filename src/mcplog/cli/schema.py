"""`mcplog schema`: the JSON Schemas of the reports that other programs read."""

from typing import Annotated, Final

import typer

from mcplog.cli.output import write
from mcplog.cli.plain_typer import plain_typer

program: Final = plain_typer()

_MORE: Final = """\b
Examples:
  mcplog schema > report-v1.json
  mcplog schema jsonl
  mcplog schema triage
"""

_Name = Annotated[str, typer.Argument(metavar="[NAME]", hidden=True)]


@program.command(short_help="Print the JSON Schema of what mcplog writes.", epilog=_MORE)
def schema(name: _Name = "json") -> None:
    """Print the JSON Schema of what other programs read.

    NAME is json, jsonl or csv for `analyze --format`; triage, triage-csv or triage-csv-per-case for rows of `triage`;
    watch or verify for their JSON; bundle for the manifest of `redact`.

    Raises:
        UsageError: There is no schema of this name.
    """
    from mcplog.cli.schemas import SCHEMAS
    from mcplog.errors import UsageError
    from mcplog.report.schema import written

    if name not in SCHEMAS:
        raise UsageError("has no schema", place=name, hint=f"There is one of {', '.join(SCHEMAS)}.")
    write(written(SCHEMAS[name]()))
