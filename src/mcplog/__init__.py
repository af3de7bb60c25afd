"""Say what went wrong with an MCP server's sign-in, who has to act, and why: logs joined to credential state over time.

    import mcplog

    analysis = mcplog.analyze(["~/.claude/debug/latest"])
    for diagnosis in analysis.diagnoses:
        print(diagnosis.server, diagnosis.verdict, diagnosis.summary)
    analysis.events.filter(...)  # a polars frame; docs/frames.md lists the columns

docs/library.md shows more, docs/stability.md says what stays as it is.

Names are loaded when they are asked for: importing polars costs more than all that `mcplog --help` does.
"""

TYPE_CHECKING = False  # as in `typing`, which is not loaded before `light.py` has had its say
if TYPE_CHECKING:
    from mcplog.errors import McplogError
    from mcplog.model.finding import Analysis, Diagnosis, Finding
    from mcplog.model.foreign import Adapter, ForeignEntry
    from mcplog.pipeline import analyze

__all__ = [
    "Adapter",
    "Analysis",
    "Diagnosis",
    "Finding",
    "ForeignEntry",
    "McplogError",
    "__version__",
    "analyze",
]

__version__ = "0.1.0"  # as in pyproject.toml; asking what is installed takes longer than all of `--version`

HOMES = {
    "Adapter": "mcplog.model.foreign",
    "Analysis": "mcplog.model.finding",
    "Diagnosis": "mcplog.model.finding",
    "Finding": "mcplog.model.finding",
    "ForeignEntry": "mcplog.model.foreign",
    "McplogError": "mcplog.errors",
    "analyze": "mcplog.pipeline",
}


def __getattr__(name: str) -> object:
    """Load a public name from the room it lives in."""
    if name not in HOMES:
        raise AttributeError(f"module 'mcplog' has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415 - the command line asks for no name

    return getattr(import_module(HOMES[name]), name)


def __dir__() -> list[str]:
    """List the public names for completion."""
    return [*__all__]
