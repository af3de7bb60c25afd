"""`mcplog grammar`: how much of a log the grammar knows, and what it would have to learn."""

from typing import Annotated, Final

import typer

from mcplog.cli import options
from mcplog.cli.output import write
from mcplog.cli.plain_typer import plain_typer

_MORE: Final = """\b
Example:
  mcplog grammar coverage ~/.claude/debug
  mcplog grammar propose issue.json
  mcplog grammar client issue.json
"""

program: Final = plain_typer(
    "grammar", help="Say how much of a log the grammar knows, and draft the rest.", epilog=_MORE
)

_Limit = Annotated[int, typer.Option("--limit", metavar="N", min=0, help="Shapes to list.")]


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


@program.command(short_help="Draft an alternative and a sample for each unknown wording.", epilog=_MORE)
def propose(paths: options.Paths, *, limit: _Limit = 20, width: options.Width = None) -> None:
    """Draft an alternative of the grammar and a sample for each wording that it does not know, and try them."""
    from mcplog.cli.messages_read import messages_read
    from mcplog.cli.terminal import page_for
    from mcplog.parse.grammar_coverage import unknown_shapes
    from mcplog.parse.grammar_proposal import proposals
    from mcplog.report.grammar_proposal import proposals_text

    drafts = proposals(unknown_shapes(*messages_read(paths)))
    write(proposals_text(drafts, page_for(width=width), limit=limit))


@program.command(short_help="Tell which client version wrote a log.", epilog=_MORE)
def client(paths: options.Paths, *, width: options.Width = None) -> None:
    """Tell which client version wrote each log, by its user agent, its runtime and its wording, with the lines."""
    from mcplog.cli.messages_read import messages_read
    from mcplog.cli.terminal import page_for
    from mcplog.parse.client_versions import client_versions
    from mcplog.report.client_versions import client_versions_text

    table, documents = messages_read(paths)
    origins = dict(documents.select("document_id", "origin").iter_rows())
    write(client_versions_text(client_versions(table), origins, page_for(width=width)))
