"""compared: what is new, changed, the same or gone against an earlier report."""

import json

import pytest
from msgspec.structs import replace

from mcplog.report.baseline import compared, earlier_report
from mcplog.report.formats.json import render
from mcplog.report.layout import Page
from mcplog.report.view import report_v1
from tests.report.analyses import analysis, many, refused

REPORT = report_v1(refused(), tool_version="1")
MANY = report_v1(many(), tool_version="1")


def test_a_report_beside_itself_has_nothing_new() -> None:
    found = compared(REPORT, REPORT)

    assert {one.baseline for one in (*found.findings, *found.consequences, *found.rivals)} == {"unchanged"}
    assert found.resolved == ()


def test_beside_nothing_all_is_new() -> None:
    assert [one.baseline for one in compared(REPORT, report_v1(analysis(), tool_version="1")).findings] == ["new"]


def test_a_finding_that_became_certain_is_updated() -> None:
    before = replace(REPORT, findings=(replace(REPORT.findings[0], verdict="possible"),))

    assert [one.baseline for one in compared(REPORT, before).findings] == ["updated"]


def test_what_only_the_earlier_report_has_is_resolved() -> None:
    assert [(one.rule, one.server, one.baseline) for one in compared(REPORT, MANY).resolved] == [
        ("refresh-token-revoked", "tracker", "absent")
    ]


def test_a_report_comes_back_from_its_json() -> None:
    assert earlier_report(render(MANY, Page()).encode()) == MANY


def test_a_report_that_somebody_edited_is_inert_again() -> None:
    edited = json.loads(render(REPORT, Page()))
    edited["findings"][0]["title"] = "\x1b]0;x\x07\u202e"

    assert earlier_report(json.dumps(edited).encode()).findings[0].title == r"\x1b]0;x\x07\u202e"


@pytest.mark.parametrize("text", [b"", b"{}", b"[]", b'{"schema": 1}', b"\xff"])
def test_what_is_no_report_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        earlier_report(text)
