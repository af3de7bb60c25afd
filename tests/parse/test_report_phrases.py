"""Words of a text, and phrases among them."""

import pytest

from mcplog.parse.report_phrases import WordForms, base_words, find_phrase, words_of

FORMS = WordForms(
    words={"loads": ("load",), "loaded": ("load",), "signs": ("sign",), "logon": ("sign", "in")},
    runs={
        "did": ((("did", "not"), ("not",)),),
        "sign": ((("sign", "in", "again"), ("anew",)), (("sign", "in"), ("sign-in",))),
        "by": ((("by", "the"), ("by", "the")),),
    },
    left_out=frozenset({"a", "the"}),
)


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


@pytest.mark.parametrize(
    ("said", "base"),
    [
        ("it did not load", "it not load"),
        ("nothing loaded", "nothing load"),
        ("she signs in once", "she sign-in once"),
        ("she signs in again", "she anew"),
        ("one logon", "one sign-in"),
        ("the a", ""),
        ("loaded by the book of the law", "load by the book of law"),
        ("it did", "it did"),
        ("sign", "sign"),
        ("", ""),
    ],
)
def test_words_have_base_forms_also_several_side_by_side(said: str, base: str) -> None:
    assert " ".join(base_words(said.split(), FORMS)) == base
