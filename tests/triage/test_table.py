"""csv_lines: fixed columns, one row a finding or a case, safe to open in a spreadsheet."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from mcplog.report.inert import inert
from mcplog.triage.rows import DoneRow, HeadRow, ProblemRow, Row
from mcplog.triage.table import csv_lines
from tests.triage.row_values import SIGNATURE, finding, incident, quiet

FINDING_COLUMNS = (
    "case,source,server,rule,title,verdict,severity,responsible,role,signature,cause,next_observation,file,line,"
    "excerpt,occurrences,first_at,last_at,unknown_clauses,client_versions"
)
CASE_COLUMNS = (
    "case,source,issue,verdict,signature,signatures,rule,title,certainty,severity,responsible,server,cause,remedy,"
    "file,line,excerpt,servers,final_state,rung,client_versions,providers,oauth_errors,http_statuses,first_at,last_at,"
    "unknown,collect,known_issues,documents,lines,bytes,stores,problems"
)
ROWS: list[Row] = [
    HeadRow(tool="mcplog 1", per="finding", units=3, asked="0"),
    incident("1"),
    finding("1"),
    finding("1", role="further"),
    quiet("2", "inconclusive", unknown=("What failed.",)),
    ProblemRow(case="3", file="dump/3.zip", what="is cut", hint="Pack it anew."),
    quiet("4"),
    DoneRow(units=4),
]


def table(rows: list[Row], *, per_case: bool) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(csv_lines(rows, per_case=per_case)))))


def test_the_columns_are_fixed() -> None:
    assert "".join(csv_lines([], per_case=False)) == f"{FINDING_COLUMNS}\n"
    assert "".join(csv_lines([], per_case=True)) == f"{CASE_COLUMNS}\n"


def test_a_row_a_finding_and_one_for_each_case_without_and_each_problem() -> None:
    told = [
        (row["case"], row["rule"], row["role"], row["verdict"], row["cause"]) for row in table(ROWS, per_case=False)
    ]

    assert told == [
        ("1", "token-refused", "primary", "confirmed", "The server refuses."),
        ("1", "token-refused", "further", "confirmed", "The server refuses."),
        ("2", "", "", "inconclusive", "What failed."),
        ("3", "", "", "problem", "is cut"),
        ("4", "", "", "healthy", ""),
    ]


def test_a_row_a_case_and_one_for_each_problem() -> None:
    told = [(row["case"], row["signature"], row["verdict"], row["collect"]) for row in table(ROWS, per_case=True)]

    assert told == [
        ("1", SIGNATURE, "incident", ""),
        ("2", "", "inconclusive", ""),
        ("3", "", "problem", "Pack it anew."),
        ("4", "", "healthy", ""),
    ]


def test_several_values_share_a_cell_and_no_cell_is_a_formula() -> None:
    (row,) = table([incident("1"), finding("1", cause="=HYPERLINK(1)", server="@x")], per_case=False)

    assert (row["responsible"], row["cause"], row["server"]) == ("mcp-server; user", "'=HYPERLINK(1)", "'@x")


@given(text=st.text(max_size=30).map(inert))
def test_whatever_a_log_holds_stays_in_its_cell(text: str) -> None:
    (row,) = table([incident("1"), finding("1", excerpt=text, cause=text)], per_case=False)

    assert (row["excerpt"].removeprefix("'"), row["title"]) == (text.removeprefix("'"), "Token is refused")
    assert not row["excerpt"].startswith(("=", "+", "-", "@"))
