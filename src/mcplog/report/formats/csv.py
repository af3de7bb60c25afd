"""One row a finding, in fixed columns; safe to open in a spreadsheet.

Columns, in this order and never renamed: those of RowV1, which `mcplog schema csv` describes.

`file`, `line` and `excerpt` are those of the primary evidence. Several values in one cell are joined by `; `. A server
without a finding has a row with its verdict under `verdict` and no rule. UTF-8, comma, line feed, quotes where needed.
"""

import csv
import io
from collections.abc import Iterator
from typing import Final

from mcplog.report.inert import guarded_cell
from mcplog.report.layout import Page
from mcplog.report.v1 import FindingV1, ReportV1, RowV1, ServerV1

COLUMNS: Final = RowV1.__struct_fields__
_Cell = str | int | None


def render(report: ReportV1, page: Page) -> str:  # noqa: ARG001 - every format has this form
    """Return the table with its header; the page does not matter."""
    out = io.StringIO()
    table = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\n")
    table.writeheader()
    for row in _rows(report):
        table.writerow({name: guarded_cell(cell) if isinstance(cell, str) else cell for name, cell in row.items()})
    return out.getvalue()


def _rows(report: ReportV1) -> Iterator[dict[str, _Cell]]:
    found = (*report.findings, *report.consequences, *report.rivals)
    yield from map(_finding, found)
    told = {(finding.server, finding.case_id) for finding in found}
    yield from (_server(one) for one in report.servers if (one.server, one.case_id) not in told)


def _server(server: ServerV1) -> dict[str, _Cell]:
    return {"server": server.server, "verdict": server.verdict, "cause": server.summary, "case_id": server.case_id}


def _finding(finding: FindingV1) -> dict[str, _Cell]:
    first = finding.evidence[0]
    return {
        "server": finding.server,
        "rule": finding.rule,
        "title": finding.title,
        "verdict": finding.verdict,
        "severity": finding.severity,
        "responsible": "; ".join(finding.responsible),
        "role": finding.role,
        "cause": finding.cause,
        "remedy": "; ".join(f"{party}: {text}" for party, text in finding.remedy.items()),
        "next_observation": finding.next_observation,
        "file": first.file,
        "line": first.line,
        "also_file": first.also_at.file if first.also_at else None,
        "also_line": first.also_at.line if first.also_at else None,
        "excerpt": first.excerpt,
        "occurrences": finding.occurrences,
        "first_at": finding.first_at,
        "last_at": finding.last_at,
        "unknown_clauses": "; ".join(clause.clause for clause in finding.clauses if clause.truth == "unknown"),
        "rivals": "; ".join(finding.rivals),
        "references": "; ".join(finding.references),
        "signature": finding.signature,
        "case_id": finding.case_id,
    }
