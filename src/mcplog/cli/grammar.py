"""`mcplog grammar`: how much of a log the grammar knows."""

from typing import Annotated, Final

import typer

from mcplog.cli import options
from mcplog.cli.output import write
from mcplog.cli.plain_typer import plain_typer

_MORE: Final = """\b
Example:
  mcplog grammar coverage ~/.claude/debug
"""

program: Final = plain_typer("grammar", help="Say how much of a log the grammar knows.", epilog=_MORE)

_Limit = Annotated[int, typer.Option("--limit", metavar="N", min=0, help="Shapes to list.")]


@program.callback()
def _group() -> None:
    """Keep the name of the only command: typer would leave it out."""


@program.command(short_help="Count recognised events by client version.", epilog=_MORE)
def coverage(paths: options.Paths, *, limit: _Limit = 50, width: options.Width = None) -> None:
    """Count recognised events by client version, and list the shapes that no alternative matches."""
    from mcplog.cli.messages_read import messages_read
    from mcplog.cli.terminal import page_for
    from mcplog.parse.grammar_coverage import grammar_coverage, unknown_shapes
    from mcplog.report.coverage import coverage_text

    table, documents = messages_read(paths)
    shares, shapes = grammar_coverage(table, documents), unknown_shapes(table, documents)
    write(coverage_text(shares, shapes, page_for(width=width), limit=limit))
