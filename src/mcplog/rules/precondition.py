"""What has to happen before a rule's fault can happen: its query without the steps that are the fault itself.

    sequence by server                                          sequence by server
      [access_token_expired where held_has_refresh_token]   ►     [access_token_expired where held_has_refresh_token]
      ![refresh_started or …]
      [tool_failed where failure == "unauthorized"]

Where it is seen again and the fault is not, the fault was given its chance. A query that is nothing but the fault has
no precondition; then only the step of the sign-in tells.

May import: model. Touches: nothing.
"""

from typing import Final

import polars as pl
from msgspec import Struct
from msgspec.structs import replace

from mcplog.model.finding import ClauseResult
from mcplog.model.rule import CompiledRule, Query, Step
from mcplog.model.vocabulary import Certainty, Truth
from mcplog.rules.conditions import columns
from mcplog.rules.evaluate import evaluate
from mcplog.rules.relaxing import Drop, Part, without

# A kind of event that says by its name that something went wrong, and the columns in which events say what did.
FAULT_WORDS: Final = (
    "failed",
    "refused",
    "skipped",
    "required",
    "thrown",
    "dropped",
    "rejected",
    "invalidated",
    "lost",
)
FAULT_COLUMNS: Final = frozenset(("failure", "http_status", "oauth_error", "description_class", "error_code"))


class Precondition(Struct, frozen=True, kw_only=True):
    """Whether what a fault needs was seen.

    Attributes:
        truth: Unknown where evidence is missing.
        order: Position in the stream at which it was complete; null when it was not seen.
        clauses: Its clauses, with the lines that they rest on; empty when it is not true.
    """

    truth: Truth
    order: int | None = None
    clauses: tuple[ClauseResult, ...] = ()


def precondition_of(rule: CompiledRule) -> Query | None:
    """Return the precondition of the fault that a `rule` is about; null when its patterns are nothing but the fault."""
    found = [query for pattern in rule.patterns if (query := _before_the_fault(pattern.query)) is not None]
    return max(found, key=lambda query: len(query.steps), default=None)


def precondition_seen(
    rule: CompiledRule, facts: pl.DataFrame, *, documents: pl.DataFrame, server: str
) -> Precondition | None:
    """Return whether the precondition of a rule was seen for a server.

    Args:
        rule: The rule.
        facts: FACTS.
        documents: DOCUMENTS, for the names of the documents.
        server: The server; empty for events that name none.

    Returns:
        Null when the rule has no precondition.
    """
    query = precondition_of(rule)
    if query is None:
        return None
    asked = replace(
        rule,
        query=query,
        at_most=Certainty.CONFIRMED,
        also=(),
        exonerating=(),
        cause="",
        next_observation="",
        remedy={},
    )
    found = [item for item in evaluate([asked], facts, documents=documents) if item.server == server]
    if not found:
        return Precondition(truth=Truth.FALSE)
    truth = Truth.TRUE if any(item.certainty is Certainty.CONFIRMED for item in found) else Truth.UNKNOWN
    return Precondition(truth=truth, order=found[0].order, clauses=found[0].clauses)


def _before_the_fault(query: Query) -> Query | None:
    happening = [index for index, step in enumerate(query.steps) if not step.missing]
    faults = [index for index in happening if _is_fault(query.steps[index])] or happening[-1:]
    if len(faults) == len(happening):
        return None
    drops = {Drop(part=Part.STEP, index=index) for index in faults}
    drops |= {Drop(part=Part.MISSING, index=index) for index, step in enumerate(query.steps) if step.missing}
    return without(query, drops).query


def _is_fault(step: Step) -> bool:
    if all(kind.rpartition("_")[2] in FAULT_WORDS for kind in step.kinds):
        return True
    return step.where is not None and not FAULT_COLUMNS.isdisjoint(columns(step.where))
