"""SARIF: valid by the schema of OASIS, with signatures, suppressions and a baseline, and inert messages."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

import mcplog
from mcplog.model.document import Problem
from mcplog.report.baseline import compared
from mcplog.report.formats.sarif import message, render, uri
from mcplog.report.layout import Page
from mcplog.report.v1 import ReportV1
from mcplog.report.view import report_v1
from tests.report.analyses import LOG, REFUSED_SERVER, analysis, many, refused
from tests.report.poisoned import SCRIPTS, poisoned

SCHEMA = Path(__file__).parent / "data" / "sarif-schema-2.1.0.json"
SAMPLES = ("401-after-sign-in", "race", "healthy", "skipped-by-marker", "revoked-refresh-token")


@cache
def validator() -> jsonschema.Draft4Validator:
    return jsonschema.Draft4Validator(json.loads(SCHEMA.read_text("utf-8")), format_checker=jsonschema.FormatChecker())


def report() -> ReportV1:
    return report_v1(refused(), tool_version="1")


def run_of(report: ReportV1) -> dict[str, Any]:
    log = json.loads(render(report, Page()))
    validator().validate(log)
    (run,) = log["runs"]
    assert isinstance(run, dict)
    return run


def test_the_schema_can_refuse() -> None:
    log = json.loads(render(report(), Page()))
    log["runs"][0]["results"][0]["level"] = "terrible"

    with pytest.raises(jsonschema.ValidationError):
        validator().validate(log)


@pytest.mark.parametrize("name", SAMPLES)
def test_what_is_found_in_a_sample_is_valid(name: str) -> None:
    found = report_v1(mcplog.analyze([f"samples/{name}"]), tool_version="1")
    results = run_of(found)["results"]

    assert [one["ruleId"] for one in results[: len(found.findings)]] == [one.rule for one in found.findings]


@pytest.mark.parametrize("text", SCRIPTS)
def test_it_is_valid_whatever_a_log_says(text: str) -> None:
    run = run_of(poisoned(report(), text))

    assert text in run["results"][0]["locations"][0]["physicalLocation"]["region"]["snippet"]["text"]


def test_certainty_is_the_kind_and_severity_the_level() -> None:
    kinds = [
        (one["ruleId"], one["kind"], one["level"], one["properties"]["role"])
        for one in run_of(report_v1(many(), tool_version="1"))["results"]
    ]

    assert kinds == [
        ("rejected-after-auth", "fail", "error", "primary"),
        ("refresh-token-revoked", "open", "none", "primary"),
        ("needs-auth-cache-outlives-signin", "informational", "none", "consequence"),
        ("token-audience-mismatch", "open", "none", "rival"),
    ]


def test_a_result_says_where_by_line_and_by_byte() -> None:
    primary = replace(report().findings[0].evidence[0], byte_from=100, byte_to=130)
    found = replace(report().findings[0], evidence=(primary,))
    place = run_of(replace(report(), findings=(found,)))["results"][0]["locations"][0]["physicalLocation"]

    assert place["artifactLocation"] == {"uri": f"file://{LOG}"}
    assert place["region"] == {
        "startLine": 50,
        "endLine": 50,
        "byteOffset": 100,
        "byteLength": 30,
        "snippet": {"text": primary.excerpt},
    }


def test_the_way_to_the_fault_is_in_the_order_of_time() -> None:
    (flow,) = run_of(report())["results"][0]["codeFlows"]
    times = [step["executionTimeUtc"] for step in flow["threadFlows"][0]["locations"]]

    assert len(times) == 3
    assert times == sorted(times)


def test_the_signature_is_the_partial_fingerprint() -> None:
    assert run_of(report())["results"][0]["partialFingerprints"] == {"mcplogSignature/v1": "5be1c0de"}


def test_all_results_tell_of_suppressions_or_none_does() -> None:
    found = report()
    marked = replace(found, findings=(replace(found.findings[0], suppressed="until 2026-12-31: ticket 4711"),))
    told = [one["suppressions"] for one in run_of(marked)["results"]]

    assert [one for one in run_of(found)["results"] if "suppressions" in one] == []
    assert told == [
        [{"kind": "external", "status": "accepted", "justification": "until 2026-12-31: ticket 4711"}],
        [],
        [],
    ]


def test_a_baseline_tells_new_from_known_and_what_is_gone() -> None:
    early, late = (report_v1(one, tool_version="1") for one in (refused(), many()))
    states = [
        (one["ruleId"], one["baselineState"], one["properties"]["server"])
        for one in run_of(compared(late, early))["results"]
    ]

    assert states == [
        ("rejected-after-auth", "unchanged", "notes"),
        ("refresh-token-revoked", "new", "tracker"),
        ("needs-auth-cache-outlives-signin", "unchanged", "notes"),
        ("token-audience-mismatch", "unchanged", "notes"),
    ]
    assert [(one["ruleId"], one["baselineState"]) for one in run_of(compared(early, late))["results"]][-1] == (
        "refresh-token-revoked",
        "absent",
    )


def test_a_file_that_could_not_be_read_is_a_notification() -> None:
    problem = Problem(origin="a b.txt", line=3, what="is cut", hint="Get it again.")
    run = run_of(report_v1(analysis(REFUSED_SERVER, problems=(problem,)), tool_version="1"))
    (told,) = run["invocations"][0]["toolExecutionNotifications"]

    assert told["message"] == {"text": "is cut Get it again."}
    assert told["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "a%20b.txt"}


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("samples/race/a.txt", "samples/race/a.txt"),
        ("/var/log/a b.txt", "file:///var/log/a%20b.txt"),
        ("C:\\logs\\a.txt", "file:///C%3A/logs/a.txt"),
        ("a.zip!b/c.txt", "a.zip%21b/c.txt"),
        ("javascript:x", "javascript%3Ax"),
        ("//evil.example/x", "evil.example/x"),
        ("x?y#z", "x%3Fy%23z"),
        ("", "unnamed"),
    ],
)
def test_a_file_name_is_a_reference_and_never_an_address(file: str, said: str) -> None:
    assert uri(file) == said


def test_a_message_holds_no_link_and_no_placeholder() -> None:
    assert message("see [here](https://evil.example) and {0} \\[x]")["text"] == (
        "see \\[here\\](https://evil.example) and {{0}} \\\\\\[x\\]"
    )


@given(st.text(st.sampled_from("[]{}\\ab")))
def test_what_is_escaped_reads_as_it_was(text: str) -> None:
    escaped = message(text)["text"]
    plain = re.sub(r"\\([\\\[\]])", r"\1", escaped).replace("{{", "{").replace("}}", "}")

    assert plain == text
    assert re.search(r"(?<!\\)(\\\\)*[\[\]]", escaped) is None
