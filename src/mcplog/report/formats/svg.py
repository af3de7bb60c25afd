"""A picture of the terminal report, as rich draws it; for a README or a slide."""

from typing import Final

from mcplog.report.formats.terminal import report_lines
from mcplog.report.layout import Page
from mcplog.report.paint import svg
from mcplog.report.v1 import ReportV1

_TITLE: Final = "mcplog analyze"


def render(report: ReportV1, page: Page) -> str:
    """Return the report as an SVG document of `page.columns` columns."""
    return svg(report_lines(report, page), page, _TITLE)
