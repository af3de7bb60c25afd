"""The bill of materials: what mcplog needs, with versions and addresses, the same each time."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def made(*extras: str) -> str:
    words = [sys.executable, str(ROOT / "tools" / "build_sbom.py"), *extras]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout  # noqa: S603 - our own script


def names(text: str) -> set[str]:
    return {canonicalize_name(part["name"]) for part in json.loads(text)["components"]}


def test_every_dependency_is_in_it_with_its_version() -> None:
    whole = json.loads(made())
    needed = {canonicalize_name(Requirement(item).name) for item in PROJECT["dependencies"]}

    assert (whole["bomFormat"], whole["specVersion"]) == ("CycloneDX", "1.6")
    assert whole["metadata"]["component"]["purl"] == f"pkg:pypi/mcplog@{PROJECT['version']}"
    assert needed <= names(made())
    assert all(
        part["purl"] == f"pkg:pypi/{canonicalize_name(part['name'])}@{part['version']}" for part in whole["components"]
    )


def test_every_reference_leads_to_a_component() -> None:
    whole = json.loads(made("watch"))
    known = {part["bom-ref"] for part in (*whole["components"], whole["metadata"]["component"])}
    told = {ref for item in whole["dependencies"] for ref in (item["ref"], *item["dependsOn"])}

    assert told == known


def test_an_extra_adds_what_it_needs_and_equal_environments_give_equal_bytes() -> None:
    assert "watchfiles" not in names(made())
    assert "watchfiles" in names(made("watch"))
    assert made() == made()
