"""A redacted recording tells the same, and nothing of the original: `python -m checks.redacting CORPUS`.

Each recording is made into a bundle, as `mcplog redact` does. The bundle must give the same verdict and the same
primary finding on each server. Every name and secret of the original is looked for in every file and name of it:
servers, hosts, users, folders, addresses of mail, client ids, tokens, codes, claims of tokens.
"""

import os
import sys
import tempfile
from pathlib import Path

from checks.originals import originals, seen_in
from checks.recording import KEY, Recording, written
from checks.running import Limit, Result, main
from mcplog.pipeline import analyze
from mcplog.sharing.bundle import Shared, shared_evidence
from mcplog.sharing.reading import analyse_bundle, told
from mcplog.sources import gather_here


def check(recording: Recording) -> list[Result]:
    """Return whether the bundle of `recording` tells the same, and whether it shows something of the original."""
    with written(recording) as folder:
        inputs = gather_here([folder])
        shared = shared_evidence(inputs, key=os.urandom(32))
        before = told(analyze([folder], key=KEY), shared.servers)
        after = _told_by(shared)
    lost = [f"- {line}" for line in before if line not in after] + [f"+ {line}" for line in after if line not in before]
    files = {file.path: file.content.decode("utf-8", "replace") for file in shared.files}
    seen = seen_in(files, originals(recording))
    return [
        Result(
            recording=recording.name,
            variant="diagnosis",
            outcome="different" if lost else "same",
            is_miss=bool(lost),
            reason=tuple(lost),
        ),
        Result(
            recording=recording.name,
            variant="originals",
            outcome="seen" if seen else "same",
            is_miss=bool(seen),
            reason=tuple(f"{name} shows {what}" for name, what in seen[:8]),
        ),
    ]


def _told_by(shared: Shared) -> list[str]:
    with tempfile.TemporaryDirectory(prefix="mcplog-check-") as name:
        folder = Path(name)
        for file in shared.files:
            path = folder / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.content)
        at = {file.path: file.written_ms for file in shared.files if file.written_ms is not None}
        return told(analyse_bundle(folder, shared.cases, key=KEY, written_ms=at))


if __name__ == "__main__":
    sys.exit(main(check, Limit(), __doc__))
