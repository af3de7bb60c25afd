"""JSON Schemas of what other programs read, made from the types and their docstrings; `docs/schema` has copies."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from mcplog.model.board import News
from mcplog.report.board import SCHEMA as NEWS
from mcplog.report.formats.jsonl import RECORDS
from mcplog.report.v1 import ReportV1, RowV1
from mcplog.report.verification import SCHEMA as VERIFICATION
from mcplog.report.verification import VerifiedV1

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]


def report_schema() -> str:
    """Return the schema of `--format json` as JSON with a final line feed."""
    return schema("json")


def schema(name: str) -> str:
    """Return the schema of a format as JSON with a final line feed.

    Args:
        name: One of `SCHEMAS`.
    """
    return written(SCHEMAS[name]())


def written(shape: Schema) -> str:
    """Return a schema as JSON with a final line feed.

    Args:
        shape: The schema without its dialect.
    """
    return json.dumps({"$schema": _DIALECT, **shape}, indent=2) + "\n"


def _of_json() -> Schema:
    whole = described(ReportV1)
    return {"title": "mcplog report, version 1", "$ref": "#/$defs/ReportV1", "$defs": whole}


def _of_json_lines() -> Schema:
    """Say what one line is: a record of a type, each with the properties of its part of the report."""
    parts = described(ReportV1)
    head = parts.pop("ReportV1")
    lists = set(RECORDS)
    own = {name: shape for name, shape in head["properties"].items() if name not in lists}
    required = [name for name in head["required"] if name in own]
    records = [_record("report", head | {"properties": own, "required": required})]
    for name, kind in RECORDS.items():
        part = head["properties"][name]["items"]["$ref"].rpartition("/")[2]
        records.append(_record(kind, parts[part]))
    return {"title": "one line of mcplog report lines, version 1", "oneOf": records, "$defs": parts}


def _record(kind: str, part: Schema) -> Schema:
    added = {"type": {"const": kind}, "schema": {"type": "integer"}}
    required = list(dict.fromkeys(["type", "schema", *part["required"]]))
    return part | {"title": kind, "properties": added | part["properties"], "required": required}


def _of_csv() -> Schema:
    row = described(RowV1)["RowV1"]
    return row | {"title": "a row of the mcplog CSV report, version 1; cells are texts"}


def _of_news() -> Schema:
    line = described(News)["News"]
    told = {"properties": {"schema": {"const": NEWS}} | line["properties"], "required": ["schema", *line["required"]]}
    return line | told | {"title": "one line of `mcplog watch --format jsonl`"}


def _of_verification() -> Schema:
    parts = described(VerifiedV1)
    rows = {"type": "array", "items": {"$ref": "#/$defs/VerifiedV1"}}
    properties = {"schema": {"const": VERIFICATION}, "verified": rows}
    whole = {"title": "`mcplog verify --format json`", "type": "object", "properties": properties}
    return whole | {"required": list(properties), "$defs": parts}


SCHEMAS: Final[Mapping[str, Callable[[], Schema]]] = {
    "json": _of_json,
    "jsonl": _of_json_lines,
    "csv": _of_csv,
    "watch": _of_news,
    "verify": _of_verification,
}


def described(kind: Any) -> dict[str, Schema]:  # noqa: ANN401 - a struct, or several as alternatives
    """Return a struct and those it holds, what their docstrings say of attributes moved to the properties.

    Args:
        kind: The struct's type.
    """
    return {name: _with_descriptions(part) for name, part in msgspec.json.schema(kind)["$defs"].items()}


def table_schema(row: type[msgspec.Struct], title: str) -> Schema:
    """Return the schema of a row of a CSV table, whose cells are all texts.

    Args:
        row: What is in a row; its fields are the columns.
        title: What the table is.
    """
    part = described(row)[row.__name__]
    columns = {name: part["properties"][name] for name in row.__struct_fields__}
    cells = {
        name: {"type": "string", **({"description": shape["description"]} if "description" in shape else {})}
        for name, shape in columns.items()
    }
    return {"title": title, "type": "object", "properties": cells, "required": list(cells)}


def _with_descriptions(part: Schema) -> Schema:
    head, _, attributes = part.get("description", "").partition("\n\n    Attributes:\n")
    if "properties" not in part:
        return part
    told = dict(line.strip().split(": ", 1) for line in attributes.splitlines() if ": " in line)
    properties = {
        name: ({"description": told[name]} if name in told else {}) | shape
        for name, shape in part["properties"].items()
    }
    return part | {"description": " ".join(head.split()), "properties": properties}
