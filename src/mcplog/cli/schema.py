"""`mcplog schema`: the JSON Schema of the JSON report."""

import typer

from mcplog.cli.output import write


def schema() -> None:
    """Print the JSON Schema of `mcplog analyze --format json`."""
    from mcplog.report.schema import report_schema

    write(report_schema())


def add_to(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command(epilog="\b\nExample:\n  mcplog schema > report-v1.json")(schema)
