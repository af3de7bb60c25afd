"""Cuts of a recording are the same each time: what is missed once can be looked at again."""

from pathlib import Path

from checks.cut import Cut, cuts_of
from checks.recording import analysed, recordings

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


def shown(cut: Cut) -> tuple[object, ...]:
    return cut.variant, sorted(cut.recording.files.items()), cut.gaps


def test_the_same_stretches_are_cut_each_time() -> None:
    (recording,) = recordings(SAMPLES, word="401-after-sign-in")
    analysis = analysed(recording)
    first = [shown(cut) for cut in cuts_of(recording, analysis)]

    assert all([shown(cut) for cut in cuts_of(recording, analysis)] == first for _ in range(5))
    assert len(first) > 3
