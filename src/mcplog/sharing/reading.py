"""Read the evidence of a bundle as anybody will, on any machine."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from mcplog.model.document import Document, Problem, StoreDump
from mcplog.model.finding import Analysis
from mcplog.pipeline import all_rules, run
from mcplog.report.formats.json import render
from mcplog.report.layout import Page
from mcplog.report.view import report_v1
from mcplog.sources.gather import gather
from mcplog.sources.inputs import Inputs

NO_HOME: Final = "no-home"


def analyse_bundle(folder: Path, cases: Sequence[str], *, key: bytes, written_ms: Mapping[str, int]) -> Analysis:
    """Return what mcplog says of the evidence in `folder`; places are told as they are called in the bundle.

    Args:
        folder: The bundle.
        cases: The folders of its cases.
        key: Key of the fingerprints.
        written_ms: When stores were written last, by name: what is copied loses it.

    Raises:
        NoInputError: There is no evidence in it.
    """
    paths = [folder if case == "." else folder / case for case in cases]
    inputs = _relative(gather(paths, environment={}, home=folder / NO_HOME, stdin=None), f"{folder}/")
    dumps = [replace(dump, taken_at_ms=written_ms.get(dump.origin, dump.taken_at_ms)) for dump in inputs.dumps]
    return run(
        inputs.documents,
        dumps,
        all_rules(),
        key=key,
        problems=inputs.problems,
        notes=inputs.notes,
        case_names=inputs.case_names,
    )


def report_bytes(analysis: Analysis, *, tool_version: str) -> bytes:
    """Return the report of a bundle, as JSON.

    Args:
        analysis: What its evidence says.
        tool_version: Version of mcplog.
    """
    return render(report_v1(analysis, tool_version=tool_version), Page()).encode("ascii")


def told(analysis: Analysis, servers: Mapping[str, str] | None = None) -> list[str]:
    """Return what an analysis comes to, a line each: the verdict, then each server with its primary finding.

    Args:
        analysis: The analysis.
        servers: New names of servers by their old ones; null: they stay.
    """
    new = servers or {}
    lines = (
        f"{new.get(one.server, one.server)}: {one.verdict}"
        + (f", {one.primary.rule_id} ({one.primary.certainty})" if one.primary else "")
        for one in analysis.diagnoses
    )
    return [f"verdict: {analysis.verdict}", *sorted(lines)]


def _relative(inputs: Inputs, start: str) -> Inputs:
    def text(shown: str) -> str:
        return shown.replace(start, "")

    def document(one: Document) -> Document:
        return replace(one, origin=text(one.origin))

    def dump(one: StoreDump) -> StoreDump:
        return replace(one, origin=text(one.origin))

    def problem(one: Problem) -> Problem:
        return replace(one, origin=text(one.origin), what=text(one.what), hint=text(one.hint))

    return replace(
        inputs,
        documents=tuple(map(document, inputs.documents)),
        dumps=tuple(map(dump, inputs.dumps)),
        problems=tuple(map(problem, inputs.problems)),
        notes=tuple(map(text, inputs.notes)),
        case_names=tuple(map(text, inputs.case_names)),
    )
