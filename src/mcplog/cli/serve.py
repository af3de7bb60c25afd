"""`mcplog serve`: the tools of mcplog for an agent, as a local MCP server."""

from pathlib import Path
from typing import Annotated, Final

import typer

from mcplog.cli.plain_typer import plain_typer

program: Final = plain_typer()

_MORE: Final = """\b
Examples:
  claude mcp add mcplog -- mcplog serve --root ~/.claude
  mcplog serve --root ~/.claude --root ~/.cache/claude-cli-nodejs

\b
Needs the extra `serve`: pip install 'mcplog[serve]'
"""

_Roots = Annotated[
    list[Path],
    typer.Option(
        "--root", metavar="DIR", default_factory=list, show_default=False, help="A folder that may be read. Repeatable."
    ),
]


@program.command(short_help="Serve analysis tools to an agent (MCP, stdio).", epilog=_MORE)
def serve(*, roots: _Roots) -> None:
    """Serve the tools list_logs, analyze, explain, why_not and timeline on standard input and output.

    Only what lies below the folders after --root is read, and no link leads out of them; without any: the client's
    configuration folder. Nothing is written or sent. Texts of logs are marked as quoted data in every answer.
    """
    from mcplog.cli.serving import serve_roots

    serve_roots(roots)
