"""Every rule on its cases: the folder of a case says what the rule has to find in it."""

import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
from msgspec import Struct

from mcplog.knowledge.resources import rulepack
from mcplog.knowledge.rulepack import load_rulepack
from mcplog.model.finding import Analysis, Finding
from mcplog.model.rule import CompiledRule
from mcplog.model.vocabulary import Certainty
from mcplog.pipeline import run
from mcplog.rules.counterfactual import idle_evidence
from mcplog.rules.mutants import survivors
from mcplog.sources import RuleCase, read_cases, rule_cases

KEY = b"a key for the cases of the rules"
RULES = {rule.id: rule for rule in load_rulepack()}
CASES = rule_cases([Path(str(rulepack()))])
# Rules whose last event only pastes and screens show, and rules that prove nothing: no case of theirs can be confirmed.
NEVER_CONFIRMED = {"false-needs-auth", "store-wiped", "tokenless-stub"}


class Trial(Struct, frozen=True, kw_only=True):
    """A rule on all of its cases; the number of a case in `cases` is its `case_id`."""

    rule: CompiledRule
    cases: Sequence[RuleCase]
    analysis: Analysis


@cache
def trial(rule_id: str) -> Trial:
    cases = [case for case in CASES if case.rule_id == rule_id]
    inputs = read_cases(cases)
    analysis = run(inputs.documents, inputs.dumps, [RULES[rule_id]], key=KEY)
    return Trial(rule=RULES[rule_id], cases=cases, analysis=analysis)


def finding_in(case: RuleCase) -> Finding | None:
    tried = trial(case.rule_id)
    found = [finding for finding in tried.analysis.findings if finding.case_id == tried.cases.index(case)]
    return min(found, key=lambda finding: finding.certainty is not Certainty.CONFIRMED, default=None)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_case_gets_the_verdict_that_its_folder_is_named_after(case: RuleCase) -> None:
    finding = finding_in(case)

    assert (finding and finding.certainty) == case.expected


@pytest.mark.parametrize("case", [case for case in CASES if case.cause], ids=str)
def test_a_case_that_names_a_cause_is_told_that_one(case: RuleCase) -> None:
    finding = finding_in(case)

    assert finding is not None
    assert finding.cause.replace(f"{case.folder}{os.sep}", "") == case.cause


@pytest.mark.parametrize("rule_id", RULES)
def test_a_rule_has_cases_of_every_kind(rule_id: str) -> None:
    least = {Certainty.CONFIRMED: 2, Certainty.POSSIBLE: 1, None: 2}
    if rule_id in NEVER_CONFIRMED:
        least |= {Certainty.CONFIRMED: 0, Certainty.POSSIBLE: 2}
    expected = [case.expected for case in CASES if case.rule_id == rule_id]

    assert {word: expected.count(word) for word in least if expected.count(word) < least[word]} == {}


@pytest.mark.parametrize("rule_id", RULES)
def test_a_rule_cannot_lose_a_clause_without_a_case_that_notices(rule_id: str) -> None:
    tried = trial(rule_id)
    analysis = tried.analysis
    causes = [number for number, case in enumerate(tried.cases) if case.cause]

    alive = survivors(tried.rule, analysis.events, documents=analysis.documents, causes=causes)

    assert [mutant.what for mutant in alive] == []


@pytest.mark.parametrize("rule_id", RULES)
def test_a_confirmed_finding_needs_every_line_that_it_cites(rule_id: str) -> None:
    tried = trial(rule_id)
    analysis = tried.analysis
    confirmed = [number for number, case in enumerate(tried.cases) if case.expected is Certainty.CONFIRMED]

    idle = idle_evidence(tried.rule, analysis.events, documents=analysis.documents, cases=confirmed)

    assert [(tried.cases[piece.case_id].name, piece.evidence.excerpt) for piece in idle] == []
