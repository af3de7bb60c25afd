"""What is shipped: a wheel built from the sdist holds the package and the grammars, byte for byte, and nothing else."""

import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the sdist and the wheel from it, with the hatchling that is installed: no network."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)  # noqa: S603 - fixed words
    return folder


def tree(top: Path, prefix: str) -> dict[str, bytes]:
    files = (path for path in top.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {f"{prefix}/{path.relative_to(top).as_posix()}": path.read_bytes() for path in files}


def test_the_wheel_is_the_package_and_the_grammars(dist: Path) -> None:
    with zipfile.ZipFile(next(dist.glob("*.whl"))) as wheel:
        shipped = {name: wheel.read(name) for name in wheel.namelist() if ".dist-info/" not in name}

    expected = tree(ROOT / "src" / "mcplog", "mcplog") | tree(ROOT / "grammars", "mcplog/grammars")
    kinds = {path.rpartition(".")[2] for path in expected}

    assert {"py", "toml", "lark", "typed"} <= kinds
    assert sorted(shipped) == sorted(expected)
    assert [name for name, content in expected.items() if shipped[name] != content] == []


def test_the_sdist_can_be_tested(dist: Path) -> None:
    with tarfile.open(next(dist.glob("*.tar.gz"))) as archive:
        tops = {name.split("/")[1] for name in archive.getnames()}

    assert {
        "src",
        "grammars",
        "tests",
        "samples",
        "docs",
        "benchmarks",
        "tools",
        ".ci",
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
    } <= tops


def test_the_entry_point_is_the_one_that_the_wheel_declares(dist: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

    with zipfile.ZipFile(next(dist.glob("*.whl"))) as wheel:
        name = f"mcplog-{project['version']}.dist-info/entry_points.txt"
        text = wheel.read(name).decode()

    assert text.strip() == "[console_scripts]\nmcplog = mcplog.cli.app:program"
