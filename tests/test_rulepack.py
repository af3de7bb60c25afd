"""Every rule on its cases: the folder of a case says what the rule has to find in it."""

from functools import cache
from pathlib import Path

import pytest

from mcplog.cli.rule_trials import Trial, cause_in, counted, finding_in, not_needed, too_few, trial, unnoticed
from mcplog.knowledge.resources import rulepack
from mcplog.knowledge.rulepack import load_rulepack
from mcplog.sources.rule_cases import RuleCase, rule_cases

RULES = {rule.id: rule for rule in load_rulepack()}
CASES = rule_cases([Path(str(rulepack()))])


@cache
def tried(rule_id: str) -> Trial:
    return trial(RULES[rule_id], [case for case in CASES if case.rule_id == rule_id])


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_case_gets_the_verdict_that_its_folder_is_named_after(case: RuleCase) -> None:
    finding = finding_in(tried(case.rule_id), case)

    assert (finding and finding.certainty) == case.expected


@pytest.mark.parametrize("case", [case for case in CASES if case.cause], ids=str)
def test_a_case_that_names_a_cause_is_told_that_one(case: RuleCase) -> None:
    finding = finding_in(tried(case.rule_id), case)

    assert finding is not None
    assert cause_in(case, finding) == case.cause


@pytest.mark.parametrize("rule_id", RULES)
def test_a_rule_has_cases_of_every_kind(rule_id: str) -> None:
    counts = counted([case for case in CASES if case.rule_id == rule_id])

    assert list(too_few(RULES[rule_id], counts)) == []


@pytest.mark.parametrize("rule_id", RULES)
def test_a_rule_cannot_lose_a_clause_without_a_case_that_notices(rule_id: str) -> None:
    assert unnoticed(tried(rule_id)) == ()


@pytest.mark.parametrize("rule_id", RULES)
def test_a_confirmed_finding_needs_every_line_that_it_cites(rule_id: str) -> None:
    assert not_needed(tried(rule_id)) == ()


def test_no_two_rules_explain_each_other_away() -> None:
    explains = {rule.id: set(rule.supersedes) for rule in RULES.values()}
    for rule in RULES.values():
        for cause in rule.consequence_of:
            explains[cause].add(rule.id)
    for _ in range(len(RULES)):
        explains = {one: others.union(*(explains[other] for other in others)) for one, others in explains.items()}

    assert [one for one, others in explains.items() if one in others] == []
