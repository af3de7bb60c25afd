"""A triage as a table: CSV with fixed columns, safe to open in a spreadsheet.

One row a finding, in these columns, which are never renamed:

    case, source, server, rule, title, verdict, severity, responsible, role, signature, cause, next_observation, file,
    line, excerpt, occurrences, first_at, last_at, unknown_clauses, client_versions

or one row a case, in the columns of `CaseRow`. A case without a finding has a row with its verdict and no rule. An
input that could not be used has a row with the verdict `problem`, what is wrong as its cause and what to do as its next
observation. Several values in one cell are joined by `; `. UTF-8, comma, line feed, quotes where needed.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from msgspec.structs import asdict

from mcplog.report.inert import guarded_cell
from mcplog.triage.rows import CaseRow, FindingRow, ProblemRow, Row

FINDING_COLUMNS: Final = FindingRow.__struct_fields__
CASE_COLUMNS: Final = CaseRow.__struct_fields__
PROBLEM: Final = "problem"


def csv_lines(rows: Iterable[Row], *, per_case: bool) -> Iterator[str]:
    """Yield the lines of the table, the header first.

    Args:
        rows: Of a journal, in order.
        per_case: One row a case instead of one a finding.
    """
    columns = CASE_COLUMNS if per_case else FINDING_COLUMNS
    yield _line(columns)
    for row in _chosen(rows, per_case=per_case):
        yield _line(_cell(row.get(name)) for name in columns)


def _chosen(rows: Iterable[Row], *, per_case: bool) -> Iterator[Mapping[str, Any]]:
    waiting: CaseRow | None = None
    for row in rows:
        if waiting is not None and not isinstance(row, FindingRow):
            yield _without_finding(waiting)
        waiting = None
        match row:
            case ProblemRow():
                yield _problem(row, per_case=per_case)
            case CaseRow() if per_case:
                yield asdict(row)
            case CaseRow():
                waiting = row
            case FindingRow() if not per_case:
                yield asdict(row)
            case _:
                pass
    if waiting is not None:
        yield _without_finding(waiting)


def _without_finding(case: CaseRow) -> Mapping[str, Any]:
    told = {name: getattr(case, name) for name in ("case", "source", "server", "verdict", "client_versions")}
    return {**told, "cause": "; ".join(case.unknown)}


def _problem(row: ProblemRow, *, per_case: bool) -> Mapping[str, Any]:
    said = {"verdict": PROBLEM, "cause": row.what, "file": row.file, "line": row.line, "case": row.case}
    return {**said, ("collect" if per_case else "next_observation"): row.hint}


def _cell(value: Any) -> str | int | None:  # noqa: ANN401 - the columns have several types
    if isinstance(value, tuple | list):
        return guarded_cell("; ".join(map(str, value)))
    return guarded_cell(value) if isinstance(value, str) else value


def _line(cells: Iterable[str | int | None]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(list(cells))
    return out.getvalue()
