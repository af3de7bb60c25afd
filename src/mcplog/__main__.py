"""`python -m mcplog`: the command line."""

import sys

from mcplog.cli.app import program

if __name__ == "__main__":
    sys.exit(program())
