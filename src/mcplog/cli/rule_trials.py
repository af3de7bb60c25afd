"""Run a rule on its cases and say what is not as it should be: verdicts, numbers of cases, mutants, idle evidence.

The folder of a case says what the rule has to find in it. A rule that says less than its cases allow is found by
changing it: each clause that is left out or turned round has to be noticed by a case.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

from mcplog.errors import UsageError
from mcplog.knowledge.resources import rulepack
from mcplog.knowledge.rulepack import RULE_FILE, load_rulepack
from mcplog.model.finding import Analysis, Finding
from mcplog.model.rule import CompiledRule
from mcplog.model.vocabulary import Certainty
from mcplog.pipeline import run
from mcplog.rules.counterfactual import idle_evidence
from mcplog.rules.language import compile_pack
from mcplog.rules.mutants import mutants, survivors
from mcplog.sources.installed_packs import pack_folder
from mcplog.sources.rule_cases import RuleCase, read_cases, rule_cases
from mcplog.sources.rule_folders import rule_texts

KEY: Final = b"a key for the cases of the rules"  # of the fingerprints, which no case is about
ONLY_POSSIBLE: Final = "only-possible"  # tag of a rule that can never be confirmed: its evidence is told or undecided
LEAST: Final[Mapping[Certainty | None, int]] = {Certainty.CONFIRMED: 2, Certainty.POSSIBLE: 1, None: 2}
LEAST_POSSIBLE: Final[Mapping[Certainty | None, int]] = {Certainty.CONFIRMED: 0, Certainty.POSSIBLE: 2, None: 2}


class Trial(Struct, frozen=True, kw_only=True):
    """A rule on all of its cases; the number of a case in `cases` is its `case_id`."""

    rule: CompiledRule
    cases: Sequence[RuleCase]
    analysis: Analysis


class Score(Struct, frozen=True, kw_only=True):
    """How a rule did.

    Attributes:
        rule_id: The rule.
        cases: How many cases expect each certainty; null for a near miss.
        mutants: How many there are; null when they were not tried.
        survivors: What was changed in those that no case tells from the rule.
        faults: What is wrong, a sentence each.
    """

    rule_id: str
    cases: Mapping[Certainty | None, int]
    mutants: int | None = None
    survivors: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        """Nothing is wrong, and no mutant survives."""
        return not self.faults and not self.survivors


def packed(pack: Path | None) -> tuple[list[CompiledRule], list[RuleCase]]:
    """Return the rules of a pack and their cases.

    Args:
        pack: A folder of rules, one rule's own folder, or the name of an installed pack; null: what ships with mcplog.

    Raises:
        UsageError: There is no rule.
        RuleError: A rule has faults.
    """
    if pack is None:
        return list(load_rulepack()), list(rule_cases([Path(str(rulepack()))]))
    alone = pack.resolve().name if (pack / RULE_FILE).is_file() else None
    folder = pack.resolve().parent if alone else pack_folder(pack)
    texts = {name: text for name, text in rule_texts([folder]).items() if alone in (None, name)}
    ours = [] if folder == Path(str(rulepack())).resolve() else load_rulepack()
    known = {rule.id for rule in ours} | {file.parent.name for file in folder.glob(f"*/{RULE_FILE}")}
    twice = next((name for name in texts if name in {rule.id for rule in ours}), None)
    if twice:
        raise UsageError(f"mcplog has a rule {twice!r} of its own", hint="Give yours another id and folder.")
    rules = compile_pack(texts, known=known)
    return list(rules), [case for case in rule_cases([folder]) if case.rule_id in texts]


def trial(rule: CompiledRule, cases: Sequence[RuleCase]) -> Trial:
    """Return a rule on its `cases`, of which there is at least one.

    Raises:
        UsageError: A case holds nothing that could be read.
    """
    inputs = read_cases(cases)
    return Trial(rule=rule, cases=cases, analysis=run(inputs.documents, inputs.dumps, [rule], key=KEY))


def finding_in(tried: Trial, case: RuleCase) -> Finding | None:
    """Return the surest finding of a trial in one of its cases."""
    number = tried.cases.index(case)
    found = [finding for finding in tried.analysis.findings if finding.case_id == number]
    return min(found, key=lambda finding: finding.certainty is not Certainty.CONFIRMED, default=None)


def cause_in(case: RuleCase, finding: Finding) -> str:
    """Return the cause that a finding tells, with paths relative to the case's folder."""
    return finding.cause.replace(f"{case.folder}{os.sep}", "")


def score(rule: CompiledRule, cases: Sequence[RuleCase], *, mutate: bool) -> Score:
    """Return how a rule did on its cases.

    Args:
        rule: The rule.
        cases: All cases of it.
        mutate: Also change it in each of its clauses, and take away each line that it cites.
    """
    counts = counted(cases)
    few = tuple(too_few(rule, counts))
    if not cases:
        return Score(rule_id=rule.id, cases=counts, faults=few)
    tried = trial(rule, cases)
    faults = (*few, *_wrong(tried))
    if not mutate:
        return Score(rule_id=rule.id, cases=counts, faults=faults)
    return Score(
        rule_id=rule.id,
        cases=counts,
        mutants=sum(1 for _ in mutants(rule)),
        survivors=unnoticed(tried),
        faults=(*faults, *(f"confirmed without a line that it cites: {line}" for line in not_needed(tried))),
    )


def counted(cases: Sequence[RuleCase]) -> dict[Certainty | None, int]:
    """Return how many of `cases` expect each certainty; null for a near miss."""
    expected = [case.expected for case in cases]
    return {word: expected.count(word) for word in LEAST}


def too_few(rule: CompiledRule, counts: Mapping[Certainty | None, int]) -> Iterator[str]:
    """Yield what a rule lacks: two confirmed cases, a possible one, two near misses; else two possible ones."""
    never = ONLY_POSSIBLE in rule.tags or all(one.at_most is Certainty.POSSIBLE for one in rule.patterns)
    for word, least in (LEAST_POSSIBLE if never else LEAST).items():
        if counts[word] < least:
            yield f"has {counts[word]} cases in {word or 'none'}/, needs {least}"


def unnoticed(tried: Trial) -> tuple[str, ...]:
    """Return what was changed in the mutants of a rule that none of its cases tells from it."""
    analysis = tried.analysis
    causes = [number for number, case in enumerate(tried.cases) if case.cause]
    alive = survivors(tried.rule, analysis.events, documents=analysis.documents, causes=causes)
    return tuple(mutant.what for mutant in alive)


def not_needed(tried: Trial) -> tuple[str, ...]:
    """Return the evidence that confirmed cases are confirmed without: case and line."""
    analysis = tried.analysis
    confirmed = [number for number, case in enumerate(tried.cases) if case.expected is Certainty.CONFIRMED]
    idle = idle_evidence(tried.rule, analysis.events, documents=analysis.documents, cases=confirmed)
    return tuple(f"{tried.cases[piece.case_id].name}: {piece.evidence.excerpt}" for piece in idle)


def _wrong(tried: Trial) -> Iterator[str]:
    for case in tried.cases:
        finding = finding_in(tried, case)
        if (finding and finding.certainty) != case.expected:
            yield f"{case.expected or 'none'}/{case.name}: is {finding.certainty if finding else 'not found'}"
        elif finding and case.cause and cause_in(case, finding) != case.cause:
            yield f"{case.expected}/{case.name}: tells another cause: {cause_in(case, finding)}"
