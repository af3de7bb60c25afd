"""ReportV1 as one JSON document; `docs/schema/report-v1.json` describes it.

ASCII only: what is beyond stands as a JSON escape, so that no encoding of a pipe can change it.
"""

import json

import msgspec

from mcplog.report.layout import Page
from mcplog.report.v1 import ReportV1


def render(report: ReportV1, page: Page) -> str:  # noqa: ARG001 - every format has this form
    """Return the report as indented JSON with a final line feed; the page does not matter."""
    return json.dumps(msgspec.to_builtins(report), indent=2) + "\n"
