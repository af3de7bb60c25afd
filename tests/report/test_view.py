"""report_v1: worst first, each finding once, every text inert, and a schema that tells of it all."""

import json
from enum import StrEnum
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from mcplog.model import vocabulary
from mcplog.model.finding import Evidence
from mcplog.model.place import Place
from mcplog.report.schema import report_schema
from mcplog.report.v1 import ReportV1
from mcplog.report.view import findings_of, report_v1
from tests.report.analyses import (
    ANCHOR,
    HEALTHY_SERVER,
    OPEN_SERVER,
    REFUSED_AFTER_AUTH,
    REFUSED_SERVER,
    analysis,
    many,
    refused,
)

SCHEMA = Path(__file__).parents[2] / "docs" / "schema" / "report-v1.json"


def test_servers_come_worst_first() -> None:
    assert [server.server for server in report_v1(many(), tool_version="1").servers] == [
        "notes",
        "tracker",
        "design",
        "wiki",
    ]


def test_each_finding_stands_once_under_its_role() -> None:
    report = report_v1(refused(), tool_version="1")

    assert [(found.rule, found.role, found.primary) for found in report.findings] == [
        ("rejected-after-auth", "primary", True)
    ]
    assert [(found.rule, found.role) for found in report.consequences] == [
        ("needs-auth-cache-outlives-signin", "consequence")
    ]
    assert [(found.rule, found.role) for found in report.rivals] == [("token-audience-mismatch", "rival")]


def test_a_further_incident_stands_beside_the_primary_one() -> None:
    further = replace(REFUSED_AFTER_AUTH, rule_id="refresh-storm")
    report = report_v1(analysis(replace(REFUSED_SERVER, further=(further,))), tool_version="1")

    assert [(found.rule, found.role, found.primary) for found in report.findings] == [
        ("rejected-after-auth", "primary", True),
        ("refresh-storm", "further", False),
    ]


def test_a_server_has_no_list_of_findings_of_its_own() -> None:
    assert "findings" not in msgspec.to_builtins(report_v1(refused(), tool_version="1"))["servers"][0]


def test_an_evidence_says_where_it_stands_in_both_logs() -> None:
    evidence = report_v1(refused(), tool_version="1").findings[0].evidence[0]

    assert (evidence.file, evidence.line, evidence.event_at) == (
        ANCHOR.place.origin,
        50,
        "2026-11-25T08:20:15.825Z",
    )
    assert evidence.also_at is not None
    assert evidence.also_at.line == 14


def test_what_has_no_clock_is_null() -> None:
    timeless = replace(ANCHOR, event_at=None, also_at=None)
    found = replace(REFUSED_AFTER_AUTH, evidence=(timeless,), first_at=None)
    report = report_v1(analysis(replace(REFUSED_SERVER, primary=found)), tool_version="1")

    assert (report.findings[0].first_at, report.findings[0].evidence[0].event_at) == (None, None)


def test_every_text_of_a_hostile_log_is_inert() -> None:
    evil = "\x1b]0;x\x07\u202e\n"
    line = Evidence(
        place=Place(document_id=0, origin=evil, line_from=1, line_to=1),
        kind=evil,
        event_at=None,
        excerpt=evil,
        role="primary",
    )
    found = replace(REFUSED_AFTER_AUTH, server=evil, cause=evil, title=evil, evidence=(line,))
    report = report_v1(
        analysis(replace(REFUSED_SERVER, server=evil, primary=found, unknown=(evil,)), notes=(evil,)), tool_version="1"
    )

    assert "\\u001b" not in json.dumps(msgspec.to_builtins(report))
    assert report.findings[0].evidence[0].excerpt == r"\x1b]0;x\x07\u202e\n"


def test_findings_of_a_rule_are_found_in_any_role() -> None:
    roles = {rule: [found.role for found in findings_of(refused(), rule)] for rule in ("token-audience-mismatch", "x")}

    assert roles == {"token-audience-mismatch": ["rival"], "x": []}


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (("ReportV1", "verdict"), vocabulary.Verdict),
        (("FindingV1", "verdict"), vocabulary.Certainty),
        (("FindingV1", "severity"), vocabulary.Severity),
        (("ServerV1", "final_state"), vocabulary.FinalState),
        (("ClauseV1", "truth"), vocabulary.Truth),
        (("RungV1", "state"), vocabulary.RungState),
        (("RungV1", "responsible"), vocabulary.Party),
    ],
)
def test_the_words_of_version_1_are_those_of_the_vocabulary(place: tuple[str, str], words: type[StrEnum]) -> None:
    """A new word needs a new version: whoever reads version 1 knows only these."""
    schema = json.loads(report_schema())["$defs"][place[0]]["properties"][place[1]]

    assert schema["enum"] == list(words)


def test_the_schema_in_the_documentation_is_the_one_the_program_prints() -> None:
    """A difference is a change of version 1: write it with `mcplog schema` only when it adds something."""
    assert report_schema() == SCHEMA.read_text("utf-8")


def test_the_schema_tells_what_each_property_means() -> None:
    schema = json.loads(report_schema())

    assert schema["$defs"]["FindingV1"]["properties"]["primary"]["description"] == (
        "True for the primary cause of its server."
    )


def test_the_json_can_be_read_back_as_a_report() -> None:
    report = report_v1(analysis(HEALTHY_SERVER, OPEN_SERVER), tool_version="1")

    assert msgspec.json.decode(msgspec.json.encode(report), type=ReportV1) == report
