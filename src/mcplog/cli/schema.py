"""`mcplog schema`: the JSON Schema of the JSON report."""

import click

from mcplog.cli.output import write


@click.command(epilog="\b\nExample:\n  mcplog schema > report-v1.json")
def schema() -> None:
    """Print the JSON Schema of `analyze --format json`."""
    from mcplog.report.schema import report_schema

    write(report_schema())
