"""The generated table: never stale, equal to lark in every event and field, and never slow."""

import os
import random
from collections.abc import Iterator
from functools import cache

import pytest

from mcplog.errors import KnowledgeError
from mcplog.knowledge.resources import grammar, message_table
from mcplog.model.event_kinds import EVENT_KINDS
from mcplog.model.failures import FAILURES
from mcplog.parse._table import faults_of, message_tables
from mcplog.parse.message_grammar import MessageGrammar, message_grammars
from mcplog.parse.message_table import message_table_text
from mcplog.parse.tables import tables
from tests.parse.samples import detail_samples, message_samples, quoted_samples

SAMPLES = {"message": message_samples, "detail": detail_samples, "quoted": quoted_samples}
STARTS = tuple(SAMPLES)
# Of each start rule; MCPLOG_MUTANTS=500000 looks closer.
MUTANTS = int(os.environ.get("MCPLOG_MUTANTS", "30000"))


@cache
def grammars() -> dict[str, MessageGrammar]:
    return message_grammars(grammar("message.lark"))


@cache
def texts(start: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line.strip() for sample in SAMPLES[start]() for line in sample.text.split("\n")[:1]))


def mutants(start: str, count: int) -> Iterator[str]:
    """Yield broken, cut, spliced and stretched samples, the same for the same count."""
    dice = random.Random(count)  # noqa: S311 - the same mutants every time are the point
    pool = texts(start)
    pieces = [part for text in pool for part in text.split(" ")] + list(": ()[]{}'\",;-—✔0123456789\\\t\r\x00é")
    for _ in range(count):
        text = dice.choice(pool)
        for _ in range(dice.randint(1, 3)):
            at, upto = sorted((dice.randint(0, len(text)), dice.randint(0, len(text))))
            match dice.randrange(6):
                case 0:
                    text = text[:at] + text[at + 1 :]
                case 1:
                    text = text[:at] + dice.choice(pieces) + text[at:]
                case 2:
                    text = text[:at]
                case 3:
                    text = text[:at] + text[at:upto] * dice.randint(0, 3) + text[upto:]
                case 4:
                    text = text[:at] + dice.choice(pool)[dice.randint(0, 40) :]
                case _:
                    text = text[:at] + text[at:upto].swapcase() + text[upto:]
        yield text


def test_the_table_is_the_one_that_the_grammar_gives() -> None:
    fresh = message_table_text(grammar("message.lark"))

    assert fresh == message_table(), "stale: run `python tools/build_message_table.py`"


@pytest.mark.parametrize("start", STARTS)
def test_the_table_reads_every_sample_as_lark_does(start: str) -> None:
    by_table = {text: tables()[start].match(text) for text in texts(start)}

    assert by_table == {text: grammars()[start].match(text) for text in texts(start)}


@pytest.mark.parametrize("start", STARTS)
def test_the_table_reads_mutants_as_lark_does(start: str) -> None:
    found = [text for text in mutants(start, MUTANTS) if tables()[start].match(text) != grammars()[start].match(text)]

    assert found == []


@pytest.mark.parametrize("start", STARTS)
def test_many_texts_are_read_as_each_alone(start: str) -> None:
    some = [*texts(start), *mutants(start, 500)]

    together = {
        row: (way.name, way.fields, tuple(column[n] for column in way.columns))
        for way in tables()[start].find_all(some)
        for n, row in enumerate(way.rows)
    }

    assert [together.get(row) for row in range(len(some))] == [grammars()[start].match(text) for text in some]


def names(start: str) -> set[str]:
    ends = (end for head in tables()[start].heads for end in head.ends.values())
    return {name for name, *_ in ends}


def test_the_names_of_messages_are_the_event_kinds() -> None:
    assert names("message") == set(EVENT_KINDS) - {"unrecognised"}


def test_the_names_of_details_are_failures() -> None:
    assert {name.replace("_", "-") for name in names("detail")} - {"wrapped"} <= set(FAILURES)


def test_what_a_sentence_quotes_is_said_or_failed() -> None:
    assert names("quoted") == {"said", "failed"}


PUMPS = [*"a :'\"([{1-.E\\=", "::", ": ", "()", ". ", "Error", "Error: ", " - ✔ ", " failed", " MCP Server", "code="]
PUMPS += ['MCP server "', " to configured: ", "); ", "; "]


@pytest.mark.timeout(120)  # a text that takes its square in steps would take hours
@pytest.mark.parametrize("start", STARTS)
def test_no_text_takes_more_than_its_length_in_steps(start: str) -> None:
    for text in {text[: len(text) // share] for text in texts(start) for share in (1, 2, 4)}:
        for pump in PUMPS:
            tables()[start].match(text + pump * (20_000 // len(pump)))

    for pump in PUMPS:
        assert tables()[start].match(pump * (200_000 // len(pump)) + "\x00\n") is None


def test_a_text_that_nothing_begins_like_is_nothing() -> None:
    assert tables()["message"].match("Something else entirely") is None


def test_a_rule_that_reaches_itself_is_refused() -> None:
    text = 'message: "a" more -> x\nmore: "b" more | "c"\ndetail: "d" -> y\nquoted: "q" -> w\n'

    with pytest.raises(KnowledgeError, match="rule more reaches itself by message > more > more"):
        message_table_text(text)


def test_a_look_around_is_refused() -> None:
    text = 'message: "a" X -> x\nX.-1: /b(?=c)/\ndetail: "d" -> y\nquoted: "q" -> w\n'

    with pytest.raises(KnowledgeError, match="terminal X uses a look-around"):
        message_table_text(text)


def test_a_pattern_that_is_tried_before_a_literal_is_refused() -> None:
    text = 'message: "a" X -> x | "a" "literal" -> z\nX.1: /[a-z]+/\ndetail: "d" -> y\nquoted: "q" -> w\n'

    with pytest.raises(KnowledgeError, match="pattern X is tried before a literal"):
        message_table_text(text)


def test_one_text_with_two_meanings_is_refused() -> None:
    text = 'message: one | two\none: "a" -> x\ntwo: "a" -> z\ndetail: "d" -> y\nquoted: "q" -> w\n'

    with pytest.raises(KnowledgeError, match="one text means x and z"):
        message_table_text(text)


@pytest.mark.parametrize(
    ("expression", "faults"),
    [
        (r"[^()]+", 0),
        (r"(?:a|b)\(", 0),
        (r"(a)", 1),
        (r"a(?!b)", 1),
        (r"\d+", 1),
        (r"\\d", 0),
        (r"a\b", 1),
    ],
)
def test_what_the_table_cannot_say_is_found(expression: str, faults: int) -> None:
    assert len(faults_of(expression)) == faults


@pytest.mark.parametrize("text", ["", "[]", "{", '{"message": [{}]}', '{"message": [{"literal": "a", "rest": "("}]}'])
def test_a_damaged_table_is_told(text: str) -> None:
    with pytest.raises(KnowledgeError, match="table of messages is damaged"):
        message_tables(text)
