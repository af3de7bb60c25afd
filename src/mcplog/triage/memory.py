"""How much memory this process has taken at most."""

import sys
from typing import Final

KIB: Final = 1024


def peak_bytes() -> int:
    """Return the largest resident set of this process so far, in bytes; 0 on Windows, which does not tell."""
    if sys.platform == "win32":
        return 0
    import resource  # noqa: PLC0415 - there is none on Windows

    told = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return told if sys.platform == "darwin" else told * KIB
