"""The checks over a corpus, on the samples: what must hold for every recording, and that each check would notice."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from checks import company, coverage, cutting, dating, lacking, leaving, pasting, renaming, rewording
from checks.fuzz import fuzzed
from checks.mutating import Mutator
from checks.outcome import Outcome, differences
from checks.recording import Recording, analysed, recordings
from checks.rewriting import texts
from checks.running import Limit, Result
from checks.targets import Target, targets

SAMPLES = Path(__file__).parents[1] / "samples"
RECORDINGS = {recording.name: recording for recording in recordings(SAMPLES)}
FUZZED = {
    "entries": 300,
    "paste": 250,
    "messages": 3000,
    "rules": 250,
    "stores": 1000,
    "quotes": 300,
    "issues": 500,
    "pages": 500,
    "archives": 300,
}
EVERY_SAMPLE = pytest.mark.parametrize("name", RECORDINGS)
OLD_NAMES = ('"notes"', "localhost:8931", "mcp:read", "=client-", "2026-11-25T", "/home/user", "was already used")
FORMS = ("fence", "list", "joined", "wrapped at 80")
LEFT = ("grep -rn", "docker's files", "a table", "broken at 80", "newest line first")
COMPANIONS = [name for name, recording in RECORDINGS.items() if company.can_join(recording)]
ONE_RUN_AT_A_TIME = [name for name in RECORDINGS if name != "race"]


def renamed(recording: Recording) -> Recording:
    for change in renaming.renamings(analysed(recording)).values():
        recording = change(recording)
    return recording


def misses(results: list[Result]) -> list[str]:
    return [f"{one.variant}: {one.outcome}: {one.reason}" for one in results if one.is_miss]


def test_the_samples_are_recordings() -> None:
    assert sorted(RECORDINGS) == [
        "401-after-sign-in",
        "healthy",
        "race",
        "revoked-refresh-token",
        "skipped-by-marker",
    ]


@EVERY_SAMPLE
def test_other_names_addresses_wordings_and_times_change_nothing(name: str) -> None:
    assert misses(renaming.check(RECORDINGS[name])) == []


@EVERY_SAMPLE
def test_renaming_leaves_no_old_name(name: str) -> None:
    changed = renamed(RECORDINGS[name])
    every = [*texts(changed), *changed.files]

    assert [old for old in OLD_NAMES for text in every if old in text] == []


def test_a_rule_that_knew_a_recording_would_be_noticed() -> None:
    outcome = Outcome.of(analysed(RECORDINGS["healthy"]))
    guilty = replace(outcome, verdict="incident")

    assert differences(outcome, guilty) == ["verdict healthy became incident"]


@EVERY_SAMPLE
def test_what_people_leave_out_makes_no_other_cause_certain(name: str) -> None:
    assert misses(lacking.check(RECORDINGS[name])) == []


def test_a_cause_that_what_is_left_out_made_certain_would_be_noticed() -> None:
    whole, other = (Outcome.of(analysed(RECORDINGS[name])) for name in ("healthy", "revoked-refresh-token"))

    assert lacking.result(RECORDINGS["healthy"], "", whole, other, frozenset()).outcome == "other"


@pytest.mark.parametrize("name", ["401-after-sign-in", "revoked-refresh-token"])
def test_another_time_of_the_file_of_a_store_makes_no_other_cause_certain(name: str) -> None:
    results = dating.check(RECORDINGS[name])

    assert len(results) == 2 * (len(dating.SHIFTS) + 1)
    assert misses(results) == []


@pytest.mark.parametrize("name", ["healthy", "revoked-refresh-token"])
def test_what_a_client_says_in_new_words_makes_no_other_cause_certain(name: str) -> None:
    assert misses(rewording.check(RECORDINGS[name])) == []


def test_a_message_in_new_words_is_not_recognised() -> None:
    recording = RECORDINGS["revoked-refresh-token"]
    before = analysed(recording)
    (places,) = [found for kind, found in rewording.places(recording, before).items() if kind == "refresh_failed"]
    after = analysed(rewording.reworded(recording, places))
    counts = [sum(analysis.events["kind"] == "refresh_failed") for analysis in (before, after)]

    assert counts[0] > counts[1] == 0
    assert sum(after.events["kind"] == rewording.UNRECOGNISED) == counts[0]


@pytest.mark.parametrize("name", COMPANIONS)
def test_a_server_in_company_fares_as_alone(name: str) -> None:
    assert misses([company.check((RECORDINGS[name], RECORDINGS["healthy"]))]) == []


@pytest.mark.parametrize("name", ONE_RUN_AT_A_TIME)
def test_a_log_pasted_as_markdown_names_the_same_cause(name: str) -> None:
    assert misses(pasting.check(RECORDINGS[name], FORMS)) == []


@EVERY_SAMPLE
def test_what_tools_leave_tells_the_same(name: str) -> None:
    assert misses(leaving.check(RECORDINGS[name], LEFT)) == []


def test_another_answer_of_what_a_tool_left_would_be_noticed() -> None:
    healthy, broken = (Outcome.of(analysed(RECORDINGS[name])) for name in ("healthy", "401-after-sign-in"))
    doubted = Outcome(verdict="inconclusive", servers=(), findings=())

    assert [leaving.outcome_of(one, one, now) for one, now in ((healthy, broken), (broken, healthy))] == [
        "other",
        "well",
    ]
    assert [leaving.outcome_of(one, one, doubted) for one in (healthy, broken)] == ["unsure", "silent"]


def test_sessions_that_ran_at_once_pasted_into_one_text_name_no_other_cause() -> None:
    """Which process wrote a line of a paste is not told, so the race itself may go unseen."""
    assert {one.outcome for one in pasting.check(RECORDINGS["race"], FORMS)} <= {"same", "silent"}


@EVERY_SAMPLE
def test_evidence_cut_short_makes_no_other_cause_certain(name: str) -> None:
    assert misses(cutting.check(RECORDINGS[name])) == []


def test_the_grammar_knows_what_the_samples_say() -> None:
    shares, unknown = coverage.measured(SAMPLES)

    assert coverage.keeps(shares)
    assert unknown.rows() == []


@pytest.mark.parametrize("target", targets(), ids=lambda target: target.name)
def test_mutants_of_good_input_make_no_reader_fail_or_lose_bytes(target: Target) -> None:
    assert fuzzed(target, FUZZED[target.name], seed=1).failures == []


def test_a_reader_that_fails_is_told_with_the_input_that_did_it() -> None:
    def read(inputs: Sequence[bytes]) -> None:
        if any(b"[" in data for data in inputs):
            raise ValueError("no")

    run = fuzzed(Target(name="picky", read=read, seeds=[b"[", b"a"], together=4), 40, seed=2)

    assert {failure for failure, _ in run.failures} == {"ValueError: no"}
    assert all(b"[" in data for _, data in run.failures)


def test_the_same_seed_makes_the_same_mutants() -> None:
    first, second = (Mutator([b"one", b"two"], 5) for _ in range(2))

    assert [first.next() for _ in range(20)] == [second.next() for _ in range(20)]


@pytest.mark.parametrize(
    ("outcomes", "limit", "expected"),
    [
        (("same", "same"), Limit(), True),
        (("same", "silent"), Limit(), False),
        (("same", "silent"), Limit(share=0.5), True),
        (("same", "silent"), Limit(share=0.5, never=("silent",)), False),
        ((), Limit(), False),
    ],
)
def test_a_limit_asks_for_a_share_and_for_what_never_occurs(
    outcomes: tuple[str, ...], limit: Limit, *, expected: bool
) -> None:
    results = [Result(recording="r", variant="v", outcome=word, is_miss=word != "same") for word in outcomes]

    assert limit.is_kept(results) is expected
