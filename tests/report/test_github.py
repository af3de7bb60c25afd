"""GitHub annotations: a command a finding, and nothing of a log that could be another."""

import re

import pytest
from msgspec.structs import replace

from mcplog.model.document import Problem
from mcplog.report.formats.github import render
from mcplog.report.layout import Page
from mcplog.report.v1 import FindingV1, ReportV1
from mcplog.report.view import report_v1
from tests.report.analyses import LOG, REFUSED_SERVER, analysis, many, refused
from tests.report.poisoned import SCRIPTS, poisoned

HOSTILE = ("\n::error::mine", "\r\n::stop-commands::x", "%0A::error::mine", ",line=1::mine", "::set-env name=x::y")


def report() -> ReportV1:
    return report_v1(refused(), tool_version="1")


def lines(report: ReportV1) -> list[str]:
    return render(report, Page()).splitlines()


def with_finding(**values: object) -> FindingV1:
    return replace(report().findings[0], **values)


def test_a_finding_is_one_command_at_its_primary_line() -> None:
    (line,) = lines(report())

    assert line.startswith(f"::error file={LOG},line=50,title=notes%3A The server refuses a token")
    assert line.endswith("(confirmed; the MCP server has to act)")


@pytest.mark.parametrize(
    ("values", "level"),
    [
        ({"severity": "critical"}, "error"),
        ({"severity": "medium"}, "warning"),
        ({"severity": "low"}, "notice"),
        ({"severity": "critical", "verdict": "possible"}, "warning"),
        ({"severity": "critical", "baseline": "unchanged"}, "notice"),
    ],
)
def test_the_level_follows_severity_certainty_and_baseline(values: dict[str, str], level: str) -> None:
    (line,) = lines(replace(report(), findings=(with_finding(**values),)))

    assert line.partition(" ")[0] == f"::{level}"


def test_a_suppressed_finding_is_not_annotated() -> None:
    assert lines(replace(report(), findings=(with_finding(suppressed="until 2026-12-31: x"),))) == []


def test_what_could_not_be_read_is_a_warning() -> None:
    problem = Problem(origin="a,b.txt", line=None, what="is cut", hint="")

    assert lines(report_v1(analysis(REFUSED_SERVER, problems=(problem,)), tool_version="1"))[-1] == (
        "::warning file=a%2Cb.txt::is cut"
    )


@pytest.mark.parametrize("text", [*HOSTILE, *SCRIPTS])
def test_no_text_begins_a_command_or_a_property_of_its_own(text: str) -> None:
    plain = lines(report_v1(many(), tool_version="1"))
    hostile = lines(poisoned(report_v1(many(), tool_version="1"), text))

    assert len(hostile) == len(plain)
    for line in hostile:
        properties = line.split("::")[1].partition(" ")[2]

        assert [one.partition("=")[0] for one in properties.split(",")] == ["file", "line", "title"]
        assert re.fullmatch(r"::\w+ [^\r\n]*", line)
