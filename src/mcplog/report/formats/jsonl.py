"""ReportV1 as JSON lines: one object a line, each with `type` and `schema`, for `jq` and log shippers.

{"type": "report", …}        once, first: verdict, counts, tool, notes, stores
{"type": "finding", …}       a cause; so are "consequence" and "rival", and "resolved" with `--baseline`
{"type": "server", …}        one a server
{"type": "problem", …}       an input that could not be used
"""

import json
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from mcplog.report.layout import Page
from mcplog.report.v1 import SCHEMA_VERSION, ReportV1

# Each list of the report and the type of its records.
RECORDS: Final = {
    "findings": "finding",
    "consequences": "consequence",
    "rivals": "rival",
    "resolved": "resolved",
    "servers": "server",
    "problems": "problem",
}


def render(report: ReportV1, page: Page) -> str:  # noqa: ARG001 - every format has this form
    """Return one JSON object a line; the page does not matter."""
    return "".join(f"{json.dumps(row)}\n" for row in _rows(msgspec.to_builtins(report)))


def _rows(whole: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield {"type": "report"} | {name: value for name, value in whole.items() if name not in RECORDS}
    for name, kind in RECORDS.items():
        yield from ({"type": kind, "schema": SCHEMA_VERSION} | row for row in whole[name])
