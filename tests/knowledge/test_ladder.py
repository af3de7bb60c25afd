"""The ladder's table: every rung of the vocabulary, in order, with its source."""

import pytest

from mcplog.errors import KnowledgeError
from mcplog.knowledge.ladder import load_ladder, parse_ladder
from mcplog.knowledge.tables import table_text
from mcplog.model.vocabulary import Rung


def test_it_has_every_rung_in_the_order_of_the_vocabulary() -> None:
    assert [row.id for row in load_ladder().rung] == list(Rung)


def test_every_rung_can_be_proven_and_says_what_it_needs_and_where_it_is_from() -> None:
    assert [row.id for row in load_ladder().rung if not (row.proven_by and row.needs and row.source)] == []


def test_what_has_to_be_begun_can_be_begun() -> None:
    assert [row.id for row in load_ladder().rung if row.only_after_opening and not row.opened_by] == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('id = "reach"', 'id = "reech"', "Invalid enum value 'reech'"),
        ('id = "reach"', 'id = "config"', "named twice: config"),
        ('scope = "flow"', 'scope = "flaw"', "no such scope: flaw"),
        ('not_for = ["stateless"]', 'not_for = ["stateful"]', "session: no such trait: stateful"),
        ('oauth_only_for = ["asked-for-auth"]', 'oauth_only_for = ["asked"]', "no such trait: asked"),
        ('["setup_issue_told"]', '["setup_issue_tald"]', "no such event kind: setup_issue_tald"),
        ('responsible = "none"', 'responsible = "nobody"', "Invalid enum value 'nobody'"),
        ("goal =", 'colour = "red"\ngoal =', "unknown field `colour`"),
    ],
)
def test_a_damaged_table_is_refused(old: str, new: str, told: str) -> None:
    text = table_text("ladder.toml")
    assert old in text

    with pytest.raises(KnowledgeError, match=rf"ladder\.toml: .*{told}"):
        parse_ladder(text.replace(old, new, 1))


def test_a_rung_that_is_missing_is_told() -> None:
    first, _, rest = table_text("ladder.toml").partition('[[rung]]\nid = "revoke"')

    assert rest
    with pytest.raises(KnowledgeError, match="the rungs are not those of the vocabulary"):
        parse_ladder(first)
