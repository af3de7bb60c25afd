"""Say once how a connection attempt and a sign-in came out, however many lines tell it.

A failed attempt prints two to five lines about one failure (`HTTP Connection failed after …`, `Error: …`,
`Connection failed: …`, `Authentication required …`). `attempt_ended` stands behind the last of them, at the place of the
line that says most, with one `reason` and one `failure`.
"""

import polars as pl

from mcplog.correlate.stream import FAILURE_LINES, FLOW_RESULTS, OUTCOMES

AFTER = 2  # derived rows stand this many steps behind the row they follow; rows themselves are STEP apart
# Words for "something went wrong" that a later line about the same failure may replace by a cause.
VAGUE = ("http-error", "fetch-failed", "unable-to-connect", "description-only", "empty", "aborted")
# What a result without a failure says of it: known to be absent.
NO_FAILURE = "none"
TOLD = ("failure", "http_status", "error_code", "oauth_error", "error_description", "description_class", "body_class")


def attempt_results(events: pl.DataFrame) -> pl.DataFrame:
    """Return one `attempt_ended` row for each connection attempt.

    Args:
        events: EVENTS with CONTEXT so far, `order` included.

    Returns:
        Rows of the same columns. `reason` is `connected`, `skipped`, `header-rejected`, `needs-auth`, `timeout`,
        `failed`, or `open` where the log shows no result; the fields of `TOLD` come from the lines that have them.
    """
    attempts = events.filter(pl.col("attempt_id").is_not_null())
    kind = pl.col("kind").cast(pl.String)
    lines = attempts.filter(kind.is_in(OUTCOMES))
    told = lines.group_by("attempt_id").agg(
        *_best_told(),
        kinds=kind.unique(),
        last_failure=pl.col("order").filter(kind.is_in(FAILURE_LINES)).max(),
        first_success=pl.col("order").filter(~kind.is_in(FAILURE_LINES)).min(),
    )
    timed_out = attempts.filter(kind == "connection_timeout_triggered").select("attempt_id").unique()
    weight = (
        pl.when(kind.is_in(["connected", "connection_skipped", "static_header_rejected"]))
        .then(0)
        .when(pl.col("failure").is_null())
        .then(9)
        .when(kind == "http_connection_failed")
        .then(1)
        .otherwise(2)
    )
    decisive = lines.sort(weight, "order").unique("attempt_id", keep="first", maintain_order=True)
    ended = (
        decisive.drop(TOLD)
        .join(told, on="attempt_id")
        .with_columns(
            reason=_reason(timed_out["attempt_id"].implode()),
            order=pl.coalesce("first_success", "last_failure") + AFTER,
            kind=pl.lit("attempt_ended", events.schema["kind"]),
        )
        .with_columns(failure=_failure("connected", "skipped"))
    )
    return pl.concat([ended.select(events.columns), _open(attempts, lines, "attempt_id", "attempt_ended")])


def _best_told() -> list[pl.Expr]:
    """Take each field from the first line that has it; of failures, the first that is not merely vague."""
    failure = pl.col("failure")
    exact = failure.filter(failure.is_not_null() & ~failure.is_in(VAGUE)).first()
    others = [pl.col(name).drop_nulls().first() for name in TOLD if name != "failure"]
    return [pl.coalesce(exact, failure.drop_nulls().first()).alias("failure"), *others]


def _reason(timed_out: pl.Series) -> pl.Expr:
    kinds = pl.col("kinds").list
    return (
        pl.when(kinds.contains("connection_skipped"))
        .then(pl.lit("skipped"))
        .when(kinds.contains("connected"))
        .then(pl.lit("connected"))
        .when(kinds.contains("static_header_rejected"))
        .then(pl.lit("header-rejected"))
        .when(kinds.contains("authentication_required"))
        .then(pl.lit("needs-auth"))
        .when((pl.col("failure") == "connect-timeout") | pl.col("attempt_id").is_in(timed_out))
        .then(pl.lit("timeout"))
        .otherwise(pl.lit("failed"))
    )


def _failure(*good: str) -> pl.Expr:
    """Return `none` for a good result, else what the lines tell."""
    return pl.when(pl.col("reason").is_in(good)).then(pl.lit(NO_FAILURE)).otherwise("failure")


def flow_results(events: pl.DataFrame) -> pl.DataFrame:
    """Return one `flow_ended` row for each sign-in; `reason` is `authorized`, `failed` or `open`."""
    flows = events.filter(pl.col("flow_id").is_not_null())
    kind = pl.col("kind").cast(pl.String)
    lines = flows.filter(kind.is_in(FLOW_RESULTS))
    told = lines.group_by("flow_id").agg(
        *_best_told(),
        authorized=(kind == "sign_in_authorized").any(),
        last=pl.col("order").max(),
    )
    weight = pl.when(kind == "sign_in_authorized").then(0).when(pl.col("failure").is_null()).then(9).otherwise(1)
    decisive = lines.sort(weight, "order").unique("flow_id", keep="first", maintain_order=True)
    ended = (
        decisive.drop(TOLD)
        .join(told, on="flow_id")
        .with_columns(
            reason=pl.when("authorized").then(pl.lit("authorized")).otherwise(pl.lit("failed")),
            order=pl.col("last") + AFTER,
            kind=pl.lit("flow_ended", events.schema["kind"]),
        )
        .with_columns(failure=_failure("authorized"))
    )
    return pl.concat([ended.select(events.columns), _open(flows, lines, "flow_id", "flow_ended")])


def _open(members: pl.DataFrame, lines: pl.DataFrame, group: str, kind: str) -> pl.DataFrame:
    """Return a row of `kind` with reason `open` behind the last row of each group that has no result line."""
    last = members.join(lines, on=group, how="anti").sort("order").unique(group, keep="last", maintain_order=True)
    return last.with_columns(
        *(pl.lit(None, members.schema[name]).alias(name) for name in TOLD),
        reason=pl.lit("open"),
        order=pl.col("order") + AFTER,
        kind=pl.lit(kind, members.schema["kind"]),
    ).select(members.columns)
