"""The exit code of an analysis: 0 nothing above informational, 10 below `--fail-on`, 11 to 14 low to critical."""

from collections.abc import Iterable
from typing import Final

from mcplog.model.vocabulary import SEVERITY_ORDER, Severity

BELOW: Final = 10


def exit_code(severities: Iterable[str], fail_on: str) -> int:
    """Return the code for findings of these `severities` when only `fail_on` and worse is to fail.

    Returns:
        0 when none is above informational, 10 when all are below `fail_on`, else 11, 12, 13 or 14 for a worst one of
        low, medium, high or critical.
    """
    worst = max((SEVERITY_ORDER.index(Severity(severity)) for severity in severities), default=0)
    if worst == 0:
        return 0
    return BELOW + worst if worst >= SEVERITY_ORDER.index(Severity(fail_on)) else BELOW
