"""The JSON Schema of ReportV1, made from its types and their docstrings; `docs/schema/report-v1.json` is a copy."""

import json
from typing import Any, Final

import msgspec

from mcplog.report.v1 import ReportV1

_TITLE: Final = "mcplog report, version 1"


def report_schema() -> str:
    """Return the schema as JSON with a final line feed."""
    schema = msgspec.json.schema(ReportV1)
    described = {name: _described(part) for name, part in schema["$defs"].items()}
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": _TITLE,
        "$ref": schema["$ref"],
        "$defs": described,
    }
    return json.dumps(whole, indent=2) + "\n"


def _described(part: dict[str, Any]) -> dict[str, Any]:
    """Move what a docstring says about the attributes to the properties themselves."""
    head, _, attributes = part["description"].partition("\n\n    Attributes:\n")
    told = dict(line.strip().split(": ", 1) for line in attributes.splitlines() if ": " in line)
    properties = {
        name: ({"description": told[name]} if name in told else {}) | shape
        for name, shape in part["properties"].items()
    }
    return part | {"description": head, "properties": properties}
