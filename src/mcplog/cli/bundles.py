"""Make a bundle: read, rewrite, write all or nothing, and compare what it tells with what the original tells."""

import os
import secrets
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from mcplog import __version__
from mcplog.cli.faults import say
from mcplog.cli.output import write
from mcplog.errors import UsageError
from mcplog.model.document import Problem
from mcplog.pipeline import analyze, with_restored_history
from mcplog.report.inert import inert
from mcplog.report.wording import counted
from mcplog.sharing.bundle import Shared, shared_evidence
from mcplog.sharing.manifest import MANIFEST, REPORT, manifest_of, replaced_in
from mcplog.sharing.reading import analyse_bundle, report_bytes, told
from mcplog.sources import gather_here

_KEY_BYTES: Final = 32
_DIFFERS: Final = 10


def list_replacements(paths: Sequence[str], credentials: Sequence[Path]) -> int:
    """Write what would be replaced in the logs and stores that are named: file and line, what, how often."""
    shared = shared_evidence(
        with_restored_history(gather_here(paths, credentials=credentials)), key=secrets.token_bytes(_KEY_BYTES)
    )
    write("".join(f"{inert(line)}\n" for line in _replacements(shared)))
    _tell(shared.problems)
    return 0


def make(paths: Sequence[str], credentials: Sequence[Path], folder: Path | None) -> int:
    """Write the bundle `folder` of the logs and stores that are named, and return the exit code.

    Raises:
        UsageError: No folder is named, it is there already, or it cannot be written.
    """
    if folder is None:
        raise UsageError("say where the bundle is to be made", hint="Add `-o DIR`, or `--dry-run` to look first.")
    if folder.exists() or folder.is_symlink():
        raise UsageError("is there already", place=str(folder), hint="Name a folder that is not there yet.")
    inputs = with_restored_history(gather_here(paths, credentials=credentials))
    shared = shared_evidence(inputs, key=secrets.token_bytes(_KEY_BYTES))
    before = told(analyze(paths, credentials=credentials), shared.servers)
    try:
        after = _written(shared, folder)
    except OSError as fault:
        raise UsageError(f"cannot be written: {fault.strerror}", place=str(folder)) from fault
    _tell(shared.problems)
    replaced = ", ".join(f"{kind} {count}" for kind, count in replaced_in(shared).items())
    write(f"{inert(str(folder))}: {counted(len(shared.files), 'file')}; replaced in logs: {replaced or 'nothing'}\n")
    if before == after:
        write(
            "It gives the same diagnosis. Look through it before you share it: free text is replaced by names alone.\n"
        )
        return 0
    lines = [f"  original: {line}" for line in before if line not in after]
    lines += [f"  bundle:   {line}" for line in after if line not in before]
    say(sys.stderr, "\n".join(["the bundle does not tell the same as the original", *lines]), "Please report this.")
    return _DIFFERS


def _written(shared: Shared, folder: Path) -> list[str]:
    """Write the bundle beside its place, move it there when it is whole; return what it tells."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    try:
        for file in shared.files:
            path = making / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.content)
            if file.written_ms is not None:
                os.utime(path, ns=(file.written_ms * 1_000_000,) * 2)
        key = secrets.token_bytes(_KEY_BYTES)
        at = {file.path: file.written_ms for file in shared.files if file.written_ms is not None}
        analysis = analyse_bundle(making, shared.cases, key=key, written_ms=at)
        report = report_bytes(analysis, tool_version=__version__)
        (making / REPORT).write_bytes(report)
        (making / MANIFEST).write_bytes(manifest_of(shared, report, key=key, tool_version=__version__))
        making.chmod(0o755)
        making.replace(folder)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    return told(analysis)


def _replacements(shared: Shared) -> Iterator[str]:
    for file in shared.files:
        yield from (f"{file.origin}:{place.line}: {place.hidden} ({place.count})" for place in file.places)
        if not file.places:
            yield f"{file.origin}: every secret and name in it, as {file.path}"
    totals = Counter(place.hidden for file in shared.files for place in file.places)
    told = ", ".join(f"{kind} on {counted(count, 'line')}" for kind, count in sorted(totals.items()))
    yield f"{counted(len(shared.files), 'file')}; {told or 'nothing to replace in logs'}"


def _tell(problems: Sequence[Problem]) -> None:
    for problem in problems:
        say(sys.stderr, f"{problem.origin}: {problem.what}", problem.hint)
