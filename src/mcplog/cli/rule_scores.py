"""How rules did on their cases, as a table: one row a rule, what is wrong below it."""

from collections.abc import Iterator, Sequence

from mcplog.cli.rule_trials import LEAST, Score, score
from mcplog.model.rule import CompiledRule
from mcplog.report.inert import inert
from mcplog.sources.rule_cases import RuleCase


def scored(rules: Sequence[CompiledRule], cases: Sequence[RuleCase], *, mutate: bool) -> Iterator[Score]:
    """Yield how each of `rules` did, by id; each is tried alone.

    Args:
        rules: The rules.
        cases: The cases of all of them.
        mutate: Also change them in each of their clauses.
    """
    for rule in sorted(rules, key=lambda rule: rule.id):
        yield score(rule, [case for case in cases if case.rule_id == rule.id], mutate=mutate)


def head(rules: Sequence[CompiledRule], *, mutate: bool) -> str:
    """Return the head of the table, wide enough for the names of `rules`."""
    columns = "".join(f"{word or 'none':>10}" for word in LEAST)
    return f"{'rule':{_width(rules)}}{columns}{'  mutants noticed' * mutate}\n"


def told(one: Score, rules: Sequence[CompiledRule]) -> str:
    """Return the row of a rule, and what is wrong with it."""
    counts = "".join(f"{one.cases[word]:>10}" for word in LEAST)
    share = "" if one.mutants is None else f"{f'{one.mutants - len(one.survivors)} of {one.mutants}':>17}"
    wrong = [*one.faults, *(f"no case notices: {what}" for what in one.survivors)]
    return "".join(f"{line}\n" for line in (f"{one.rule_id:{_width(rules)}}{counts}{share}", *map(_indented, wrong)))


def total(scores: Sequence[Score]) -> str:
    """Return one line on all rules."""
    cases = sum(sum(one.cases.values()) for one in scores)
    bad = sum(not one.is_good for one in scores)
    tried = [one for one in scores if one.mutants is not None]
    made = sum(one.mutants or 0 for one in tried)
    noticed = made - sum(len(one.survivors) for one in tried)
    parts = [f"{len(scores)} rules", f"{cases} cases", *([f"{noticed} of {made} mutants noticed"] if tried else [])]
    return f"{', '.join(parts)}: {f'{bad} rules do not hold' if bad else 'all hold'}\n"


def _width(rules: Sequence[CompiledRule]) -> int:
    return max((len(rule.id) for rule in rules), default=4) + 1


def _indented(line: str) -> str:
    return f"  {inert(line)}"
