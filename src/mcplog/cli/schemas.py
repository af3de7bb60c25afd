"""All that has a schema, by the name that `mcplog schema` knows it by."""

from collections.abc import Callable, Mapping
from typing import Final

from mcplog.report import schema as of_reports
from mcplog.report.schema import Schema
from mcplog.sharing import schema as of_bundles
from mcplog.triage import schema as of_triages

SCHEMAS: Final[Mapping[str, Callable[[], Schema]]] = {
    **of_reports.SCHEMAS,
    **of_triages.SCHEMAS,
    **of_bundles.SCHEMAS,
}


def schema_file(name: str) -> str:
    """Return the name of the file below `docs/schema` that a schema has a copy in.

    Args:
        name: One of `SCHEMAS`.
    """
    if name == "json":
        return "report-v1.json"
    return f"report-v1.{name}.json" if name in ("jsonl", "csv") else f"{name}-v1.json"
