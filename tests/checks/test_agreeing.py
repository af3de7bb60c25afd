"""The check of the table against lark, on a sample."""

from pathlib import Path

from checks.agreeing import disagreements, mutants, texts_of

SAMPLES = Path(__file__).parents[2] / "samples"


def test_the_table_agrees_with_lark_on_a_sample_and_on_mutants_of_them() -> None:
    texts = texts_of(SAMPLES / "race")

    assert all(len(some) > 20 for some in texts.values())
    assert [disagreements(start, [*some, *mutants(some, 300)]) for start, some in texts.items()] == [[], [], []]
