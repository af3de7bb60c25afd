"""The public names: the list is the promise, and importing the package costs no polars."""

import subprocess
import sys
from pathlib import Path

import pytest

import mcplog

PUBLIC = [
    "Analysis",
    "Diagnosis",
    "Finding",
    "McplogError",
    "__version__",
    "analyze",
]


def test_the_public_names_are_these_and_each_can_be_had() -> None:
    assert sorted(mcplog.__all__) == PUBLIC
    assert [name for name in PUBLIC if not hasattr(mcplog, name)] == []


@pytest.mark.parametrize("kind", [str, Path])
def test_one_path_can_be_named_alone(kind: type[str] | type[Path], tmp_path: Path) -> None:
    log, store = tmp_path / "a.log", tmp_path / "store.json"
    log.write_text('2026-11-25T08:20:00.000Z [DEBUG] MCP server "notes": Saving tokens\n')
    store.write_text('{"mcpOAuth": {}}')

    analysis = mcplog.analyze(kind(log), credentials=kind(store))

    assert (analysis.counts.documents, analysis.stores) == (1, (str(store),))


def test_importing_the_package_loads_nothing_big() -> None:
    """`mcplog --help` has to answer before polars would have been loaded."""
    code = "import sys, mcplog; print(sorted({'polars', 'lark', 'rich', 'jwt', 'typer'} & set(sys.modules)))"

    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout  # noqa: S603 - fixed words

    assert loaded == "[]\n"
