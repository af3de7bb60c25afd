"""html_page: a triage as one page; complete, bounded, and of one structure whatever the cases say."""

import re
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from mcplog.triage import html_report
from mcplog.triage.baseline import Baseline, Change
from mcplog.triage.html_report import html_page
from mcplog.triage.rows import CaseRow, ProblemRow, Row
from mcplog.triage.summary import summary_of
from tests.report.poisoned import SCRIPTS
from tests.report.test_html import Outline

REFUSED = CaseRow(
    case="dump/a.txt",
    source="dump/a.txt",
    issue="owner/name#42",
    verdict="incident",
    signature="rejected-after-auth/mcp-server",
    rule="rejected-after-auth",
    title="Server refuses a token",
    certainty="confirmed",
    severity="high",
    responsible=("mcp-server",),
    server="notes",
    cause="The server answered 401.",
    client_versions=("2.1.90",),
    providers=("Okta",),
    documents=1,
    lines=300,
)
DOUBTED = msgspec.structs.replace(REFUSED, case="dump/b.txt", certainty="possible")
MEDIUM = msgspec.structs.replace(
    REFUSED, case="dump/c.txt", severity="medium", signature="x/client", rule="x", title="X", responsible=("client",)
)
OPEN = CaseRow(case="dump/d.txt", source="dump/d.txt", verdict="inconclusive", unknown=("Whether it came back.",))
WELL = CaseRow(case="dump/e.txt", source="dump/e.txt", verdict="healthy", server="notes")
PROBLEM = ProblemRow(case="dump/f.txt", file="dump/f.txt", what="holds no text")
ROWS: tuple[Row, ...] = (WELL, OPEN, MEDIUM, DOUBTED, REFUSED, PROBLEM)


def page(rows: Sequence[Row] = ROWS, baseline: Baseline | None = None) -> str:
    return html_page(summary_of(rows), rows, baseline, tool="mcplog 1")


def table(text: str, name: str) -> list[list[str]]:
    body = text.partition(f'id="{name}"')[2].partition("<tbody>")[2].partition("</tbody>")[0]
    rows = re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    return [
        [" ".join(Outline(cell).text.split()) for cell in re.findall(r"<td.*?</td>", row, re.DOTALL)] for row in rows
    ]


def test_the_worst_case_stands_first() -> None:
    assert table(page(), "cases-table") == [
        [
            "Incidentconfirmed",
            "dump/a.txtowner/name#42",
            "notes",
            "The server answered 401.rejected-after-auth",
            "high",
            "MCP server",
            "2.1.90",
        ],
        [
            "Incidentpossible",
            "dump/b.txtowner/name#42",
            "notes",
            "The server answered 401.rejected-after-auth",
            "high",
            "MCP server",
            "2.1.90",
        ],
        [
            "Incidentconfirmed",
            "dump/c.txtowner/name#42",
            "notes",
            "The server answered 401.x",
            "medium",
            "client",
            "2.1.90",
        ],
        ["Inconclusive", "dump/d.txt", "", "Whether it came back.", "", "", ""],
        ["Healthy", "dump/e.txt", "notes", "", "", "", ""],
    ]


def test_kinds_and_duplicates_are_counted() -> None:
    text = page()

    assert [row[1:] for row in table(text, "kinds-table")] == [
        ["2", "1", "high", "MCP server"],
        ["1", "1", "medium", "client"],
    ]
    assert "<b>2 cases</b> Server refuses a token" in text


def test_what_changed_since_a_baseline_is_told() -> None:
    changes = Baseline(new=(Change(case="dump/a.txt", before="", now="x/client"),), same=4)

    assert table(page(baseline=changes), "changes-table") == [["new", "dump/a.txt", "", "x/client"]]


def test_what_could_not_be_used_is_told() -> None:
    assert 'holds no text: 1 input, first <span class="path">dump/f.txt</span>' in page()


def test_of_very_many_cases_the_worst_are_shown_and_the_rest_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html_report, "MOST_CASES", 2)
    text = page()

    assert [row[1] for row in table(text, "cases-table")] == ["dump/a.txtowner/name#42", "dump/b.txtowner/name#42"]
    assert "The worst 2 cases; 3 more in the JSON lines and the CSV." in text


def test_a_triage_of_nothing_is_a_page_too() -> None:
    assert "Triage of 0 cases" in page(())


@pytest.mark.parametrize("text", SCRIPTS)
def test_no_text_of_a_case_changes_the_structure_of_the_page(text: str) -> None:
    pages = [Outline(page([_with(row, said) for row in ROWS])) for said in ("x", text)]

    assert pages[0].elements == pages[1].elements
    assert pages[0].ends == pages[1].ends


def _with(row: Row, text: str) -> Row:
    closed = ("verdict", "severity", "certainty", "responsible", "final_state", "type")
    values: dict[str, Any] = {
        name: tuple(f"{one}{text}" for one in value) if isinstance(value, tuple) else f"{value}{text}"
        for name, value in msgspec.structs.asdict(row).items()
        if name not in closed and isinstance(value, str | tuple) and value and name != "http_statuses"
    }
    return msgspec.structs.replace(row, **values)
