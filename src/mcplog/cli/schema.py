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
  mcplog schema csv
"""

_Name = Annotated[str, typer.Argument(metavar="[NAME]", hidden=True)]


@program.command(short_help="Print the JSON Schema of a report.", epilog=_MORE)
def schema(name: _Name = "json") -> None:
    """Print the JSON Schema of `analyze --format NAME`: json, a line of jsonl, or a row of csv.

    Raises:
        UsageError: There is no schema of this name.
    """
    from mcplog.errors import UsageError
    from mcplog.report.schema import SCHEMAS
    from mcplog.report.schema import schema as schema_of

    if name not in SCHEMAS:
        raise UsageError("has no schema", place=name, hint=f"There is one of {', '.join(SCHEMAS)}.")
    write(schema_of(name))
