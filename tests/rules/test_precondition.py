"""What has to happen before a fault can: a rule's query without the fault."""

import pytest

from mcplog.knowledge.rulepack import load_rulepack
from mcplog.rules.precondition import precondition_of

RULES = {rule.id: rule for rule in load_rulepack()}


@pytest.mark.parametrize(
    ("rule", "steps"),
    [
        ("refresh-never-used", ["connected", "access_token_expired"]),
        ("rejected-after-auth", ["token_saved token_returned"]),
        ("refresh-token-revoked", ["refresh_started"]),
    ],
)
def test_it_is_what_stands_before_the_fault(rule: str, steps: list[str]) -> None:
    query = precondition_of(RULES[rule])

    assert query is not None
    assert [" ".join(step.kinds) for step in query.steps] == steps


def test_of_several_patterns_the_one_that_asks_for_most_counts() -> None:
    query = precondition_of(RULES["refresh-race"])

    assert query is not None
    assert [step.kinds for step in query.steps] == [("refresh_started",), ("refresh_started",), ("refresh_observed",)]
    assert query.maxspan_ms == 120_000


def test_no_precondition_asks_for_an_absence_or_for_what_is_left_out() -> None:
    queries = [query for rule in RULES.values() if (query := precondition_of(rule)) is not None]

    assert len(queries) > len(RULES) // 3
    assert [step.text for query in queries for step in query.steps if step.missing] == []
