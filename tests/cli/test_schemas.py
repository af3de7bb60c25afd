"""Every line, row and file that other programs read is as its schema says, and names nothing that it does not."""

import csv
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from mcplog.cli.app import main
from mcplog.cli.schemas import SCHEMAS, schema_file
from mcplog.model.board import News
from mcplog.report.board import news_json
from mcplog.report.schema import written
from tests.report.test_schema import closed

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs" / "schema"
SAMPLES = ROOT / "samples"


def faults(name: str, values: list[Any]) -> list[str]:
    """Return what in `values` is not as the schema of a `name` says."""
    validator = jsonschema.Draft202012Validator(closed(json.loads(written(SCHEMAS[name]()))))
    return [error.message for value in values for error in validator.iter_errors(value)]


def run(monkeypatch: pytest.MonkeyPatch, *words: str | Path) -> None:
    monkeypatch.setattr(sys, "argv", ["mcplog", *map(str, words)])
    main()


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_a_schema_and_has_its_copy(name: str) -> None:
    shape = json.loads(written(SCHEMAS[name]()))
    jsonschema.Draft202012Validator.check_schema(shape)

    assert faults(name, [{"verdict": 1}]) != []
    assert "Attributes:" not in written(SCHEMAS[name]())
    assert (DOCS / schema_file(name)).read_text("utf-8") == written(SCHEMAS[name]())


@pytest.mark.parametrize("per", ["finding", "case"])
def test_the_rows_of_a_triage_are(per: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines, table = tmp_path / "triage.jsonl", tmp_path / "triage.csv"
    run(monkeypatch, "triage", SAMPLES, tmp_path / "not there.zip", "--jsonl", lines, "--csv", table, "--per", per)
    rows = [json.loads(line) for line in lines.read_text("utf-8").splitlines()]
    with table.open(encoding="utf-8", newline="") as file:
        cells = list(csv.DictReader(file))

    assert {row["type"] for row in rows} >= {"triage", "case", "problem", "done"}
    assert faults("triage", rows) == []
    assert faults("triage-csv" if per == "finding" else "triage-csv-per-case", cells) == []


def test_a_verification_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "verified.json"
    run(monkeypatch, "verify", SAMPLES / "race", SAMPLES / "race", "--format", "json", "-o", out)

    assert faults("verify", [json.loads(out.read_text("utf-8"))]) == []


def test_a_manifest_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(monkeypatch, "redact", SAMPLES / "race", "-o", tmp_path / "bundle")

    assert faults("bundle", [json.loads((tmp_path / "bundle" / "manifest.json").read_text("utf-8"))]) == []


def test_the_news_of_a_watch_are() -> None:
    news = News(at=datetime(2026, 11, 25, tzinfo=UTC), what="store", text="it was written")

    assert faults("watch", [json.loads(news_json(news))]) == []
