"""The phrases that tell what people report."""

from itertools import permutations

import pytest

from mcplog.errors import KnowledgeError
from mcplog.knowledge.reported_facts import load_reported_facts, parse_reported_facts
from mcplog.model.event_kinds import REPORTED_ABOUT, REPORTED_KINDS

FACT = """
about_servers = [["mcp"], ["claude", "connector"]]
titles_not_told = ["docs"]
documentation_headings = ["faq"]
change_titles = ["fix"]
change_headings = [["changes"], ["tests"]]
change_verbs = ["fixes"]
texts_not_told = ["wish list"]
headings_not_told = ["fix"]
remedy_columns = ["fix"]
expectations = ["expected"]
explanations = ["you can"]
not_told = ["please"]
entry_beginnings = ["Fixed"]
not_sure = ["maybe"]
negations = ["not"]
left_out = ["a"]
[forms]
help = ["helps"]
[[fact]]
kind = "restart_cures_reported"
all = [["restart*"], ["helps"]]
samples = ["a"]
near = ["b"]
"""


def test_every_kind_that_people_report_has_phrases_samples_and_near_misses() -> None:
    table = load_reported_facts()

    assert {fact.kind for fact in table.fact} == set(REPORTED_KINDS) - {REPORTED_ABOUT}
    assert [fact.kind for fact in table.fact if not (fact.samples and fact.near and all(fact.all))] == []


def test_no_phrase_of_one_word_is_heard_by_another_of_its_group_anyway() -> None:
    groups = [group for fact in load_reported_facts().fact for group in (*fact.all, *fact.around, fact.unless)]

    assert [
        (phrase, other) for group in groups for phrase, other in permutations(group, 2) if hears(other, phrase)
    ] == []


def hears(other: str, phrase: str) -> bool:
    """Return whether a phrase of one word, with `*` at an end, has all words that another one has."""
    bare = phrase.strip("*")
    if " " in phrase or " " in other:
        return False
    if other.startswith("*"):
        return other.strip("*") in bare
    return other.endswith("*") and not phrase.startswith("*") and bare.startswith(other[:-1])


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        (FACT.replace("restart_cures", "restart_kills"), "no such event kind: restart_kills_reported"),
        (FACT.replace('"helps"', '"Helps"'), "no phrase: 'Helps'"),
        (FACT.replace('"helps"', '" "'), "no phrase: ' '"),
        (FACT.replace('["mcp"]', '["MCP"]'), "no text has a word in capitals, as it is looked at: MCP"),
        (FACT.replace('["mcp"]', '[""]'), "a word of no letters"),
        (FACT + 'reads = "colour"\n', "no such reading: colour"),
        (FACT + 'reads = "word"\n', '`words` and `reads = "word"` go together'),
        (FACT + 'reads = "word"\n[fact.words]\nbeos = ["beos"]\n', "no such word: beos"),
        (FACT.replace('["helps"]\n[[', '["helps", "helps"]\n[['), "two base forms, or a base form itself: helps"),
        (FACT.replace('["helps"]\n[[', '["help"]\n[['), "two base forms, or a base form itself: help"),
        (FACT + "colour = 1\n", "unknown field `colour`"),
        ("x", "reported_facts.toml"),
    ],
)
def test_a_table_with_a_fault_does_not_load(wrong: str, fault: str) -> None:
    with pytest.raises(KnowledgeError) as error:
        parse_reported_facts(wrong)

    assert fault in str(error.value)
