"""`python -m mcplog.cli.hook analyze …`: the command line for hooks, to which every exit code but 0 is a failure.

Findings below `--fail-on` (exit code 10) pass here, as they do in a job.
"""

import sys

from mcplog.cli.app import main
from mcplog.cli.exit_codes import BELOW


def passed() -> int:
    """Run the command line of this process; return its exit code, or 0 where all findings are below `--fail-on`."""
    code = main()
    return 0 if code == BELOW else code


if __name__ == "__main__":
    sys.exit(passed())
