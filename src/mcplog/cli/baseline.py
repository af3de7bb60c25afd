"""A report beside an earlier one, as a file on the command line says."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mcplog.report.v1 import ReportV1


def beside(report: "ReportV1", file: Path) -> "ReportV1":
    """Return `report` with the state of each finding against the report in `file`.

    Raises:
        UsageError: The file holds no report.
    """
    from mcplog.errors import UsageError
    from mcplog.report.baseline import compared, earlier_report
    from mcplog.sources.earlier_report import read_earlier_report

    content = read_earlier_report(file)
    try:
        earlier = earlier_report(content)
    except ValueError:
        hint = "Write one with `mcplog analyze --format json -o FILE`."
        raise UsageError("is no report of mcplog in JSON", place=str(file), hint=hint) from None
    return compared(report, earlier)
