"""`mcplog completion`: what makes a shell complete commands and options."""

from typing import Annotated, Final

import typer
from click.shell_completion import get_completion_class

from mcplog.cli.output import write
from mcplog.cli.plain_typer import COMPLETION, plain_typer
from mcplog.errors import UsageError

program: Final = plain_typer()
SHELLS: Final = ("bash", "zsh", "fish")

_MORE: Final = """\b
Examples:
  eval "$(mcplog completion bash)"                                   # in ~/.bashrc
  eval "$(mcplog completion zsh)"                                    # in ~/.zshrc
  mcplog completion fish > ~/.config/fish/completions/mcplog.fish
"""

_Shell = Annotated[str, typer.Argument(metavar="SHELL", hidden=True)]


@program.command(short_help="Print what makes a shell complete commands.", epilog=_MORE)
def completion(shell: _Shell) -> None:
    """Print the lines by which SHELL (bash, zsh or fish) completes commands and options of mcplog."""
    write(script(shell))


def script(shell: str) -> str:
    """Return the script for a `shell`.

    Raises:
        UsageError: There is none for it.
    """
    kind = get_completion_class(shell) if shell in SHELLS else None
    if kind is None:
        raise UsageError(f"there is no completion for {shell!r}", hint=f"One of {', '.join(SHELLS)}.")
    made = kind(typer.core.TyperGroup(), {}, "mcplog", COMPLETION)
    return made.source_template % made.source_vars()
