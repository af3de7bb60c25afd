"""Put all events of a case into one order and tell its processes, connection attempts and sign-ins apart.

A process is what shares a session id, else what shares a document between the places where another run begins in it
(files that were joined by hand). Within a document the order is the position; the
documents of a case are merged by time, and a row without time stands beside the row before it. A connection attempt
runs from its first line to the next one's, so the session that follows a successful attempt belongs to it. A flow runs
from the moment a callback port is chosen to its result, or to whatever begins next.

What one line begins and later ones belong to is carried from row to row of one server in one process. For that the
rows are put in turn, server by server: then the rows of a server lie side by side, and a value that each server's first
row sets anew cannot leak into the next one. That takes one sort instead of a grouping for each value.
"""

from typing import Final

import polars as pl

from mcplog.correlate.asof import last_not_later
from mcplog.model.facts import is_kind
from mcplog.model.vocabulary import GapReason

ATTEMPT_STARTERS: Final = (
    "http_transport_initializing",
    "connector_transport_initializing",
    "connection_skipped",
)
ANNOUNCING: Final = ("http_transport_initializing", "connector_transport_initializing")
# Without a transport line before it (local servers, early clients) this one starts the attempt.
LATE_STARTER: Final = "connection_starting"
FAILURE_LINES: Final = (
    "http_connection_failed",
    "connection_failed",
    "authentication_required",
    "static_header_rejected",
)
OUTCOMES: Final = ("connected", "connection_skipped", *FAILURE_LINES)
FLOW_STARTER: Final = "redirect_port_chosen"
LATE_FLOW_STARTER: Final = "sign_in_started"
FLOW_RESULTS: Final = ("sign_in_authorized", "sign_in_failed")
URL_KINDS: Final = ("http_transport_initializing", "http_transport_options", "config_url_told")
EXCHANGES: Final = ("code_exchange_started", "code_verifier_returned")
PROACTIVE: Final = ("proactive_refresh_attempted", "refresh_started", "refresh_succeeded")
# What may be the cause of a save of tokens, and the codes of `saved_after`.
CAUSES: Final = (*EXCHANGES, *PROACTIVE, *ATTEMPT_STARTERS, LATE_STARTER, "token_saved")
MANY: Final = 2**32
CLOCK: Final = pl.col("event_at").forward_fill().backward_fill().cum_max()
IN_STREAM: Final = ("case_id", "sort_at", "document_id", "entry_id")
AFTER_OTHER: Final = 0
AFTER_EXCHANGE: Final = 1
AFTER_PROACTIVE: Final = 2


def order_events(rows: pl.DataFrame, gaps: pl.DataFrame) -> pl.DataFrame:
    """Add `process_id` and `sort_at`, and sort into the one stream of each case.

    Args:
        rows: EVENT_ROWS with `case_id`.
        gaps: GAPS: what they say of other runs in a document.

    Returns:
        The rows with `process_id` (UInt32) and `sort_at` (instant; the event's own, never before an earlier row of its
        document; null only where the whole document has none), sorted.
    """
    in_file = pl.col("document_id").cast(pl.UInt64) * 2**32 + pl.col("entry_id")
    if not rows.select(in_file).to_series().is_sorted():
        rows = rows.sort("document_id", "entry_id")
    seams = gaps.filter(pl.col("reason") == GapReason.ANOTHER_RUN)
    if len(seams):
        return _order_runs(rows, seams)
    document = rows["document_id"]
    is_one = rows.is_empty() or document[0] == document[-1]
    stream = rows.with_columns(sort_at=CLOCK if is_one else CLOCK.over("document_id"))
    return _with_processes(stream if is_one else stream.sort(IN_STREAM, nulls_last=True))


def _with_processes(stream: pl.DataFrame) -> pl.DataFrame:
    who = pl.coalesce("session_id", pl.format("document {}", "document_id")).alias("who")
    logs = begun(stream[["case_id", "document_id", "session_id"]]).unique(maintain_order=True)
    if len(logs) <= 1:
        return stream.with_columns(process_id=pl.lit(1, pl.UInt32))
    named = logs.with_columns(who)
    processes = (
        named.select("case_id", "who")
        .unique(maintain_order=True)
        .with_columns(process_id=pl.int_range(1, pl.len() + 1, dtype=pl.UInt32))
    )
    of_log = named.join(processes, on=["case_id", "who"]).select("document_id", "session_id", "process_id")
    found = stream.select("document_id", "session_id").join(
        of_log, on=["document_id", "session_id"], how="left", nulls_equal=True, maintain_order="left"
    )
    return stream.with_columns(found["process_id"])


def _order_runs(rows: pl.DataFrame, seams: pl.DataFrame) -> pl.DataFrame:
    """Do the same where documents hold several runs, each with a clock of its own: the later one may stand first."""
    starts = seams.select("document_id", "byte_from").sort("document_id", "byte_from")
    run = last_not_later((rows["document_id"], rows["byte_from"]), (starts["document_id"], starts["byte_from"]))
    part = pl.format("document {} run {}", "document_id", pl.lit(run).cast(pl.String).fill_null("first"))
    parted = rows.with_columns(part.alias("who"))
    stream = parted.with_columns(sort_at=CLOCK.over("who")).sort(IN_STREAM, nulls_last=True)
    who = stream.select("case_id", pl.coalesce("session_id", "who").alias("who"))
    first = who.unique(maintain_order=True).with_columns(process_id=pl.int_range(1, pl.len() + 1, dtype=pl.UInt32))
    found = who.join(first, on=["case_id", "who"], how="left", maintain_order="left")
    return stream.drop("who").with_columns(found["process_id"])


