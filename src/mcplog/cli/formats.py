"""The output formats: one module each under `report/formats`, found by looking there."""

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mcplog.model.finding import Analysis
    from mcplog.report.layout import Page
    from mcplog.report.v1 import ReportV1


def format_names() -> list[str]:
    """Return the words that `--format` takes, `terminal` first."""
    import pkgutil

    import mcplog.report.formats

    names = sorted(module.name for module in pkgutil.iter_modules(mcplog.report.formats.__path__))
    return sorted(names, key=lambda name: name != "terminal")


def renderer(name: str, analysis: "Analysis | None" = None) -> "Callable[[ReportV1, Page], str]":
    """Return the function that renders a report in the format `name`.

    Args:
        name: One of `format_names()`.
        analysis: What the report was made from, for a format that shows more with the events at hand; such a module has
            `render_with_events` beside `render`.
    """
    module = importlib.import_module(f"mcplog.report.formats.{name}")
    with_events = getattr(module, "render_with_events", None)
    if analysis is not None and with_events is not None:
        return lambda report, page: str(with_events(report, page, analysis))
    render: Callable[[ReportV1, Page], str] = module.render
    return render
