"""explain on a recording: the proof tells the values that its conditions read."""

from pathlib import Path

from mcplog.cli.explaining import explained
from mcplog.cli.known_rules import known_rule
from mcplog.pipeline import analyze

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


def test_the_moments_that_a_rule_compares_stand_in_the_proof() -> None:
    analysis = analyze([SAMPLES / "skipped-by-marker"], key=bytes(32))
    (finding,) = explained(analysis, known_rule("needs-auth-cache-outlives-signin"))

    assert [clause.note for clause in finding.clauses] == [
        "",
        "",
        "marked at is 2026-11-25 00:36:50.226; event at of worked is 2026-11-25 00:36:52.551",
    ]
