"""A line that is shown to others: each thing that names somebody is replaced, and each replacement is missed."""

import re
from collections import Counter

import pytest

from mcplog.credentials.shared import StandIns
from mcplog.sharing import line
from mcplog.sharing.line import Hidden, Lines
from mcplog.sharing.new_names import NewNames

KEY = b"\x0b" * 32
NOTHING = re.compile(r"(?!)")
# Each text needs one pattern that no other does the work of; with it the word that names somebody.
WITNESSES = {
    "at https://mcp.acme.dev/v1 now": ("URL", Hidden.ADDRESS, "acme"),
    "u=https%3A%2F%2Fnotes%2Fv1%2Facme": ("QUOTED_URL", Hidden.ADDRESS, "acme"),
    "by dana@acme.dev": ("EMAIL", Hidden.EMAIL, "dana"),
    r"at C:\work\falcon": ("WINDOWS_PATH", Hidden.PATH, "falcon"),
    "at /srv/falcon/x.js": ("UNIX_PATH", Hidden.PATH, "falcon"),
    "in -home-dana-x": ("HOME", Hidden.PATH, "dana"),
    "of db7.acme.dev:": ("HOST", Hidden.HOST, "acme"),
    "ENOTFOUND acmebox": ("NAMED_HOST", Hidden.HOST, "acmebox"),
    "from 10.1.2.3 on": ("IPV4", Hidden.HOST, "10.1.2.3"),
    "id 3f0c2c1e-1111-4111-8111-111111111111": ("UUID", Hidden.ID, "3f0c2c1e"),
}


def lines(*looked_for: str) -> Lines:
    names = NewNames(KEY)
    stand_ins = StandIns(KEY, stays=lambda _: False, rename=names.text)
    names.hide_with(stand_ins)
    return Lines(names, stand_ins, looked_for=looked_for)


@pytest.mark.parametrize("text", WITNESSES)
def test_what_names_somebody_is_replaced_and_told(text: str) -> None:
    _, hidden, word = WITNESSES[text]
    shown, found = lines().rewritten(text)

    assert word not in shown
    assert found == Counter({hidden: 1})


@pytest.mark.parametrize("text", WITNESSES)
def test_a_pattern_that_is_taken_away_is_missed(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pattern, _, word = WITNESSES[text]
    monkeypatch.setattr(line, pattern, NOTHING)

    assert word in lines().rewritten(text)[0]


def test_a_name_that_is_looked_for_is_replaced_wherever_it_stands() -> None:
    assert "falcon" in lines().rewritten("the falcon flew")[0]
    assert "falcon" not in lines("falcon").rewritten("the falcon flew")[0]


def test_the_rest_of_a_very_long_line_is_without_words() -> None:
    text = " ".join(["word"] * 5_000)
    shown, found = lines().rewritten(text)

    assert len(shown) == len(text)
    assert found[Hidden.REST] == 1
    assert shown.count("word") < shown.count("xxxx")
