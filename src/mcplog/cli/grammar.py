"""`mcplog grammar`: how much of a log the grammar knows."""

from typing import Final

import click

from mcplog.cli import options
from mcplog.cli.output import write

_COVERAGE: Final = "\b\nExample:\n  mcplog grammar coverage ~/.claude/debug"


@click.group(epilog="\b\nExample:\n  mcplog grammar coverage ~/.claude/debug")
def grammar() -> None:
    """Say how much of a log the grammar knows."""


@grammar.command(epilog=_COVERAGE)
@click.option("--limit", metavar="N", type=click.IntRange(min=0), default=50, show_default=True, help="Shapes to list.")
@options.added(options.PATHS, options.WIDTH)
def coverage(*, paths: tuple[str, ...], limit: int, width: int | None) -> None:
    """Count recognised events by client version, and list the shapes that no alternative matches."""
    from mcplog.cli.messages_read import messages_read
    from mcplog.cli.terminal import page_for
    from mcplog.parse.grammar_coverage import grammar_coverage, unknown_shapes
    from mcplog.report.coverage import coverage_text

    table, documents = messages_read(paths)
    shares, shapes = grammar_coverage(table, documents), unknown_shapes(table, documents)
    write(coverage_text(shares, shapes, page_for(width=width), limit=limit))
