"""Findings that the user has decided to live with, as a file on the command line says."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mcplog.model.finding import Analysis


def without_suppressed(analysis: "Analysis", file: Path, folders: Sequence[Path]) -> "Analysis":
    """Return `analysis` with the findings marked that the suppression `file` is about.

    Args:
        analysis: What was found.
        file: The suppression file.
        folders: Packs of further rules, which it may name.

    Raises:
        InputError: The file cannot be read.
        UsageError: It has faults.
    """
    from mcplog.diagnose.suppressing import suppressed
    from mcplog.pipeline import all_rules
    from mcplog.sources.suppression_file import read_suppressions

    entries = read_suppressions(file, [rule.id for rule in all_rules(folders)])
    return suppressed(analysis, entries, datetime.now(UTC).date())
