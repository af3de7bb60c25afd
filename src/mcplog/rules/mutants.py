"""Change a rule in one place, to see whether its cases notice.

A clause that can be left out or turned round while every case keeps its verdict is one that no case speaks of.

    deleted     a step, a missing step, maxspan, until, a key, a credential test, a part of a condition, an arm of `or`
    negated     a part of a condition or of a credential test; a missing step that has to happen, a step that must not
    as a whole  a pattern or an exonerating query left out, `at_most` lifted, one run less

May import: model. Touches: nothing.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Final

import polars as pl
from msgspec import Struct
from msgspec.structs import replace

from mcplog.model.event_kinds import REPORTED_KINDS
from mcplog.model.rule import Alternative, CompiledRule, CredentialTest, Query, Step, Term
from mcplog.model.vocabulary import Certainty
from mcplog.rules.conditions import columns_of, conjuncts, join_conjuncts, references
from mcplog.rules.evaluate import evaluate
from mcplog.rules.relaxing import Drop, Part, Relaxed, droppable, turned, without

REPORTED: Final = frozenset(REPORTED_KINDS)
OWNED: Final = frozenset({"attempt_id", "flow_id"})  # each is of one process and one server
Outcome = tuple[Certainty, str]  # how sure the surest finding is, and which pattern made it


class Mutant(Struct, frozen=True, kw_only=True):
    """A rule that was changed in one place.

    Attributes:
        what: What was changed, in words.
        rule: The changed rule.
    """

    what: str
    rule: CompiledRule


def mutants(rule: CompiledRule) -> Iterator[Mutant]:
    """Yield `rule` with each of its clauses left out or turned round, one at a time; they have no texts."""
    rule = _without_texts(rule)
    for number, pattern in enumerate(rule.patterns):
        place = f"pattern {number + 1}: " if rule.also else ""
        for what, query in _mutated(pattern.query):
            yield Mutant(what=f"{place}{what}", rule=_with_pattern(rule, number, replace(pattern, query=query)))
        if pattern.at_most is Certainty.POSSIBLE and not _rests_on_reports(pattern.query):
            lifted = replace(pattern, at_most=Certainty.CONFIRMED)
            yield Mutant(what=f"{place}at_most lifted", rule=_with_pattern(rule, number, lifted))
        if rule.also:
            yield Mutant(what=f"{place}deleted", rule=_with_pattern(rule, number, None))
    for number, query in enumerate(rule.exonerating):
        place = f"exonerating {number + 1}: "
        for what, changed in _mutated(query):
            yield Mutant(what=f"{place}{what}", rule=_with_exonerating(rule, number, changed))
        yield Mutant(what=f"{place}deleted", rule=_with_exonerating(rule, number, None))


def survivors(
    rule: CompiledRule, facts: pl.DataFrame, *, documents: pl.DataFrame, causes: Collection[int] = ()
) -> tuple[Mutant, ...]:
    """Return the mutants of a rule that no case tells from it.

    Args:
        rule: The rule.
        facts: FACTS of its cases.
        documents: DOCUMENTS of them.
        causes: The cases that say by which pattern they are found; of the others the verdict alone counts.

    Returns:
        The mutants that give every case what the rule gives it.
    """
    whole = _without_texts(rule)
    made = [replace(one, rule=replace(one.rule, id=f"{rule.id} {at}")) for at, one in enumerate(mutants(rule))]
    found: dict[str, dict[int, Outcome]] = {}
    for finding in evaluate([whole, *(mutant.rule for mutant in made)], facts, documents=documents):
        of_rule = found.setdefault(finding.rule_id, {})
        if finding.case_id not in of_rule or finding.certainty is Certainty.CONFIRMED:
            of_rule[finding.case_id] = (finding.certainty, finding.cause if finding.case_id in causes else "")
    return tuple(mutant for mutant in made if found.get(mutant.rule.id) == found.get(rule.id))


def _without_texts(rule: CompiledRule) -> CompiledRule:
    """Return `rule` with the number of each pattern for its sentence: that names steps, which a mutant may lack."""
    also = (replace(one, cause=str(number), next_observation="") for number, one in enumerate(rule.also, 2))
    return replace(rule, cause="1", next_observation="", also=tuple(also))


def _rests_on_reports(query: Query) -> bool:
    """Tell whether a query needs what people say: that stands in pastes, and from those nothing is confirmed."""
    return any(REPORTED.issuperset(step.kinds) for step in query.steps if not step.missing)


def _with_pattern(rule: CompiledRule, number: int, pattern: Alternative | None) -> CompiledRule:
    changed = [one for index, one in enumerate(rule.patterns) if index != number]
    if pattern is not None:
        changed.insert(number, pattern)
    main = changed[0]
    return replace(
        rule,
        query=main.query,
        at_most=main.at_most,
        cause=main.cause,
        responsible=main.responsible,
        also=tuple(changed[1:]),
    )


def _with_exonerating(rule: CompiledRule, number: int, query: Query | None) -> CompiledRule:
    changed = [one for index, one in enumerate(rule.exonerating) if index != number]
    if query is not None:
        changed.insert(number, query)
    return replace(rule, exonerating=tuple(changed))


def _mutated(query: Query) -> Iterator[tuple[str, Query]]:
    yield from _shortened(query)
    yield from _turned_steps(query)
    for index, step in enumerate(query.steps):
        for what, where in _mutated_condition(step.where, deletes=step.missing):
            yield f"{_name(step)}: {what}", _with_step(query, index, replace(step, where=where))
        if step.runs > 1:
            yield f"{_name(step)}: one run less", _with_step(query, index, replace(step, runs=step.runs - 1))
    for index, test in enumerate(query.credentials):
        for what, where in _mutated_condition(test.where, deletes=len(conjuncts(test.where)) > 1):
            if where is not None:
                yield f"credential: {what}", _with_test(query, index, replace(test, where=where))
    if query.until:
        for what, where in _mutated_condition(query.until.where, deletes=True):
            yield f"until: {what}", _recounted(replace(query, until=replace(query.until, where=where)))


def _shortened(query: Query) -> Iterator[tuple[str, Query]]:
    """Yield the query without each of its parts; without its anchor, the step before that is the anchor."""
    happening = [index for index, step in enumerate(query.steps) if not step.missing]
    anchors = [Drop(part=Part.STEP, index=happening[-1])] if len(happening) > 1 else []
    parts = [drop for drop in droppable(query) if drop.part is not Part.KEY or _matters(query, drop.index)]
    for drop in (*parts, *anchors):
        shorter = without(query, {drop}).query
        if drop in anchors and shorter.maxspan_ms is None:
            shorter = _recounted(replace(shorter, steps=_without_tail(shorter.steps)))
        yield f"deleted {_part(query, drop)}", shorter


def _matters(query: Query, index: int) -> bool:
    """Tell whether a key can make a difference: there are rows to keep apart, and no other key says more."""
    says_more = OWNED.isdisjoint(query.keys) or query.keys[index] in OWNED
    return len(query.steps) > 1 and says_more


def _turned_steps(query: Query) -> Iterator[tuple[str, Query]]:
    """Yield the query with each missing step as one that has to happen, and each other one but the anchor reversed."""
    whole = Relaxed(query=query, kept=tuple(range(len(query.steps))))
    happening = [index for index, step in enumerate(query.steps) if not step.missing]
    for index, step in enumerate(query.steps):
        if step.missing:
            yield f"{_name(step)} has to happen", turned(whole, index).query
        elif index != happening[-1]:
            shorter = without(query, {Drop(part=Part.STEP, index=index)})
            missing = replace(step, where=_own_part(step), missing=True, required=False, runs=1, alias="")
            steps = (*shorter.query.steps[:index], missing, *shorter.query.steps[index:])
            tests = tuple(replace(one, step=one.step + (one.step >= index)) for one in shorter.query.credentials)
            yield f"{_name(step)} must not happen", _recounted(replace(shorter.query, steps=steps, credentials=tests))


def _own_part(step: Step) -> Term | None:
    return join_conjuncts([part for part in conjuncts(step.where) if not any(references(part))])


def _without_tail(steps: Sequence[Step]) -> tuple[Step, ...]:
    last = max(index for index, step in enumerate(steps) if not step.missing)
    return tuple(steps[: last + 1])


def _mutated_condition(where: Term | None, *, deletes: bool) -> Iterator[tuple[str, Term | None]]:
    """Yield the condition with each part negated, with each arm of an `or` left out, and without each part.

    Args:
        where: The condition.
        deletes: Whether parts are left out here; those of a step that happens are left out by `without`.
    """
    parts = conjuncts(where)
    for index, part in enumerate(parts):
        rest = [*parts[:index], *parts[index + 1 :]]
        if deletes:
            yield f"deleted `{_text(part)}`", join_conjuncts(rest)
        for what, changed in _mutated_part(part):
            yield what, join_conjuncts([*parts[:index], changed, *parts[index + 1 :]])


def _mutated_part(part: Term) -> Iterator[tuple[str, Term]]:
    yield f"negated `{_text(part)}`", Term(op="not", args=(part,))
    if part.op != "or":
        return
    for index, arm in enumerate(part.args):
        others = (*part.args[:index], *part.args[index + 1 :])
        yield f"deleted arm `{_text(arm)}`", others[0] if len(others) == 1 else replace(part, args=others)
        for number, piece in enumerate(conjuncts(arm) if arm.op == "and" else ()):
            pieces = [*arm.args[:number], *arm.args[number + 1 :]]
            shorter = join_conjuncts(pieces) or piece
            arms = (*part.args[:index], shorter, *part.args[index + 1 :])
            yield f"deleted `{_text(piece)}` of an arm", replace(part, args=arms)


def _with_step(query: Query, index: int, step: Step) -> Query:
    return _recounted(replace(query, steps=(*query.steps[:index], step, *query.steps[index + 1 :])))


def _with_test(query: Query, index: int, test: CredentialTest) -> Query:
    tests = (*query.credentials[:index], test, *query.credentials[index + 1 :])
    return _recounted(replace(query, credentials=tests))


def _recounted(query: Query) -> Query:
    return replace(query, columns=columns_of(query))


def _part(query: Query, drop: Drop) -> str:
    match drop.part:
        case Part.STEP | Part.MISSING:
            return _name(query.steps[drop.index])
        case Part.CONDITION:
            step = query.steps[drop.index]
            return f"`{_text(conjuncts(step.where)[drop.conjunct])}` of {_name(step)}"
        case Part.CREDENTIAL:
            return "the credential test"
        case Part.KEY:
            return f"the key {query.keys[drop.index]}"
        case Part.SPAN:
            return f"maxspan={query.maxspan_text}"
        case Part.UNTIL:
            return "until"


def _name(step: Step) -> str:
    bang = "!" if step.missing else ""
    return f"{bang}[{step.alias or ' or '.join(step.kinds[:2])}]"


def _text(term: Term) -> str:
    """Return a condition in few words, for people who know the rule."""
    match term.op:
        case "not":
            return f"not ({_text(term.args[0])})"
        case "known" | "unknown":
            return f"{_text(term.args[0])} is {term.op}"
        case "in" | "like":
            return f"{_text(term.args[0])} {term.op} ({', '.join(map(str, (*term.words, *term.numbers)))})"
        case "column":
            return f"{term.step}.{term.name}" if term.step else term.name
        case "text" | "number" | "truth":
            return ", ".join(map(str, (*term.words, *term.numbers)))
        case _:
            return f" {term.op} ".join(_text(arg) for arg in term.args)
