"""rule_markdown and rule_index: the pages of the rules."""

import pytest

from mcplog.knowledge.rulepack import load_rulepack
from mcplog.model.rule import CompiledRule
from mcplog.report.rule_docs import MADE, Held, rule_index, rule_markdown

RULES = {rule.id: rule for rule in load_rulepack()}


@pytest.fixture(params=sorted(RULES))
def rule(request: pytest.FixtureRequest) -> CompiledRule:
    return RULES[str(request.param)]


def test_a_page_says_what_the_rule_says(rule: CompiledRule) -> None:
    page = rule_markdown(rule)

    assert page.startswith(f"{MADE}\n\n# {rule.id}\n\n**{rule.title}**\n\n")
    assert rule.query.text.strip() in page
    assert [text for text in rule.remedy.values() if text not in page] == []
    assert "\n\n\n" not in page


def test_links_lead_to_pages_that_exist(rule: CompiledRule) -> None:
    linked = [part.partition(".md)")[0] for part in rule_markdown(rule).split("](")[1:] if ".md)" in part]

    assert [name for name in linked if name not in RULES] == []


def test_a_reference_is_a_link_where_its_address_is_known() -> None:
    page = rule_markdown(RULES["refresh-race"])

    assert "[RFC 6749 §6](https://www.rfc-editor.org/rfc/rfc6749#section-6)" in page
    assert "[anthropics/claude-code#84440](https://github.com/anthropics/claude-code/issues/84440)" in page


def test_a_placeholder_is_shown_as_the_name_of_a_value() -> None:
    page = rule_markdown(RULES["refresh-race"])

    assert "`won.event_at`" in page.split("## What would settle it")[1].split("##")[0]


def test_the_index_has_a_row_for_each_rule_with_what_it_is_held_by() -> None:
    held = {name: Held(confirmed=2, possible=1, near_misses=3, mutants=40) for name in RULES}
    rows = [line for line in rule_index(list(RULES.values()), held).splitlines() if line.startswith("| [")]

    assert [row.partition("](")[0].removeprefix("| [") for row in rows] == sorted(RULES)
    assert all(row.endswith(" | 2 | 1 | 3 | 40 |") for row in rows)
