"""Write the smallest evidence as one file, and read it again: what is promised is what the file itself tells."""

import io
import secrets
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

from mcplog.cli.faults import say
from mcplog.cli.output import refuse_to_overwrite, write, write_bytes
from mcplog.errors import UsageError
from mcplog.pipeline import KEY_BYTES, all_rules, run, with_restored_history
from mcplog.report.inert import inert
from mcplog.shrinking import Shrunk, shrink
from mcplog.sources import gather, gather_here

DIFFERS = 10
ZIP = ".zip"
EARLIEST = (1980, 1, 1, 0, 0, 0)  # that a ZIP can name; the time of a file says nothing here


def shrink_to(paths: Sequence[str], credentials: Sequence[Path], output: Path, *, server: str | None) -> int:
    """Write the smallest evidence of one server and return the exit code.

    Args:
        paths: Logs, as for `analyze`.
        credentials: Stores, as for `analyze`.
        output: The file to write.
        server: The server; null for the one that the report puts first.

    Raises:
        UsageError: Several files are needed and `output` is no ZIP, or it cannot be written.
        NoInputError: There is nothing to shrink.
    """
    refuse_to_overwrite((*paths, *credentials), output)
    inputs = with_restored_history(gather_here(paths, credentials=credentials))
    found = shrink(inputs, all_rules(), key=secrets.token_bytes(KEY_BYTES), server=server)
    if len(found.files) > 1 and output.suffix.lower() != ZIP:
        hint = "Name a file that ends in .zip after -o."
        raise UsageError(f"{len(found.files)} files are needed to tell the same", place=str(output), hint=hint)
    write_bytes([written_evidence(found) if output.suffix.lower() == ZIP else found.files[0][1]], output)
    told = found.told
    rule = f" {told.rule_id}, {told.certainty}" if told.rule_id else ""
    count = f"{found.line_count} of {found.of_lines} lines in {len(found.files)} file{'s' if found.files[1:] else ''}"
    write(inert(f"{output}: {count}; {told.verdict}{rule}") + "\n")
    if _tells(output, found):
        return 0
    say(sys.stderr, "what was written does not tell the same as the original", "Please report this.")
    return DIFFERS


def _tells(output: Path, found: Shrunk) -> bool:
    """Say whether the file that was written tells what it should, read as anybody will."""
    inputs = gather([output], environment={}, home=Path("/nonexistent"), stdin=None)
    analysis = run(inputs.documents, inputs.dumps, all_rules(), key=secrets.token_bytes(KEY_BYTES))
    return found.told.is_told_by(analysis.diagnoses)


def written_evidence(found: Shrunk) -> bytes:
    """Return the files that were `found` as a ZIP; equal ones give equal bytes."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in found.files:
            archive.writestr(zipfile.ZipInfo(name, EARLIEST), content, zipfile.ZIP_DEFLATED)
    return whole.getvalue()
