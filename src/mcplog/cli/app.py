"""The one place that decides how a run begins and ends: what it loads, its exit code, one line for a fault.

All else is loaded when the process has been made light, as that counts from the first module on.
"""

import gc
import os
import sys
from collections.abc import Sequence

from mcplog.light import keep_light


def program() -> int:
    """Run the command line of this process and end it, or return the exit code where more is to be done at the end.

    To take modules and frames apart one by one takes the interpreter longer than it takes the system to drop all of
    them; a plain analysis leaves neither processes nor files behind that anybody has to look after.
    """
    code = main()
    from contextlib import suppress

    from mcplog.cli.plain_words import plainly_asked

    if plainly_asked(sys.argv[1:], os.environ) is None:
        return code
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # nobody reads it any more
            stream.flush()
    os._exit(code)


def main() -> int:
    """Run the command line of this process and return its exit code."""
    keep_light()
    try:
        return _run(sys.argv[1:])
    except BaseException as fault:  # noqa: BLE001 - a panic of polars is no Exception; nothing may end in a traceback
        from mcplog.cli.faults import told

        return told(fault, sys.stderr)
    finally:
        gc.freeze()  # what there is at the end is left to the system


def _run(words: Sequence[str]) -> int:
    from mcplog.cli.plain_words import plainly_asked

    plain = plainly_asked(words, os.environ)
    if plain is not None:
        from mcplog.cli.analysing import report_on

        return report_on(**plain)
    from mcplog.cli.commands import run

    return run(words)
