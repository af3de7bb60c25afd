"""The output formats: one module each under `report/formats`, found by looking there."""

import importlib
import pkgutil
from collections.abc import Callable
from typing import TYPE_CHECKING

import mcplog.report.formats

if TYPE_CHECKING:
    from mcplog.report.layout import Page
    from mcplog.report.v1 import ReportV1


def format_names() -> list[str]:
    """Return the words that `--format` takes, `terminal` first."""
    names = sorted(module.name for module in pkgutil.iter_modules(mcplog.report.formats.__path__))
    return sorted(names, key=lambda name: name != "terminal")


def renderer(name: str) -> "Callable[[ReportV1, Page], str]":
    """Return the function that renders a report in the format `name`."""
    render: Callable[[ReportV1, Page], str] = importlib.import_module(f"mcplog.report.formats.{name}").render
    return render
