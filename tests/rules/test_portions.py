"""Queries are looked at in portions, to bound the memory of one look; what they find does not depend on it."""

from pathlib import Path

import pytest

import mcplog
from mcplog.rules import matches

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.mark.parametrize("sample", ["race", "401-after-sign-in"])
@pytest.mark.parametrize("most", [1, 40])
def test_portions_find_what_all_at_once_find(sample: str, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = mcplog.analyze(SAMPLES / sample, key=b"k" * 32).diagnoses
    monkeypatch.setattr(matches, "MOST_ENTRIES", most)

    assert mcplog.analyze(SAMPLES / sample, key=b"k" * 32).diagnoses == at_once
