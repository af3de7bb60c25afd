"""Each line that somebody named as evidence of a case is read: it is the place of an event, or of a stored credential.

    python -m checks.evidence CASES

A case is a folder with an `expected.toml` beside its files. Its `[[incident]]` tables name evidence as
`{ file = "log.txt", lines = [4, 7] }`, lines from 1. A line of a log must lie in a recognised event, a line of a store
at or behind the beginning of an entry that was read from that file. Prints the lines that are neither.
"""

import argparse
import shutil
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from checks.recording import KEY
from mcplog.model.finding import Analysis
from mcplog.pipeline import analyze

LABELS: Final = "expected.toml"
UNRECOGNISED: Final = "unrecognised"
STORE: Final = ".json"


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """A line that is named as evidence.

    Attributes:
        case: The case's folder.
        file: Below it.
        number: 1-based.
    """

    case: str
    file: str
    number: int


def named(case: Path) -> list[Line]:
    """Return the lines that the labels of a `case` name."""
    incidents = tomllib.loads((case / LABELS).read_text("utf-8")).get("incident", [])
    told = [one for incident in incidents for one in incident.get("evidence", [])]
    return sorted({Line(case.name, one["file"], number) for one in told for number in one["lines"]})


def unread(case: Path) -> tuple[int, list[Line]]:
    """Return how many lines a `case` names, and those that no event and no stored credential stands on."""
    lines = named(case)
    with tempfile.TemporaryDirectory(prefix="mcplog-check-") as folder:
        place = Path(folder) / case.name
        shutil.copytree(case, place, ignore=shutil.ignore_patterns(LABELS))
        analysis = analyze([place], key=KEY)
    spans = list(_spans(analysis))
    return len(lines), [
        line
        for line in lines
        if not any(origin.endswith(f"/{line.file}") and first <= line.number <= last for origin, first, last in spans)
    ]


def _spans(analysis: Analysis) -> Iterator[tuple[str, int, int]]:
    """Yield file, first and last line of what was read; an entry of a store reaches to the file's end."""
    events = analysis.events.filter((pl.col("kind") != UNRECOGNISED) & pl.col("line_from").is_not_null())
    placed = events.join(analysis.documents.select("document_id", "origin"), on="document_id")
    yield from placed.select("origin", "line_from", "line_to").iter_rows()
    states = analysis.credential_states.filter(pl.col("origin").str.ends_with(STORE))
    yield from ((origin, first or 1, 1 << 31) for origin, first in states.select("origin", "line_from").iter_rows())


def main() -> int:
    """Read the command line and the cases, print; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path)
    cases = sorted(path.parent for path in parser.parse_args().cases.rglob(LABELS))
    results = [unread(case) for case in cases]
    missed = [line for _, lines in results for line in lines]
    for line in missed:
        print(f"{line.case}: {line.file}:{line.number} is the place of nothing that was read")
    count = sum(count for count, _ in results)
    is_kept = bool(count) and not missed
    print(f"{count - len(missed)} of {count} lines in {len(cases)} cases: {'kept' if is_kept else 'MISSED'}")
    return 0 if is_kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
