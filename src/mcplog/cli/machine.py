"""The machine that mcplog runs on: where the client and mcplog itself keep things."""

import os
from pathlib import Path

from mcplog.sources.client_places import Machine


def this_machine() -> Machine:
    """Return where things lie on this machine."""
    return Machine(environment=os.environ, home=Path.home())
