"""pairs_of: one fault has one signature, two faults have two; one kind in two scenarios is not judged."""

from pathlib import Path

from checks.duplicates import Labelled, label_of, pairs_of, signatures_of
from checks.recording import recordings

ROOT = Path(__file__).parents[2]


def labelled(name: str, kind: str, signature: str) -> Labelled:
    return Labelled(name=name, scenario=name.rpartition("/")[2], kind=kind, signature=signature)


def test_pairs_are_counted_by_kind() -> None:
    pairs = pairs_of(
        [
            labelled("1/down", "down", "a"),
            labelled("2/down", "down", "a"),
            labelled("3/down", "down", ""),
            labelled("1/gone", "gone", "a"),
            labelled("1/other", "down", "b"),
        ]
    )

    assert (dict(pairs.together), dict(pairs.apart)) == ({"down": 1}, {"down": 2})
    assert (dict(pairs.mixed), pairs.mixed_pairs) == ({"down": 2, "gone": 2}, 2)
    assert (round(pairs.precision, 2), round(pairs.recall, 2)) == (0.33, 0.33)


def test_what_was_not_found_is_no_fault_that_two_share() -> None:
    pairs = pairs_of([labelled("1/down", "down", ""), labelled("2/down", "down", "")])

    assert (dict(pairs.together), dict(pairs.apart), pairs.precision) == ({}, {"down": 1}, 1.0)


def test_a_label_without_an_incident_and_one_in_dispute_are_left_out(tmp_path: Path) -> None:
    label = tmp_path / "expected.toml"
    told = []
    for text in (
        'scenario = "a"',
        'scenario = "a"\ndisputed = true\n[[incident]]\nkind = "k"',
        'scenario = "a"\n[[incident]]\nkind = "k"',
    ):
        label.write_text(text)
        told.append(label_of(tmp_path))

    assert told == [None, None, ("a", "k")]


def test_the_samples_have_signatures() -> None:
    found = recordings(ROOT / "samples")

    signatures = signatures_of(found)

    assert found
    assert {one.name for one in found} <= set(signatures)
    assert any(signatures.values())
