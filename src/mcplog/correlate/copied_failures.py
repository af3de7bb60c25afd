"""Say once that people copied the text of an error alone: it belongs to no attempt and to no sign-in.

    It fails with `Incompatible auth server: does not support dynamic client registration`.
    │ Error: SDK auth failed: HTTP 404: Invalid OAuth error response: …                        │
    Failed to reconnect to tracker: -32000

Only pastes show errors like that. A log shows the attempt as well, whose result is an `attempt_ended` of its own.
"""

from typing import Final

import polars as pl

from mcplog.correlate.derived import AFTER, Derived
from mcplog.model.facts import Facts, of_kind
from mcplog.model.vocabulary import Confidence

COPIED: Final = (
    "sign_in_failed",
    "bridge_sign_in_failed",
    "host_failure_told",
    "connection_error_thrown",
    "connection_error_detailed",
    "transport_error_reported",
    "server_issue_told",
    "server_listed",
    "reconnection_failure_told",
    "reconnection_after_sign_in_failed",
)
SAYS_NOTHING: Final = ("empty", "unauthorized")


def copied_failures(events: Facts) -> Derived:
    """Return one `failure_copied` row for each error that was pasted or told outside of attempts and sign-ins.

    Args:
        events: EVENTS with CONTEXT so far, in order.

    Returns:
        Rows of EVENTS that point to what the copied lines say.
    """
    rows = events.rows
    is_shown = rows["confidence"] != Confidence.RECORDED.value
    if not is_shown.any():
        return Derived(rows.clear())
    is_alone = is_shown & rows["attempt_id"].is_null() & rows["flow_id"].is_null() & rows["kind"].is_in(COPIED)
    at = is_alone.arg_true()
    failure = events.frame(["failure"], at)["failure"]
    at = at.filter(failure.is_not_null() & ~failure.is_in(SAYS_NOTHING))
    return Derived(rows[at].with_columns(pl.col("order") + AFTER, of_kind("failure_copied", len(at))))