def begun(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that differ from the one before: of a million that come document by document they are few."""
    return rows.filter(pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift()) for name in rows.columns))


def segment(stream: pl.DataFrame, has_url: pl.Series) -> pl.DataFrame:
    """Say of each row what it belongs to.

    Args:
        stream: What `order_events` returns.
        has_url: Of each message, whether it names a URL.

    Returns:
        The rows with `subject` (UInt64, one for each case and server; null without a server), `attempt_id` and
        `flow_id` (UInt32, unique in the run, from 1; null outside of any), `url_id` (the `message_id` that last named
        the server's URL) and `saved_after` (UInt8, what went before, as AFTER_EXCHANGE and its like).
    """
    server = stream["server"].cast(pl.Categorical(pl.Categories.random())).to_physical().alias("server")
    keys = stream[["case_id", "process_id", "kind", "message_id"]].hstack([server])
    keys = keys.with_columns(
        subject=pl.col("case_id").cast(pl.UInt64) * MANY + pl.col("server"),
        actor=pl.col("process_id").cast(pl.UInt64) * MANY + pl.col("server").fill_null(MANY - 1),
    )
    turn = keys.select(pl.arg_sort_by("actor", maintain_order=True)).to_series()
    lines = keys[turn].with_columns(turn.alias("row"), pl.lit(has_url).gather(pl.col("message_id")).alias("has_url"))
    told = _belonging(_starting(lines))
    return stream.with_columns(keys["subject"], *(_scattered(column, turn) for column in told))


def _scattered(values: pl.Series, rows: pl.Series) -> pl.Series:
    """Return the values at their rows."""
    return values.new_from_index(0, len(values)).scatter(rows, values) if len(values) else values


def _starting(lines: pl.DataFrame) -> pl.DataFrame:
    """Say which lines begin an attempt or a flow."""
    kind, named = pl.col("kind"), pl.col("server").is_not_null()
    is_starter, is_late, is_flow = is_kind(ATTEMPT_STARTERS), kind == LATE_STARTER, kind == FLOW_STARTER
    is_late_flow, is_outcome = kind == LATE_FLOW_STARTER, is_kind(OUTCOMES)
    is_result = is_outcome | (kind == "connection_timeout_triggered")
    return (
        lines.with_columns(first=(pl.col("actor") != pl.col("actor").shift()).fill_null(value=True))
        .with_columns(
            announced=_before(pl.when(is_starter | is_late | is_outcome).then(is_kind(ANNOUNCING)), nothing=False),
            signing=_before(pl.when(is_flow | is_late_flow | is_kind(FLOW_RESULTS)).then(is_flow), nothing=False),
        )
        .with_columns(
            starts=named & (is_starter | (is_late & ~pl.col("announced"))),
            flow_starts=named & (is_flow | (is_late_flow & ~pl.col("signing"))),
        )
        .with_columns(early=is_result & named & ~_carried(pl.when("starts").then(pl.lit(value=True)), nothing=False))
        # A log that begins in the middle of an attempt shows its result without its start.
        .with_columns(
            starts=pl.col("starts")
            | (pl.col("first") & pl.col("actor").is_in(pl.col("actor").filter(pl.col("early")).unique().implode()))
        )
    )


def _belonging(lines: pl.DataFrame) -> pl.DataFrame:
    """Return what each line belongs to."""
    number, flow = (pl.when(name).then("row").rank("ordinal") for name in ("starts", "flow_starts"))
    cause = pl.when(is_kind(EXCHANGES)).then(AFTER_EXCHANGE).when(is_kind(PROACTIVE)).then(AFTER_PROACTIVE)
    names_url = is_kind(URL_KINDS) & pl.col("has_url") & pl.col("server").is_not_null()
    url = pl.when(names_url).then(pl.col("message_id").cast(pl.Int64))
    return lines.select(
        attempt_id=_carried(number, nothing=0),
        flow_id=_carried(pl.coalesce(flow, pl.when("starts").then(0)), nothing=0),
        url_id=_carried(url, nothing=-1),
        saved_after=_before(pl.when(is_kind(CAUSES)).then(cause.otherwise(AFTER_OTHER)), nothing=AFTER_OTHER),
    ).select(
        pl.when(pl.col("attempt_id", "flow_id") > 0).then(pl.col("attempt_id", "flow_id")).cast(pl.UInt32),
        pl.when(pl.col("url_id") >= 0).then("url_id").cast(pl.UInt32),
        pl.col("saved_after").cast(pl.UInt8),
    )


def _carried(told: pl.Expr, *, nothing: bool | int) -> pl.Expr:
    """Return what was told last in the same turn, this line included; `nothing` where nothing was."""
    return pl.coalesce(told, pl.when("first").then(nothing)).forward_fill()


def _before(told: pl.Expr, *, nothing: bool | int) -> pl.Expr:
    """Return what was told last in the same turn before this line."""
    return pl.when("first").then(nothing).otherwise(_carried(told, nothing=nothing).shift())
