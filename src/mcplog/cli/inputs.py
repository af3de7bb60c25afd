"""What the options of `options.INPUTS` come to: the inputs of an analysis, and the analysis."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

if TYPE_CHECKING:
    from mcplog.model.finding import Analysis


class Inputs(TypedDict):
    """The values of `options.INPUTS`, by the names of the options."""

    paths: tuple[str, ...]  # texts, as a `Path` would make `./-` standard input
    credentials: tuple[Path, ...]
    server: str | None
    since: datetime | None
    until: datetime | None
    fingerprint_key: bytes | None
    rules: tuple[Path, ...]
    strict_grammar: bool


def analysis_of(**inputs: Unpack[Inputs]) -> "Analysis":
    """Return the analysis of what the command line names."""
    from mcplog.pipeline import analyze

    return analyze(
        inputs["paths"],
        credentials=inputs["credentials"],
        server=inputs["server"],
        since=inputs["since"],
        until=inputs["until"],
        key=inputs["fingerprint_key"],
        rules=inputs["rules"],
        strict_grammar=inputs["strict_grammar"],
    )
