"""Write a bill of materials of mcplog and of what is installed for it: `python tools/build_sbom.py [EXTRA…]`.

CycloneDX 1.6, JSON, to standard output. What mcplog needs stands in pyproject.toml; what that needs, and all versions,
are those of this environment. Equal environments give equal bytes: no time is in it, and the serial number is made from
the content.
"""

import json
import sys
import tomllib
import uuid
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT: Final = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))["project"]
NAME: Final[str] = PROJECT["name"]
SPACE: Final = uuid.UUID("6f3a1f0e-6c0d-5f57-9d4e-2f8b6f1d7c11")  # of our serial numbers, made once


def bill(extras: Sequence[str]) -> dict[str, Any]:
    """Return the bill of materials of mcplog with these `extras`."""
    needs = {NAME: _installed(_of_project(extras))}
    _collect(needs[NAME], needs)
    parts = {name: _component(name) for name in sorted(needs) if name != NAME}
    own = _made(NAME, PROJECT["version"], PROJECT["license"]) | {"type": "application"}
    refs = {NAME: own["bom-ref"]} | {name: part["bom-ref"] for name, part in parts.items()}
    whole: dict[str, Any] = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": own},
        "components": list(parts.values()),
        "dependencies": [
            {"ref": refs[name], "dependsOn": sorted({refs[canonicalize_name(one.name)] for one in needed})}
            for name, needed in sorted(needs.items())
        ],
    }
    serial = uuid.uuid5(SPACE, json.dumps(whole, sort_keys=True))
    return {"$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json", "serialNumber": f"urn:uuid:{serial}", **whole}


def _of_project(extras: Sequence[str]) -> list[str]:
    optional = PROJECT["optional-dependencies"]
    return [*PROJECT["dependencies"], *(text for extra in extras for text in optional[extra])]


def _collect(needed: Sequence[Requirement], needs: dict[str, list[Requirement]]) -> None:
    """Add to `needs` what the requirements `needed` need themselves, by name."""
    for one in needed:
        name = canonicalize_name(one.name)
        if name in needs and not one.extras:
            continue
        own = _installed(distribution(name).requires or (), one.extras)
        is_new = name not in needs
        needs[name] = [*needs.get(name, ()), *(item for item in own if is_new or item not in needs[name])]
        _collect(own, needs)


def _installed(texts: Iterable[str], extras: Iterable[str] = ()) -> list[Requirement]:
    """Return the requirements that apply here and are there."""
    asked = [{"extra": extra} for extra in (*sorted(extras), "")]
    found = [Requirement(text) for text in texts]
    return [
        one
        for one in found
        if (one.marker is None or any(one.marker.evaluate(extra) for extra in asked)) and _is_installed(one.name)
    ]


def _is_installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return bool(canonicalize_name(name) != NAME)


def _component(name: str) -> dict[str, Any]:
    item = distribution(name)
    return _made(item.metadata["Name"], item.version, item.metadata.json.get("license_expression"))


def _made(name: str, version: str, licence: object) -> dict[str, Any]:
    purl = f"pkg:pypi/{canonicalize_name(name)}@{version}"
    made: dict[str, Any] = {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl}
    return made | ({"licenses": [{"expression": licence}]} if licence else {})


if __name__ == "__main__":
    json.dump(bill(sys.argv[1:]), sys.stdout, indent=2)
    sys.stdout.write("\n")
