"""`mcplog schema`: the JSON Schema of the JSON report."""

from typing import Final

from mcplog.cli.output import write
from mcplog.cli.plain_typer import plain_typer

program: Final = plain_typer()

_MORE: Final = """\b
Example:
  mcplog schema > report-v1.json
"""


@program.command(epilog=_MORE)
def schema() -> None:
    """Print the JSON Schema of `analyze --format json`."""
    from mcplog.report.schema import report_schema

    write(report_schema())
