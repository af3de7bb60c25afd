"""Tell a sign-in's tokens from refreshed ones.

A refresh that answers a server's 401 logs no refresh word, only another `Saving tokens` (recorded in every version). So
a save is a sign-in's when a code exchange is the last thing before it, and a refresh otherwise.
"""

import polars as pl

from mcplog.correlate.derived import AFTER, Derived
from mcplog.correlate.segments import AFTER_EXCHANGE, AFTER_PROACTIVE
from mcplog.model.facts import Facts, one_of_two
from mcplog.model.frames import CONTEXT
from mcplog.model.vocabulary import Trigger

TRIGGER = CONTEXT["trigger"]


def token_saves(events: Facts) -> Derived:
    """Return one `sign_in_saved` or `refresh_observed` row for each time tokens were stored.

    Args:
        events: EVENTS with `saved_after`, in order.

    Returns:
        Rows that say what the line of the save says, with `trigger` for refreshes. A refresh by another process that
        this one picked up is a `refresh_observed` of its own with trigger `other-process`.
    """
    rows = events.rows[events.rows_of(["token_saved", "refresh_by_other_process"])]
    is_other = rows["kind"] == "refresh_by_other_process"
    signed_in = ~is_other & (rows["saved_after"] == AFTER_EXCHANGE)
    trigger = (
        pl.when(is_other)
        .then(pl.lit(Trigger.OTHER_PROCESS, TRIGGER))
        .when(signed_in)
        .then(pl.lit(None, TRIGGER))
        .when(pl.col("saved_after") == AFTER_PROACTIVE)
        .then(pl.lit(Trigger.PROACTIVE, TRIGGER))
        .otherwise(pl.lit(Trigger.ANSWER_TO_401, TRIGGER))
    )
    kind = one_of_two(signed_in, "sign_in_saved", "refresh_observed")
    return Derived(rows.with_columns(kind, trigger=trigger, order=pl.col("order") + AFTER - 1))
