"""The law of the grammar, both ways, and that nothing of it can go without being missed."""

import pytest

from checks.alternatives import MESSAGE, Numbered, alternatives, numbered, samples
from checks.coverage import misread_samples
from checks.deleting import MISSES, deleted
from mcplog.knowledge.resources import grammar

GRAMMAR = grammar("message.lark")
SMALL = """?message: group
group: "one" -> first
     | "two" NUMBER -> second
     | "two" -> second
?detail: "x" -> y
?quoted: "q" -> w
NUMBER.-1: / [0-9]+/
"""


@pytest.fixture(scope="module")
def table() -> Numbered:
    return Numbered(GRAMMAR)


def test_every_alternative_reads_a_sample(table: Numbered) -> None:
    used = {line for sample in samples() for line in table.read(sample).lines}

    assert [one for one in alternatives(GRAMMAR) if one.line not in used] == []


def test_every_sample_of_a_message_is_read_by_one_alternative(table: Numbered) -> None:
    read = [(sample, table.read(sample).lines) for sample in samples() if sample.start == MESSAGE]

    assert [sample for sample, lines in read if len(lines) != 1] == []


def test_every_sample_is_read_as_what_it_is_kept_for() -> None:
    assert misread_samples() == []


def test_an_alternative_that_is_deleted_is_missed(table: Numbered) -> None:
    """Some of them; `python -m checks.deleting` deletes each."""
    results = list(deleted(alternatives(GRAMMAR)[::29], table, samples()))

    assert len(results) > 10
    assert [one for one, outcome in results if outcome in MISSES] == []


def test_alternatives_are_lines_with_a_name_behind_an_arrow() -> None:
    assert [(one.line, one.name) for one in alternatives(SMALL)] == [
        (2, "first"),
        (3, "second"),
        (4, "second"),
        (5, "y"),
        (6, "w"),
    ]
    assert numbered(SMALL).splitlines()[2:4] == ['     | "two" NUMBER -> second__3', '     | "two" -> second__4']


def test_without_an_alternative_the_others_stay() -> None:
    small = Numbered(SMALL)

    assert small.without([4])["message"].match("two") is None
    assert small.without([4])["message"].match("two 2") == ("second__3", ("NUMBER",), (" 2",))
    assert small.without([])["message"].match("two") == ("second__4", (), ())
