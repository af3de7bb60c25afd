"""A compiled rule: what stands in its `rule.toml`, checked, with its query as a plan.

Made by `rules/language.py`, stored as a line of `plans.jsonl`, loaded by `knowledge/rulepack.py`, run by
`rules/evaluate.py`. The meaning of every part stands in `docs/rules/language.md`.
"""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct, field

from mcplog.model.vocabulary import Certainty, Party, RuleStatus, Severity

PLAN_VERSION: Final = 1  # of the shape of a plan; one of another version is stale


class Term(Struct, frozen=True, kw_only=True, cache_hash=True):
    """One node of a condition.

    Attributes:
        op: `column`, `text`, `number`, `truth`, `and`, `or`, `not`, `==`, `!=`, `<`, `<=`, `>`, `>=`, `+`, `-`, `in`,
            `like`, `has`, `known` or `unknown`.
        args: The operands.
        name: The column of a `column`.
        step: The alias a `column` refers to; empty for the row that is tested.
        words: The texts of a `text`, `in` or `like`.
        numbers: The numbers of a `number` or `in`; of a `truth` 0 or 1. Durations are milliseconds.
        factor: What the value of a `column` is multiplied by before it is compared: 1000 for seconds that meet a
            duration.
    """

    op: str
    args: tuple["Term", ...] = ()
    name: str = ""
    step: str = ""
    words: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    factor: int = 1


class Step(Struct, frozen=True, kw_only=True):
    """One bracket of a query.

    Attributes:
        kinds: Event kinds, any of them.
        where: The condition; null when every row of these kinds will do.
        alias: The name other parts refer to it by; empty when it has none.
        missing: It must *not* be there: `![…]`.
        runs: How many rows in a row of the sequence.
        required: It has to be in the log; a gap cannot stand in for it.
        text: As written in the rule.
    """

    kinds: tuple[str, ...]
    where: Term | None = None
    alias: str = ""
    missing: bool = False
    runs: int = 1
    required: bool = False
    text: str = ""


class CredentialTest(Struct, frozen=True, kw_only=True):
    """`credential at STEP where …`: what the store held at the moment of a step.

    Attributes:
        step: Index of the step in `Query.steps`.
        where: The condition, on the columns of STATES as of that row.
        text: As written in the rule.
    """

    step: int
    where: Term
    text: str = ""


class Query(Struct, frozen=True, kw_only=True):
    """A query as a plan.

    Attributes:
        keys: Columns of FACTS that all rows of a binding share; `case_id` is implied.
        steps: In the order of the sequence, missing ones included.
        maxspan_ms: Longest time from the first to the last row; null when the rule names none.
        maxspan_text: The same as written in the rule: `5m`.
        credentials: Tests of what was held.
        until: What ends the sequence when it comes between; null when the rule names none.
        columns: Columns of FACTS that any condition reads, sorted.
        text: As written in the rule.
    """

    keys: tuple[str, ...]
    steps: tuple[Step, ...]
    maxspan_ms: int | None = None
    maxspan_text: str = ""
    credentials: tuple[CredentialTest, ...] = ()
    until: Step | None = None
    columns: tuple[str, ...] = ()
    text: str = ""


class VersionRange(Struct, frozen=True, kw_only=True):
    """A stretch of client versions.

    Attributes:
        since: First version that shows the fault; empty when it is not known.
        until: First version that no longer does; empty when none is known.
    """

    since: str = ""
    until: str = ""


class Alternative(Struct, frozen=True, kw_only=True):
    """Another pattern that says the same: `[[also]]`.

    Attributes:
        query: What must be in the evidence.
        at_most: The most that this pattern can prove.
        cause: The rule's `cause`, or its own.
        next_observation: The rule's, or its own.
        responsible: The rule's, or its own.
        prevails: Where it is found, the rule's other patterns are not, however sure they are.
    """

    query: Query
    at_most: Certainty = Certainty.CONFIRMED
    cause: str
    next_observation: str = ""
    responsible: tuple[Party, ...]
    prevails: bool = False


class CompiledRule(Struct, frozen=True, kw_only=True):
    """A rule, ready to run and to be shown.

    Attributes:
        id: Its name: kebab-case, equal to its folder's; never renamed.
        since: The version of mcplog that brought it.
        status: Life cycle.
        severity: How bad a confirmed finding is.
        responsible: Who has to act; the first one is printed first.
        title: Reads well behind "Diagnosis:".
        query: What must be in the evidence.
        at_most: The most that the query can prove.
        also: Other patterns; the surest that is found counts, of equals the first.
        exonerating: Queries that clear the suspect: one that is confirmed for the same server drops the finding.
        cause: A sentence with `{alias.column}` for values of the binding.
        next_observation: The same, for what would settle or separate it.
        remedy: Per party; plain text.
        supersedes: Rules that say less about the same events.
        rivals: Rules that explain the same events otherwise.
        consequence_of: Rules whose finding explains this one.
        specificity: Ranks rivals; the more specific one is higher.
        references: RFC sections, specification sections, public reports.
        explanation: Its manual page, Markdown.
        tags: Free words.
        client_versions: Where the client has the fault; empty when it depends on no version.
    """

    id: str
    since: str
    status: RuleStatus
    severity: Severity
    responsible: tuple[Party, ...]
    title: str
    query: Query
    at_most: Certainty = Certainty.CONFIRMED
    also: tuple[Alternative, ...] = ()
    exonerating: tuple[Query, ...] = ()
    cause: str
    next_observation: str = ""
    remedy: Mapping[Party, str] = field(default_factory=dict)
    supersedes: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()
    consequence_of: tuple[str, ...] = ()
    specificity: int = 0
    references: tuple[str, ...] = ()
    explanation: str = ""
    tags: tuple[str, ...] = ()
    client_versions: tuple[VersionRange, ...] = ()

    @property
    def patterns(self) -> tuple[Alternative, ...]:
        """The query and the other patterns, in the order of the file."""
        main = Alternative(
            query=self.query,
            at_most=self.at_most,
            cause=self.cause,
            next_observation=self.next_observation,
            responsible=self.responsible,
        )
        return (main, *self.also)


class Plan(Struct, frozen=True, kw_only=True):
    """A line of `plans.jsonl`.

    Attributes:
        version: PLAN_VERSION it was written with.
        source: SHA-256 of the bytes of `rule.toml` it was made from, hexadecimal.
        rule: The compiled rule.
    """

    version: int
    source: str
    rule: CompiledRule
