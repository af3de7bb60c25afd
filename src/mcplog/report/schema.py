"""JSON Schemas of what other programs read, made from the types and their docstrings; `docs/schema` has copies."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from mcplog.report.formats.jsonl import RECORDS
from mcplog.report.v1 import ReportV1, RowV1

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_Schema = dict[str, Any]


def report_schema() -> str:
    """Return the schema of `--format json` as JSON with a final line feed."""
    return schema("json")


def schema(name: str) -> str:
    """Return the schema of a format as JSON with a final line feed.

    Args:
        name: One of `SCHEMAS`.
    """
    return json.dumps({"$schema": _DIALECT, **SCHEMAS[name]()}, indent=2) + "\n"


def _of_json() -> _Schema:
    whole = _described(ReportV1)
    return {"title": "mcplog report, version 1", "$ref": "#/$defs/ReportV1", "$defs": whole}


def _of_json_lines() -> _Schema:
    """Say what one line is: a record of a type, each with the properties of its part of the report."""
    parts = _described(ReportV1)
    head = parts.pop("ReportV1")
    lists = set(RECORDS)
    own = {name: shape for name, shape in head["properties"].items() if name not in lists}
    required = [name for name in head["required"] if name in own]
    records = [_record("report", head | {"properties": own, "required": required})]
    for name, kind in RECORDS.items():
        part = head["properties"][name]["items"]["$ref"].rpartition("/")[2]
        records.append(_record(kind, parts[part]))
    return {"title": "one line of mcplog report lines, version 1", "oneOf": records, "$defs": parts}


def _record(kind: str, part: _Schema) -> _Schema:
    added = {"type": {"const": kind}, "schema": {"type": "integer"}}
    required = list(dict.fromkeys(["type", "schema", *part["required"]]))
    return part | {"title": kind, "properties": added | part["properties"], "required": required}


def _of_csv() -> _Schema:
    row = _described(RowV1)["RowV1"]
    return row | {"title": "a row of the mcplog CSV report, version 1; cells are texts"}


SCHEMAS: Final[Mapping[str, Callable[[], _Schema]]] = {
    "json": _of_json,
    "jsonl": _of_json_lines,
    "csv": _of_csv,
}


def _described(kind: type[msgspec.Struct]) -> dict[str, _Schema]:
    """Return a struct and those it holds, what their docstrings say of attributes moved to the properties."""
    return {name: _with_descriptions(part) for name, part in msgspec.json.schema(kind)["$defs"].items()}


def _with_descriptions(part: _Schema) -> _Schema:
    head, _, attributes = part["description"].partition("\n\n    Attributes:\n")
    told = dict(line.strip().split(": ", 1) for line in attributes.splitlines() if ": " in line)
    properties = {
        name: ({"description": told[name]} if name in told else {}) | shape
        for name, shape in part["properties"].items()
    }
    return part | {"description": " ".join(head.split()), "properties": properties}
