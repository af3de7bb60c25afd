"""The samples of `grammars/samples`, as tests read them.

A line is `<client version, or ->` TAB `<message>`; a message that begins with a quote is JSON.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "grammars" / "samples"


@dataclass(frozen=True, slots=True)
class Sample:
    """One message of a kind, one detail of a failure, or what a sentence quotes."""

    meaning: str
    version: str
    text: str

    def __str__(self) -> str:
        """Return a short name for a test."""
        return f"{self.meaning}/{self.version}/{self.text[:30]}"


@cache
def message_samples() -> tuple[Sample, ...]:
    return _read(FOLDER)


@cache
def detail_samples() -> tuple[Sample, ...]:
    return _read(FOLDER / "detail")


@cache
def quoted_samples() -> tuple[Sample, ...]:
    return _read(FOLDER / "quoted")


def _read(folder: Path) -> tuple[Sample, ...]:
    return tuple(
        _sample(path.stem, line)
        for path in sorted(folder.glob("*.txt"))
        for line in path.read_text("utf-8").split("\n")
        if line
    )


def _sample(meaning: str, line: str) -> Sample:
    version, _, text = line.partition("\t")
    return Sample(meaning, version, json.loads(text) if text.startswith('"') else text)
