"""`python -m mcplog`: the command line."""

import sys

from mcplog.cli.app import main

if __name__ == "__main__":
    sys.exit(main())
