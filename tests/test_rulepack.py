"""Every rule on its cases: the folder of a case says what the rule has to find in it."""

from functools import cache
from pathlib import Path

import pytest

from mcplog.knowledge.resources import rulepack
from mcplog.knowledge.rulepack import load_rulepack
from mcplog.model.vocabulary import Certainty
from mcplog.pipeline import run
from mcplog.sources import RuleCase, read_cases, rule_cases

KEY = b"a key for the cases of the rules"
RULES = {rule.id: rule for rule in load_rulepack()}
CASES = rule_cases([Path(str(rulepack()))])


@cache
def verdicts(rule_id: str) -> dict[str, Certainty | None]:
    cases = [case for case in CASES if case.rule_id == rule_id]
    inputs = read_cases(cases)
    analysis = run(inputs.documents, inputs.dumps, [RULES[rule_id]], key=KEY)
    found = {finding.case_id: finding.certainty for finding in sorted(analysis.findings, key=is_sure)}
    return {str(case): found.get(number) for number, case in enumerate(cases)}


def is_sure(finding: object) -> bool:
    return getattr(finding, "certainty", None) is Certainty.CONFIRMED


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_case_gets_the_verdict_that_its_folder_is_named_after(case: RuleCase) -> None:
    assert verdicts(case.rule_id)[str(case)] == case.expected
