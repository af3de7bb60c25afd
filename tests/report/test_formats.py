"""json, jsonl, csv, svg: what other programs read."""

import csv
import io
import json

import pytest
from msgspec.structs import replace

from mcplog.model.finding import Analysis
from mcplog.report.formats import csv as csv_format
from mcplog.report.formats import json as json_format
from mcplog.report.formats import jsonl, svg
from mcplog.report.layout import Page
from mcplog.report.view import report_v1
from tests.report.analyses import (
    HEALTHY_SERVER,
    REFUSED_AFTER_AUTH,
    REFUSED_SERVER,
    analysis,
    many,
    refused,
)

TOP = [
    "schema",
    "tool",
    "verdict",
    "findings",
    "consequences",
    "rivals",
    "servers",
    "counts",
    "problems",
    "notes",
    "stores",
    "resolved",
]


def rows(result: Analysis) -> list[dict[str, str]]:
    text = csv_format.render(report_v1(result, tool_version="1"), Page())
    return list(csv.DictReader(io.StringIO(text)))


def test_json_is_one_ascii_document_with_the_documented_keys() -> None:
    name = replace(HEALTHY_SERVER, server="сервер\u2028")
    text = json_format.render(report_v1(analysis(name), tool_version="1"), Page())

    assert text.isascii()
    assert list(json.loads(text)) == TOP
    assert json.loads(text)["servers"][0]["server"] == r"сервер\u2028"


def test_json_lines_are_typed_and_begin_with_the_report() -> None:
    lines = jsonl.render(report_v1(refused(), tool_version="1"), Page()).splitlines()

    assert [(row["type"], row["schema"]) for row in map(json.loads, lines)] == [
        ("report", 1),
        ("finding", 1),
        ("consequence", 1),
        ("rival", 1),
        ("server", 1),
    ]


def test_a_healthy_run_has_json_lines_too() -> None:
    lines = jsonl.render(report_v1(analysis(HEALTHY_SERVER), tool_version="1"), Page()).splitlines()

    assert [json.loads(line)["verdict"] for line in lines] == ["incident", "healthy"]


def test_csv_has_a_row_a_finding_and_one_for_a_server_without_any() -> None:
    assert [(row["server"], row["rule"], row["verdict"], row["role"]) for row in rows(many())] == [
        ("notes", "rejected-after-auth", "confirmed", "primary"),
        ("tracker", "refresh-token-revoked", "possible", "primary"),
        ("notes", "needs-auth-cache-outlives-signin", "confirmed", "consequence"),
        ("notes", "token-audience-mismatch", "possible", "rival"),
        ("design", "", "inconclusive", ""),
        ("wiki", "", "healthy", ""),
    ]


def test_a_row_says_where_the_primary_line_stands() -> None:
    row = rows(refused())[0]

    assert (row["line"], row["also_line"], row["first_at"], row["occurrences"]) == (
        "50",
        "14",
        "2026-11-25T08:20:15.825Z",
        "3",
    )


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x")', " +1", "@x", "-2+3", '"=1', "a,b\n=1", '=1;"x'])
def test_no_text_of_a_log_becomes_a_formula(text: str) -> None:
    found = replace(REFUSED_AFTER_AUTH, cause=text, title=text)
    cells = [cell for row in rows(analysis(replace(REFUSED_SERVER, primary=found))) for cell in row.values()]

    assert [cell for cell in cells if cell.strip().startswith(("=", "+", "-", "@"))] == []


def test_the_columns_of_the_table_are_never_renamed() -> None:
    assert " ".join(csv_format.COLUMNS) == (
        "server rule title verdict severity responsible role cause remedy next_observation file line "
        "also_file also_line excerpt occurrences first_at last_at unknown_clauses rivals references signature case_id"
    )


def test_the_picture_holds_the_report_as_text() -> None:
    picture = svg.render(report_v1(refused(), tool_version="1"), Page(width=80))

    assert picture.startswith("<svg")
    assert "INCIDENT" in picture
