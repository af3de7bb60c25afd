"""Tables are read strictly: what is not understood is refused, never skipped."""

import msgspec
import pytest

from mcplog.cli.build_tables import build_tables
from mcplog.errors import KnowledgeError
from mcplog.knowledge.resources import knowledge
from mcplog.knowledge.tables import parse_table, refuse_duplicates, table_text


class Small(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The smallest table."""

    name: str


def test_a_table_becomes_a_value() -> None:
    assert parse_table('name = "a"', Small, name="small.toml") == Small(name="a")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('name = "a"\nother = 1', "unknown field `other`"),
        ('name = "a"\nname = "b"', "Cannot overwrite"),
        ("name = 1", "Expected `str`"),
        ("", "missing required field `name`"),
        ("name =", "Invalid value"),
    ],
)
def test_what_is_not_understood_is_refused_with_the_name_of_the_file(text: str, told: str) -> None:
    with pytest.raises(KnowledgeError, match=rf"small\.toml: .*{told}"):
        parse_table(text, Small, name="small.toml")


def test_the_copies_of_all_tables_are_current() -> None:
    assert build_tables(check=True) == []


def test_a_copy_of_another_text_is_passed_over() -> None:
    text = table_text("ladder.toml")

    with pytest.raises(KnowledgeError, match="unknown field"):
        parse_table(text, Small, name="ladder.toml")
    assert parse_table('name = "a"', Small, name="ladder.toml") == Small(name="a")


def test_a_copy_says_the_same_as_its_table(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [item.name for item in knowledge().iterdir() if item.name.endswith(".toml")]
    copied = {name: parse_table(table_text(name), dict, name=name) for name in names}
    monkeypatch.setattr("mcplog.knowledge.tables._compiled", lambda *_: None)

    assert copied == {name: parse_table(table_text(name), dict, name=name) for name in names}


def test_an_id_that_stands_twice_is_named() -> None:
    refuse_duplicates(["a", "b"], name="small.toml")
    with pytest.raises(KnowledgeError, match=r"small\.toml: named twice: a, c"):
        refuse_duplicates(["c", "a", "b", "a", "c"], name="small.toml")


def test_a_table_that_is_not_there_is_told_with_what_to_do() -> None:
    with pytest.raises(KnowledgeError, match=r"absent\.toml: the table cannot be read") as caught:
        table_text("absent.toml")

    assert caught.value.hint == "Reinstall mcplog."
