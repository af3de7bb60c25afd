"""JSON Schemas of what a triage writes, made from its rows and their docstrings; `docs/schema` has copies."""

from collections.abc import Callable, Mapping
from typing import Final

from mcplog.report.schema import Schema, described, table_schema
from mcplog.triage.rows import CaseRow, FindingRow, Row


def _of_lines() -> Schema:
    parts = described(Row)
    kinds = [name for name, part in parts.items() if "type" in part.get("properties", {})]
    rows = [{"$ref": f"#/$defs/{name}"} for name in kinds]
    return {"title": "one line of `mcplog triage --jsonl`, version 1", "oneOf": rows, "$defs": parts}


SCHEMAS: Final[Mapping[str, Callable[[], Schema]]] = {
    "triage": _of_lines,
    "triage-csv": lambda: table_schema(FindingRow, "a row of `mcplog triage --csv`, version 1"),
    "triage-csv-per-case": lambda: table_schema(CaseRow, "a row of `mcplog triage --csv --per case`, version 1"),
}
