"""The sentences of a paste."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from mcplog.parse.paste_lines import lines_of
from mcplog.parse.report_phrases import WordForms
from mcplog.parse.report_sentences import sentences

AS_SAID = WordForms(words={}, runs={}, left_out=frozenset())


def test_three_stops_end_a_sentence_but_in_a_command_they_leave_something_out() -> None:
    text = "It hangs... then it fails. `claude mcp add ... --transport sse` fails.\n"

    assert [one.text for one in sentences(text, list(lines_of(text)), set(), set(), AS_SAID)] == [
        "It hangs...",
        "then it fails.",
        "`claude mcp add ... --transport sse` fails.",
    ]


@given(st.text(max_size=400))
def test_sentences_are_stretches_of_the_text_in_order(text: str) -> None:
    found = list(sentences(text, list(lines_of(text)), set(), set(), AS_SAID))

    assert [one.text for one in found] == [text[one.start : one.end] for one in found]
    assert all(before.end <= after.start for before, after in pairwise(found))


def test_a_heading_is_about_what_stands_below_it_up_to_a_break() -> None:
    text = "## Actual\n\nIt fails.\n\n---\n\nSomebody wrote this.\n"

    found = list(sentences(text, list(lines_of(text)), set(), set(), AS_SAID))

    assert [(one.text, one.words[: one.own]) for one in found] == [
        ("## Actual", ()),
        ("It fails.", ("actual",)),
        ("Somebody wrote this.", ()),
    ]
