"""`mcplog snapshot`: keep fingerprints of what the credential store holds."""

from typing import Annotated, Final

import typer

from mcplog.cli import options
from mcplog.cli.plain_typer import plain_typer

program: Final = plain_typer()

_MORE: Final = """\b
Examples:
  mcplog snapshot
  mcplog snapshot --every 30s
  mcplog analyze                  uses the history of this machine by itself
  mcplog analyze a.log --credentials ~/.local/state/mcplog/history.db
"""

_Every = Annotated[
    float | None,
    typer.Option("--every", metavar="TIME", parser=options.seconds, help="Go on, and look so often: 30s, 5m, 500ms."),
]


@program.command(short_help="Keep fingerprints of what the store holds now.", epilog=_MORE)
def snapshot(
    config: options.ConfigurationFolder = None, *, every: _Every = None, history: options.History = None
) -> None:
    """Keep what the credential store in the folder CONFIG holds, in a history that `analyze` uses by itself.

    Fingerprints, claims, lifetimes and what the file system says of the file are kept, and never a token. The history
    and the key of its fingerprints are readable by you alone. The client's files are read, never locked or changed.
    """
    from mcplog.cli.snapshots import keep_snapshots

    keep_snapshots(config, every_s=every, history=history)
