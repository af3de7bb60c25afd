"""JSON Schema of the manifest of a bundle, made from its type; `docs/schema` has a copy."""

from collections.abc import Callable, Mapping
from typing import Final

from mcplog.report.schema import Schema, described
from mcplog.sharing.manifest import Manifest


def _of_manifest() -> Schema:
    parts = described(Manifest)
    return {"title": "`manifest.json` of `mcplog redact`", "$ref": "#/$defs/Manifest", "$defs": parts}


SCHEMAS: Final[Mapping[str, Callable[[], Schema]]] = {"bundle": _of_manifest}
