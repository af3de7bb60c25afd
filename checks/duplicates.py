"""Check that recordings of one fault are found to be duplicates, and recordings of different faults are not.

    python -m checks.duplicates CORPUS

A recording is labelled by `expected.toml` beside it: its `scenario`, and the kinds of its `[[incident]]`s, first one
first. Two recordings of one scenario with the same first kind, of whatever client generation, must have one signature;
two whose first kinds differ must not. Pairs of one kind and two scenarios are not judged: both answers are right.
"""

import argparse
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Final

from checks.recording import KEY, Recording, recordings, write
from mcplog.sources.units import units_of
from mcplog.triage.batches import batches_of
from mcplog.triage.engines.in_process import InProcess
from mcplog.triage.journal import ROWS
from mcplog.triage.rows import CaseRow
from mcplog.triage.work import Setting

LEAST_PRECISION: Final = 0.95
LEAST_RECALL: Final = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """One recording with an incident.

    Attributes:
        name: Where it lies in its corpus.
        scenario: What was recorded.
        kind: The first kind of its label.
        signature: What it is compared by; empty when nothing was found.
    """

    name: str
    scenario: str
    kind: str
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """How pairs of recordings came out, by kind; a wrong pair counts for both of its kinds.

    Attributes:
        together: Pairs of one fault with one signature.
        apart: Pairs of one fault with two.
        mixed: Pairs of two kinds with one signature.
    """

    together: Counter[str]
    apart: Counter[str]
    mixed: Counter[str]
    mixed_pairs: int

    @property
    def precision(self) -> float:
        """The share of pairs with one signature that are of one fault; 1 where there is no such pair."""
        right = self.together.total()
        return right / (right + self.mixed_pairs) if right + self.mixed_pairs else 1.0

    @property
    def recall(self) -> float:
        """The share of pairs of one fault that have one signature; 1 where there is no such pair."""
        right = self.together.total()
        return right / (right + self.apart.total()) if right + self.apart.total() else 1.0


def pairs_of(labelled: Iterable[Labelled]) -> Pairs:
    """Return how all pairs of recordings came out."""
    together, apart, mixed, mixed_pairs = Counter[str](), Counter[str](), Counter[str](), 0
    for one, other in combinations(labelled, 2):
        is_one = bool(one.signature) and one.signature == other.signature
        if one.kind != other.kind:
            mixed.update((one.kind, other.kind) if is_one else ())
            mixed_pairs += is_one
        elif one.scenario == other.scenario:
            (together if is_one else apart)[one.kind] += 1
    return Pairs(together=together, apart=apart, mixed=mixed, mixed_pairs=mixed_pairs)


def label_of(folder: Path) -> tuple[str, str] | None:
    """Return scenario and first kind of the recording in `folder`; null for one without an incident or in dispute."""
    label = tomllib.loads((folder / "expected.toml").read_text("utf-8"))
    incidents = label.get("incident", [])
    if not incidents or label.get("disputed", False):
        return None
    return str(label["scenario"]), str(incidents[0]["kind"])


def signatures_of(found: Iterable[Recording]) -> Mapping[str, str]:
    """Return the signatures of recordings by their names, all triaged together."""
    with tempfile.TemporaryDirectory(prefix="mcplog-check-") as place:
        for recording in found:
            write(recording, Path(place) / recording.name)
        outcomes = InProcess().outcomes(batches_of(units_of([place])), Setting(key=KEY, with_findings=False))
        rows = [ROWS.decode(line) for outcome in outcomes for line in outcome.lines.splitlines()]
    return {row.case: row.signature for row in rows if isinstance(row, CaseRow)}


def print_pairs(pairs: Pairs) -> None:
    """Print the counts of `pairs` by kind, then the figures."""
    print(f"{'kind':40}{'together':>9}{'apart':>7}{'mixed up':>10}")
    for kind in sorted({*pairs.together, *pairs.apart, *pairs.mixed}):
        print(f"{kind:40}{pairs.together[kind]:>9}{pairs.apart[kind]:>7}{pairs.mixed[kind]:>10}")
    print(
        f"precision {pairs.precision:.3f} (least {LEAST_PRECISION}), recall {pairs.recall:.3f} (least {LEAST_RECALL})"
    )


def main() -> int:
    """Read the command line, triage the corpus, print; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    corpus: Path = parser.parse_args().corpus
    found = [one for one in recordings(corpus) if (corpus / one.name / "expected.toml").is_file()]
    signatures = signatures_of(found)
    labels = {one.name: label_of(corpus / one.name) for one in found}
    labelled = [
        Labelled(name=name, scenario=label[0], kind=label[1], signature=signatures.get(name, ""))
        for name, label in labels.items()
        if label is not None
    ]
    pairs = pairs_of(labelled)
    print_pairs(pairs)
    for one in labelled:
        if not one.signature:
            print(f"no incident found: {one.name} ({one.kind})")
    is_kept = bool(labelled) and pairs.precision >= LEAST_PRECISION and pairs.recall >= LEAST_RECALL
    print(f"{len(labelled)} recordings: {'kept' if is_kept else 'MISSED'}")
    return 0 if is_kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
