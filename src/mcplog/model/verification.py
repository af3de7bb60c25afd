"""What a second recording says of a fault that a first one showed."""

from enum import StrEnum

from msgspec import Struct

from mcplog.model.finding import ClauseResult
from mcplog.model.vocabulary import Certainty, Severity, Verdict


class Outcome(StrEnum):
    """What became of a fault. Only `fixed` is a proof."""

    FIXED = "fixed"  # what it needs happened again, it did not, and the server works
    NOT_REPRODUCED = "not-reproduced"  # it was not seen, and something keeps this from being a proof
    PRECONDITION_NOT_SEEN = "precondition-not-seen"  # what it needs did not happen: nothing was tried
    STILL_FAILING = "still-failing"


class Verified(Struct, frozen=True, kw_only=True):
    """What became of the fault of one server.

    Attributes:
        server: The server.
        rule_id: The rule that found the fault before.
        title: Its title.
        severity: Of the rule.
        outcome: What became of it.
        reasons: Why, one sentence each.
        before: How sure the finding was before.
        after: How sure it is now; null when it is not found.
        verdict: On the server now; null when it does not occur.
        clauses: The precondition as it was seen again, with its lines.
    """

    server: str
    rule_id: str
    title: str
    severity: Severity
    outcome: Outcome
    reasons: tuple[str, ...]
    before: Certainty
    after: Certainty | None = None
    verdict: Verdict | None = None
    clauses: tuple[ClauseResult, ...] = ()
