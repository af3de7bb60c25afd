"""Words of a text, and phrases among them."""

import pytest

from mcplog.parse.report_phrases import find_phrase, words_of


def test_words_have_no_marks_around_them() -> None:
    assert words_of("**Don’t** “re-auth”, it's v2.0.75! (60–75 min)") == (  # noqa: RUF001 - as typed
        "don't", "re-auth", "it's", "v2.0.75", "60-75", "min",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("phrase", "place"), [("b", (1, 2)), ("b c", (1, 3)), ("c*", (2, 3)), ("c", None), ("a c*", None), ("b c*", (1, 3))]
)
def test_a_phrase_is_words_side_by_side(phrase: str, place: tuple[int, int] | None) -> None:
    words = ["a", "b", "cc" if "*" in phrase or phrase == "c" else "c"]

    assert find_phrase(words, phrase) == place
