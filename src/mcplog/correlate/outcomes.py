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
from mcplog.model.frames import KIND

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
    lines = _lines(events, "attempt_id", OUTCOMES)
    told = lines.group_by("attempt_id").agg(
        *_best_told(),
        *(
            (kind == word).any().alias(word)
            for word in (*GOOD_LINES, "static_header_rejected", "authentication_required")
        ),
        behind=pl.coalesce(order.filter(~failed).min(), order.filter(failed).max()),
    )
    timed_out = events.rows.filter(kind == "connection_timeout_triggered")["attempt_id"].drop_nulls().unique()
    reason = (
        pl.when("connection_skipped")
        .then(pl.lit("skipped"))
        .when("connected")
        .then(pl.lit("connected"))
        .when("static_header_rejected")
        .then(pl.lit("header-rejected"))
        .when("authentication_required")
        .then(pl.lit("needs-auth"))
        .when((pl.col("failure") == "connect-timeout") | pl.col("attempt_id").is_in(timed_out.implode()))
        .then(pl.lit("timeout"))
        .otherwise(pl.lit("failed"))
    )
    weight = (
        pl.when(is_kind([*GOOD_LINES, "static_header_rejected"]))
        .then(0)
        .when(pl.col("failure").is_null())
        .then(9)
        .when(kind == "http_connection_failed")
        .then(1)
        .otherwise(2)
    )
    ended = told.with_columns(reason=reason, failure=_unless(["connected", "skipped"], reason))
    return _results(events, lines.sort(weight, "at"), ended, kind="attempt_ended")


def flow_results(events: Facts) -> Derived:
    """Return one `flow_ended` row for each sign-in; `reason` is `authorized`, `failed` or `open`.

    Args:
        events: EVENTS with CONTEXT so far, in order.
    """
    authorized = pl.col("kind") == "sign_in_authorized"
    lines = _lines(events, "flow_id", FLOW_RESULTS)
    told = lines.group_by("flow_id").agg(*_best_told(), authorized=authorized.any(), behind=pl.col("order").max())
    reason = pl.when("authorized").then(pl.lit("authorized")).otherwise(pl.lit("failed"))
    weight = pl.when(authorized).then(0).when(pl.col("failure").is_null()).then(9).otherwise(1)
    ended = told.with_columns(reason=reason, failure=_unless(["authorized"], reason))
    return _results(events, lines.sort(weight, "at"), ended, kind="flow_ended")


def _lines(events: Facts, group: str, kinds: Iterable[str]) -> pl.DataFrame:
    """Return the result lines of each group with what they tell; `at` is the number of their row."""
    is_result = is_kind(kinds) & pl.col(group).is_not_null()
    at = events.rows.select(at=is_result.arg_true())["at"]
    return events.rows[[group, "order", "kind"]][at].hstack([at, *events.frame(TOLD, at)])


def _best_told() -> list[pl.Expr]:
    """Take each field from the first line that has it; of failures, the first that is not merely vague."""
    failure = pl.col("failure")
    exact = failure.filter(failure.is_not_null() & ~failure.is_in(VAGUE)).first()
    others = [pl.col(name).drop_nulls().first() for name in TOLD if name != "failure"]
    return [pl.coalesce(exact, failure.drop_nulls().first()).alias("failure"), *others]


def _unless(good: list[str], reason: pl.Expr) -> pl.Expr:
    """Return `none` for a good result, else what the lines tell."""
    return pl.when(reason.is_in(good)).then(pl.lit(NO_FAILURE)).otherwise("failure")


def _results(events: Facts, weighed: pl.DataFrame, ended: pl.DataFrame, *, kind: str) -> Derived:
    """Return a row for each group: at the first of its weighed lines, or open, at its last row, where it has none."""
    group = ended.columns[0]
    decisive = weighed[[group, "at"]].unique(group, keep="first", maintain_order=True)
    last = (
        events.rows[[group, "order"]]
        .with_row_index("at")
        .unique(group, keep="last", maintain_order=True)
        .filter(pl.col(group).is_not_null())
        .join(decisive, on=group, how="anti", maintain_order="left")
    )
    results = pl.concat(
        [
            decisive.join(ended, on=group, how="left", maintain_order="left").select("at", "behind", "reason", *TOLD),
            last.select("at", behind="order", reason=pl.lit("open")),
        ],
        how="diagonal",
    )
    at = results["at"]
    rows = events.rows[at].with_columns(kind=pl.lit(kind, KIND), order=results["behind"] + AFTER)
    return Derived(rows, events.frame(SAYS, at).with_columns(results["reason"], *results[list(TOLD)]))
