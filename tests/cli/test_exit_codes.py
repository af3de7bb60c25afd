"""exit_code: the table of the manual."""

import pytest

from mcplog.cli.exit_codes import exit_code


@pytest.mark.parametrize(
    ("severities", "fail_on", "code"),
    [
        ([], "low", 0),
        (["informational"], "informational", 0),
        (["low"], "low", 11),
        (["medium"], "low", 12),
        (["high", "low"], "low", 13),
        (["critical", "informational"], "low", 14),
        (["low", "medium"], "high", 10),
        (["medium", "high"], "high", 13),
        (["high"], "critical", 10),
        (["low"], "informational", 11),
    ],
)
def test_the_worst_severity_decides(severities: list[str], fail_on: str, code: int) -> None:
    assert exit_code(severities, fail_on) == code
