"""The schemas describe what is printed: every report validates, and nothing is printed that they do not name."""

import csv
import io
import json
from typing import Any

import jsonschema
import pytest

import mcplog
from mcplog.cli.formats import renderer
from mcplog.report.baseline import compared
from mcplog.report.layout import Page
from mcplog.report.schema import schema
from mcplog.report.v1 import ReportV1
from mcplog.report.view import report_v1
from tests.report.analyses import analysis, many, refused
from tests.report.poisoned import SCRIPTS, poisoned

SAMPLES = ("401-after-sign-in", "race", "healthy", "skipped-by-marker", "revoked-refresh-token")
FORMATS = ("json", "jsonl", "csv")


def closed(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return a schema that allows no property beyond those it names."""
    if isinstance(value, dict):
        told = {name: closed(one) for name, one in value.items()}
        return told | {"additionalProperties": False} if "properties" in value and "required" in value else told
    return [closed(one) for one in value] if isinstance(value, list) else value


def rows(name: str, report: ReportV1) -> list[Any]:
    text = renderer(name)(report, Page())
    if name == "csv":
        return list(csv.DictReader(io.StringIO(text)))
    return [json.loads(text)] if name == "json" else [json.loads(line) for line in text.splitlines()]


def reports() -> list[ReportV1]:
    made = [report_v1(one, tool_version="1") for one in (analysis(), refused(), many())]
    return [*made, compared(made[1], made[2]), poisoned(made[1], SCRIPTS[0])]


def validator(name: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(closed(json.loads(schema(name))))


@pytest.mark.parametrize("name", FORMATS)
def test_a_schema_is_a_schema_and_can_refuse(name: str) -> None:
    whole = json.loads(schema(name))
    jsonschema.Draft202012Validator.check_schema(whole)

    assert not validator(name).is_valid({"verdict": 1})


@pytest.mark.parametrize("name", FORMATS)
def test_every_report_is_as_its_schema_says(name: str) -> None:
    told = [row for report in reports() for row in rows(name, report)]

    assert told
    assert [error.message for row in told for error in validator(name).iter_errors(row)] == []


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("name", FORMATS)
def test_the_report_on_a_sample_is_as_its_schema_says(name: str, sample: str) -> None:
    report = report_v1(mcplog.analyze([f"samples/{sample}"]), tool_version="1")

    assert [error.message for row in rows(name, report) for error in validator(name).iter_errors(row)] == []


@pytest.mark.parametrize("name", FORMATS)
def test_no_docstring_is_left_in_one_piece(name: str) -> None:
    assert "Attributes:" not in schema(name)
