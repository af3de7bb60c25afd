"""Recordings with one finding shrink to 40 lines that tell the same: `python -m checks.shrinking CORPUS [--every N]`.

What was shrunk is written as a file, as `mcplog shrink` does, and read again.
"""

import sys
import tempfile
from pathlib import Path
from typing import Final

from checks.recording import KEY, Recording, written
from checks.running import Limit, Result, main
from mcplog.cli.shrunk import written_evidence
from mcplog.errors import McplogError
from mcplog.model.finding import Analysis, Finding
from mcplog.model.vocabulary import Severity
from mcplog.pipeline import all_rules, run
from mcplog.shrinking import shrink
from mcplog.sources import gather

MOST_LINES: Final = 40
NOWHERE: Final = Path("/nonexistent")


def check(recording: Recording) -> list[Result]:
    """Return how far a `recording` with one finding shrinks; nothing for one with none or several."""
    with written(recording) as folder, tempfile.TemporaryDirectory(prefix="mcplog-check-") as made:
        inputs = gather([folder], environment={}, home=NOWHERE, stdin=None)
        findings = _findings(run(inputs.documents, inputs.dumps, all_rules(), key=KEY))
        if len(findings) != 1:
            return []
        try:
            found = shrink(inputs, all_rules(), key=KEY, server=findings[0].server)
        except McplogError as fault:
            return [_result(recording, "failed", 0, fault.message)]
        path = Path(made) / "smallest.zip"
        path.write_bytes(written_evidence(found))
        again = gather([path], environment={}, home=NOWHERE, stdin=None)
        analysis = run(again.documents, again.dumps, all_rules(), key=KEY)
        if not found.told.is_told_by(analysis.diagnoses):
            return [_result(recording, "another", found.line_count, "the file tells another verdict")]
        outcome = "small" if found.line_count <= MOST_LINES else "large"
        return [_result(recording, outcome, found.line_count, f"{found.line_count} of {found.of_lines} lines")]


def _findings(analysis: Analysis) -> list[Finding]:
    return [finding for finding in analysis.findings if finding.severity is not Severity.INFORMATIONAL]


def _result(recording: Recording, outcome: str, lines: int, reason: str) -> Result:
    is_miss = outcome != "small"
    variant = "to 10 lines" if lines <= MOST_LINES // 4 else f"to {MOST_LINES} lines" if not is_miss else "more"
    return Result(recording=recording.name, variant=variant, outcome=outcome, is_miss=is_miss, reason=(reason,))


if __name__ == "__main__":
    sys.exit(main(check, Limit(share=1.0), __doc__))
