"""Say once how a connection attempt and a sign-in came out, however many lines tell it.

A failed attempt prints two to five lines about one failure (`HTTP Connection failed after …`, `Error: …`, `Connection
failed: …`, `Authentication required …`). `attempt_ended` stands behind the last of them, at the place of the line that
says most, with one `reason` and one `failure`. Attempts and sign-ins have no line in common, so both are looked at in
one go: sign-ins are numbered behind the attempts.
"""

from typing import Final

import polars as pl

from mcplog.correlate.derived import AFTER, MESSAGE, SAYS, Derived
from mcplog.model.facts import NO_ROWS, Facts, by_kind, one_of_two
from mcplog.model.frames import constant

# Words for "something went wrong" that a later line about the same failure may replace by a cause.
VAGUE: Final = ("http-error", "fetch-failed", "unable-to-connect", "description-only", "empty", "aborted")
# What a result without a failure says of it: known to be absent.
NO_FAILURE: Final = "none"
TOLD: Final = (
    "failure",
    "http_status",
    "error_code",
    "oauth_error",
    "error_description",
    "description_class",
    "body_class",
)
# What an attempt or a sign-in came to. Of what its lines tell, the first in this order prevails.
REASONS: Final = ("skipped", "connected", "header-rejected", "needs-auth", "authorized", "failed", "timeout", "open")
SKIPPED, CONNECTED, REJECTED, REFUSED, AUTHORIZED, FAILED, TIMEOUT, OPEN = range(len(REASONS))
GOOD: Final = (SKIPPED, CONNECTED, AUTHORIZED)
OF_FLOWS: Final = {"sign_in_authorized": AUTHORIZED, "sign_in_failed": FAILED}
OF_LINES: Final = {
    **OF_FLOWS,
    "connection_skipped": SKIPPED,
    "connected": CONNECTED,
    "static_header_rejected": REJECTED,
    "authentication_required": REFUSED,
    "http_connection_failed": FAILED,
    "connection_failed": FAILED,
}
# Which of several lines says most: the lightest.
WEIGHTS: Final = {
    **dict.fromkeys(("connection_skipped", "connected", "static_header_rejected", "sign_in_authorized"), 0),
    **dict.fromkeys(("http_connection_failed", "sign_in_failed"), 1),
    **dict.fromkeys(("connection_failed", "authentication_required"), 2),
}
TIMED_OUT: Final = ("connect-timeout", "request-timeout")
SAYS_NOTHING: Final = 9
NO_RESULT: Final = 255


def results(events: Facts) -> Derived:
    """Return one `attempt_ended` row for each connection attempt and one `flow_ended` row for each sign-in.

    Args:
        events: EVENTS with CONTEXT so far, in order.

    Returns:
        The attempts before the sign-ins. `reason` of an attempt is `connected`, `skipped`, `header-rejected`,
        `needs-auth`, `timeout` or `failed`, of a sign-in `authorized` or `failed`, and of both `open` where the log
        shows no result; the fields of `TOLD` come from the lines that have them.
    """
    attempts, flows = events.rows["attempt_id"], events.rows["flow_id"]
    most = attempts.max()
    first = most if isinstance(most, int) else 0
    ended = _ended(_lines(events, first), events.rows, first)
    of_flows = ended["group"] > first
    still_open = [
        _open(attempts, _left_open(attempts, ended["group"].filter(~of_flows)), events.rows["order"]),
        _open(flows + first, _left_open(flows, ended["group"].filter(of_flows) - first), events.rows["order"]),
    ]
    told = pl.concat([ended, *(one for one in still_open if len(one))], how="diagonal").sort("group")
    at, kinds = told["at"], one_of_two(told["group"] > first, "flow_ended", "attempt_ended")
    order = (told["behind"] + AFTER).alias("order")
    messages = events.shared[MESSAGE]  # what none of them says need not be looked up
    others = [name for name in SAYS if name not in {*TOLD, "reason"} and messages[name].null_count() < len(messages)]
    said = events.frame(others, at)
    reasons = pl.Series("reason", REASONS)[told["came_to"]]
    return Derived(events.rows[at].with_columns(kinds, order), said.hstack([reasons, *told[TOLD]]))


def _lines(events: Facts, first: int) -> pl.DataFrame:
    """Return the result lines of each group with what they tell; `at` is the number of their row."""
    kind, came_to = events.rows["kind"].to_physical(), by_kind(OF_LINES, NO_RESULT)
    at = (came_to[kind] != NO_RESULT).arg_true()
    of_flow = by_kind(dict.fromkeys(OF_FLOWS, 1), 0)[kind[at]] == 1
    group = (events.rows["flow_id"][at] + first).zip_with(of_flow, events.rows["attempt_id"][at])
    if group.null_count():
        at, group = at.filter(group.is_not_null()), group.drop_nulls()
    own = {"group": group, "at": at, "order": events.rows["order"][at], "came_to": came_to[kind[at]]}
    return pl.DataFrame(own | {"weight": by_kind(WEIGHTS, SAYS_NOTHING)[kind[at]]}).hstack(events.frame(TOLD, at))


def _ended(lines: pl.DataFrame, rows: pl.DataFrame, first: int) -> pl.DataFrame:
    """Return what each group came to.

    The lightest line tells most, and each field comes from the first line that has it, a failure that is not merely
    vague before others. The result stands behind the first good line of an attempt, else behind the last line.
    """
    failure, order, came_to = pl.col("failure"), pl.col("order"), pl.col("came_to")
    weight = pl.when((pl.col("weight") > 0) & failure.is_null()).then(SAYS_NOTHING).otherwise("weight")
    exact = failure.filter(failure.is_not_null() & ~failure.is_in(VAGUE)).first()
    told = lines.group_by("group", maintain_order=True).agg(
        pl.col("at").get(weight.arg_min()),
        pl.coalesce(exact, failure.drop_nulls().first()).alias("failure"),
        *(pl.col(name).drop_nulls().first() for name in TOLD if name != "failure"),
        behind=pl.coalesce(order.filter(came_to <= CONNECTED).min(), order.max()),
        came_to=came_to.min(),
    )
    timed_out = rows["attempt_id"].filter(rows["kind"] == "connection_timeout_triggered").drop_nulls()
    is_late = (pl.col("group") <= first) & (failure.is_in(TIMED_OUT) | pl.col("group").is_in(timed_out.implode()))
    return told.with_columns(
        came_to=pl.when((came_to == FAILED) & is_late.fill_null(value=False)).then(TIMEOUT).otherwise("came_to"),
        failure=pl.when(came_to.is_in(GOOD)).then(pl.lit(NO_FAILURE)).otherwise("failure"),
    )


def _open(groups: pl.Series, at: pl.Series, order: pl.Series) -> pl.DataFrame:
    """Return groups that are open, with the last row `at` which something belongs to each."""
    came_to = constant(OPEN, pl.UInt8(), len(at))
    return pl.DataFrame({"group": groups[at], "at": at, "behind": order[at], "came_to": came_to})


def _left_open(groups: pl.Series, ended: pl.Series) -> pl.Series:
    """Return the last row of each group that has not ended; groups are numbered from 1."""
    numbers = groups.max()
    if not isinstance(numbers, int) or numbers == len(ended):
        return NO_ROWS
    is_open = constant(value=True, dtype=pl.Boolean(), height=numbers + 1).scatter(ended, values=False)
    rows = is_open[groups].arg_true()
    return rows[(len(rows) - 1 - groups[rows].reverse().arg_unique().cast(pl.Int64))] if len(rows) else NO_ROWS
