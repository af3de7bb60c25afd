"""Say once how a connection attempt and a sign-in came out, however many lines tell it.

A failed attempt prints two to five lines about one failure (`HTTP Connection failed after …`, `Error: …`, `Connection
failed: …`, `Authentication required …`). `attempt_ended` stands behind the last of them, at the place of the line that
says most, with one `reason` and one `failure`.
"""

from collections.abc import Iterable
from typing import Final

import polars as pl

from mcplog.correlate.derived import AFTER, SAYS, Derived
from mcplog.correlate.segments import FAILURE_LINES, FLOW_RESULTS, OUTCOMES
from mcplog.model.facts import Facts, is_kind
from mcplog.model.frames import KIND, constant

# Words for "something went wrong" that a later line about the same failure may replace by a cause.
VAGUE: Final = ("http-error", "fetch-failed", "unable-to-connect", "description-only", "empty", "aborted")
# What a result without a failure says of it: known to be absent.
NO_FAILURE: Final = "none"
GOOD_LINES: Final = ("connection_skipped", "connected")
TOLD: Final = (
    "failure",
    "http_status",
    "error_code",
    "oauth_error",
    "error_description",
    "description_class",
    "body_class",
)


def attempt_results(events: Facts) -> Derived:
    """Return one `attempt_ended` row for each connection attempt.

    Args:
        events: EVENTS with CONTEXT so far, in order.

    Returns:
        `reason` is `connected`, `skipped`, `header-rejected`, `needs-auth`, `timeout`, `failed`, or `open` where the
        log shows no result; the fields of `TOLD` come from the lines that have them.
    """
    kind, order, failed = pl.col("kind"), pl.col("order"), is_kind(FAILURE_LINES)
    timed_out = events.rows["attempt_id"].filter(events.rows["kind"] == "connection_timeout_triggered")
    weight = (
        pl.when(is_kind([*GOOD_LINES, "static_header_rejected"]))
        .then(0)
        .when(pl.col("failure").is_null())
        .then(9)
        .when(kind == "http_connection_failed")
        .then(1)
        .otherwise(2)
    )
    behind = pl.coalesce(order.filter(~failed).min(), order.filter(failed).max())
    told = (
        _lines(events, "attempt_id", OUTCOMES)
        .group_by("attempt_id", maintain_order=True)
        .agg(
            *_best_told(weight),
            behind=behind,
            skipped=(kind == "connection_skipped").any(),
            connected=(kind == "connected").any(),
            rejected=(kind == "static_header_rejected").any(),
            refused=(kind == "authentication_required").any(),
        )
    )
    reason = (
        pl.when("skipped")
        .then(pl.lit("skipped"))
        .when("connected")
        .then(pl.lit("connected"))
        .when("rejected")
        .then(pl.lit("header-rejected"))
        .when("refused")
        .then(pl.lit("needs-auth"))
        .when((pl.col("failure") == "connect-timeout") | pl.col("attempt_id").is_in(timed_out.unique().implode()))
        .then(pl.lit("timeout"))
        .otherwise(pl.lit("failed"))
    )
    ended = told.with_columns(reason=reason, failure=_unless(["connected", "skipped"], reason))
    return _results(events, ended, kind="attempt_ended")


def flow_results(events: Facts) -> Derived:
    """Return one `flow_ended` row for each sign-in; `reason` is `authorized`, `failed` or `open`.

    Args:
        events: EVENTS with CONTEXT so far, in order.
    """
    authorized = pl.col("kind") == "sign_in_authorized"
    weight = pl.when(authorized).then(0).when(pl.col("failure").is_null()).then(9).otherwise(1)
    told = (
        _lines(events, "flow_id", FLOW_RESULTS)
        .group_by("flow_id", maintain_order=True)
        .agg(*_best_told(weight), behind=pl.col("order").max(), authorized=authorized.any())
    )
    reason = pl.when("authorized").then(pl.lit("authorized")).otherwise(pl.lit("failed"))
    ended = told.with_columns(reason=reason, failure=_unless(["authorized"], reason))
    return _results(events, ended, kind="flow_ended")


def _lines(events: Facts, group: str, kinds: Iterable[str]) -> pl.DataFrame:
    """Return the result lines of each group with what they tell; `at` is the number of their row."""
    is_result = is_kind(kinds) & pl.col(group).is_not_null()
    at = events.rows.select(at=is_result.arg_true())["at"]
    return events.rows[[group, "order", "kind"]][at].hstack([at, *events.frame(TOLD, at)])


def _best_told(weight: pl.Expr) -> list[pl.Expr]:
    """Take the lightest line, and each field from the first that has it; a failure that is not merely vague first."""
    failure = pl.col("failure")
    exact = failure.filter(failure.is_not_null() & ~failure.is_in(VAGUE)).first()
    others = [pl.col(name).drop_nulls().first() for name in TOLD if name != "failure"]
    decisive = pl.col("at").get(weight.arg_min()).alias("at")
    return [decisive, pl.coalesce(exact, failure.drop_nulls().first()).alias("failure"), *others]


def _unless(good: list[str], reason: pl.Expr) -> pl.Expr:
    """Return `none` for a good result, else what the lines tell."""
    return pl.when(reason.is_in(good)).then(pl.lit(NO_FAILURE)).otherwise("failure")


def _results(events: Facts, ended: pl.DataFrame, *, kind: str) -> Derived:
    """Return a row for each group: at the line that says most, or open, at its last row, where none is a result."""
    results = ended.select("at", "behind", "reason", *TOLD)
    left_open = _left_open(events.rows[ended.columns[0]], ended[ended.columns[0]])
    if not left_open.is_empty():
        last = events.rows["order"][left_open]
        is_open = pl.DataFrame({"at": left_open, "behind": last}).with_columns(reason=pl.lit("open"))
        results = pl.concat([results, is_open], how="diagonal")
    at = results["at"]
    rows = events.rows[at].with_columns(kind=pl.lit(kind, KIND), order=results["behind"] + AFTER)
    return Derived(rows, events.frame(SAYS, at).with_columns(results["reason"], *results[list(TOLD)]))


def _left_open(groups: pl.Series, ended: pl.Series) -> pl.Series:
    """Return the number of the last row of each group that has not ended; groups are numbered from 1."""
    numbers = groups.max()
    if not isinstance(numbers, int):
        return pl.Series(dtype=pl.UInt32)
    is_open = constant(value=True, dtype=pl.Boolean(), height=numbers + 1).scatter(ended, values=False)
    rows = is_open[groups].arg_true()
    if rows.is_empty():
        return rows
    return pl.DataFrame({"group": groups[rows], "row": rows}).unique("group", keep="last", maintain_order=True)["row"]
