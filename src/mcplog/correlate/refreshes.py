"""Tell a sign-in's tokens from refreshed ones.

A refresh that answers a server's 401 logs no refresh word, only another `Saving tokens` (recorded in every version). So
a save is a sign-in's when a code exchange is the last thing before it, and a refresh otherwise.
"""

from typing import Final

import polars as pl

from mcplog.correlate.outcomes import AFTER
from mcplog.correlate.stream import ACTOR, ATTEMPT_STARTERS, LATE_STARTER
from mcplog.model.vocabulary import Trigger

EXCHANGES: Final = ("code_exchange_started", "code_verifier_returned")
PROACTIVE: Final = ("proactive_refresh_attempted", "refresh_started", "refresh_succeeded")


def token_saves(events: pl.DataFrame) -> pl.DataFrame:
    """Return one `sign_in_saved` or `refresh_observed` row for each time tokens were stored.

    Args:
        events: EVENTS with CONTEXT so far, in order.

    Returns:
        Rows of the same columns, with `trigger` for refreshes. A refresh by another process that this one picked up
        is a `refresh_observed` of its own with trigger `other-process`.
    """
    kind = pl.col("kind").cast(pl.String)
    cause = kind.is_in([*EXCHANGES, *PROACTIVE, *ATTEMPT_STARTERS, LATE_STARTER, "token_saved"])
    before = pl.when(cause).then(kind).forward_fill().shift(1).over(ACTOR)
    marked = events.with_columns(before=before)
    saved = marked.filter(kind == "token_saved")
    by_other = marked.filter(kind == "refresh_by_other_process")
    signed_in = pl.col("before").is_in(EXCHANGES).fill_null(value=False)
    kinds, triggers = events.schema["kind"], events.schema["trigger"]
    return (
        pl.concat(
            [
                saved.with_columns(
                    kind=pl.when(signed_in)
                    .then(pl.lit("sign_in_saved", kinds))
                    .otherwise(pl.lit("refresh_observed", kinds)),
                    trigger=pl.when(~signed_in).then(
                        pl.when(pl.col("before").is_in(PROACTIVE).fill_null(value=False))
                        .then(pl.lit(Trigger.PROACTIVE, triggers))
                        .otherwise(pl.lit(Trigger.ANSWER_TO_401, triggers))
                    ),
                ),
                by_other.with_columns(
                    kind=pl.lit("refresh_observed", kinds), trigger=pl.lit(Trigger.OTHER_PROCESS, triggers)
                ),
            ]
        )
        .with_columns(order=pl.col("order") + AFTER - 1)
        .select(events.columns)
    )
