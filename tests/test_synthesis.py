"""Each pattern of each rule finds the history that is made from its own text, and none of its near misses for sure."""

import pytest

from checks.synthesis import tried
from mcplog.knowledge.rulepack import load_rulepack

RULES = {rule.id: rule for rule in load_rulepack()}
COMPUTES = (" + ", " - ")  # conditions on sums and differences of columns may be too hard for the maker


@pytest.mark.parametrize("rule_id", RULES)
def test_a_pattern_finds_what_its_text_describes_and_no_near_miss(rule_id: str) -> None:
    results = tried(RULES[rule_id])

    not_made = [pattern for pattern, one in zip(RULES[rule_id].patterns, results, strict=True) if one.matches is None]
    queries = [pattern.query for pattern in not_made]
    texts = ["".join([*(s.text for s in query.steps), *(c.text for c in query.credentials)]) for query in queries]
    assert [text for text in texts if not any(sign in text for sign in COMPUTES)] == []
    assert [(one.name, one.wrong) for one in results if one.wrong] == []
