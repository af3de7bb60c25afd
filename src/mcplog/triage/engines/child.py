"""What a child process does before it loads anything large."""

import signal

from mcplog.light import keep_light


def begin() -> None:
    """Make this process a worker, with Ctrl-C left to the process that shares out the work."""
    keep_light()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
