"""A JSON string whose text may be cut off."""

import json

from hypothesis import given
from hypothesis import strategies as st

from mcplog.model.json_string import read_string

TEXTS = st.text(alphabet=st.one_of(st.sampled_from('"\\n/u{}:,é\n\t'), st.characters(exclude_categories=["Cs"])))


@given(text=TEXTS, behind=st.sampled_from(["", "}", ',"url":"x"}', '"']))
def test_a_whole_string_is_what_json_wrote(text: str, behind: str) -> None:
    written = json.dumps(text)[1:]
    assert read_string(written + behind) == (text, True)


@given(text=TEXTS, data=st.data())
def test_of_a_cut_string_the_beginning_is_read_and_it_is_not_whole(text: str, data: st.DataObject) -> None:
    written = json.dumps(text, ensure_ascii=False)[1:-1]
    cut = written[: data.draw(st.integers(0, len(written)))]
    read = read_string(cut)
    assert not read.is_whole
    assert text.startswith(read.text)


def test_half_a_character_is_shown_as_one_that_cannot_be_read() -> None:
    assert read_string(r'suspe\ud800nded"') == ("suspe\N{REPLACEMENT CHARACTER}nded", True)


def test_an_escape_that_json_does_not_know_leaves_the_text_as_it_stands() -> None:
    assert read_string(r'C:\Users"') == (r"C:\Users", True)
