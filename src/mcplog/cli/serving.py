"""What `mcplog serve` needs of this machine."""

import os
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from mcplog import __version__
from mcplog.cli.machine import this_machine
from mcplog.errors import UsageError
from mcplog.pipeline import all_rules
from mcplog.serve.roots import roots_of
from mcplog.serve.tools import Desk


def serve_roots(folders: Sequence[Path]) -> None:
    """Serve until the client goes.

    Args:
        folders: What may be read; empty: the client's configuration folder.

    Raises:
        UsageError: The extra is not installed.
        RefusedError: A folder is none.
    """
    if find_spec("mcp") is None:
        raise UsageError("`mcplog serve` needs the MCP SDK", hint="Install it with: pip install 'mcplog[serve]'")
    machine = this_machine()
    desk = Desk(
        roots=roots_of(folders or [machine.configuration_folder()]),
        rules={rule.id: rule for rule in all_rules()},
        version=__version__,
        environment=os.environ,
        home=machine.home,
    )
    from mcplog.serve.server import serve

    serve(desk)
