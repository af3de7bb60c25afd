"""Tell the connection attempts and sign-ins of each server apart, and what its lines go back to.

A connection attempt runs from its first line to the next one's, so the session that follows a successful attempt
belongs to it. A flow runs from the moment a callback port is chosen to its result, or to whatever begins next; where
a log begins in the middle of one, from the first line that only a flow has. People who paste leave out how an attempt
began: there a result that another one cannot be followed by in one attempt begins the next.

What one line begins and later ones belong to is carried from row to row of one server in one process. For that the
rows are put in turn, server by server: then the rows of a server lie side by side, and a value that each server's first
row sets anew cannot leak into the next one.
"""

from typing import Final

import polars as pl

from mcplog.model.event_kinds import URL_KINDS
from mcplog.model.frames import KIND, constant
from mcplog.model.vocabulary import Confidence

ATTEMPT_STARTERS: Final = (
    "http_transport_initializing",
    "connector_transport_initializing",
    "connection_skipped",
)
ANNOUNCING: Final = ("http_transport_initializing", "connector_transport_initializing")
# Without a transport line before it (local servers, early clients, a paste that begins there) one of these starts it.
LATE_ANNOUNCING: Final = "http_transport_options"
LATE_STARTERS: Final = (LATE_ANNOUNCING, "connection_starting")
FAILURE_LINES: Final = (
    "http_connection_failed",
    "connection_failed",
    "authentication_required",
    "static_header_rejected",
)
OUTCOMES: Final = ("connected", "connection_skipped", *FAILURE_LINES)
FLOW_STARTER: Final = "redirect_port_chosen"
LATE_FLOW_STARTER: Final = "sign_in_started"
FLOW_LINES: Final = ("initial_auth_result_told", "code_exchange_started")  # of a flow whose start may be cut off
FLOW_RESULTS: Final = ("sign_in_authorized", "sign_in_failed")
EXCHANGES: Final = ("code_exchange_started", "code_verifier_returned")
PROACTIVE: Final = ("proactive_refresh_attempted", "refresh_started", "refresh_succeeded")
# What may be the cause of a save of tokens, and the codes of `saved_after`.
AFTER_OTHER: Final = 0
AFTER_EXCHANGE: Final = 1
AFTER_PROACTIVE: Final = 2
CAUSES: Final = (*EXCHANGES, *PROACTIVE, *ATTEMPT_STARTERS, *LATE_STARTERS, "token_saved")


# What the kind of a line says, as bits.
STARTS: Final = 1 << 0  # an attempt
STARTS_LATE: Final = 1 << 1  # an attempt that was not announced
BREAKS: Final = 1 << 2  # off what was announced
ANNOUNCES: Final = 1 << 3  # an attempt whose late start is still to come
ENDS: Final = 1 << 4  # an attempt
SIGNS_IN: Final = 1 << 5  # the start of a flow
SIGNS_IN_LATE: Final = 1 << 6  # the start of a flow that has not begun
BREAKS_FLOW: Final = 1 << 7  # off: the next late start begins another one
NAMES_URL: Final = 1 << 8
CAUSES_SAVE: Final = 1 << 9  # of tokens
EXCHANGES_CODE: Final = 1 << 10
REFRESHES: Final = 1 << 11
GOES_ON: Final = 1 << 12  # with a flow, which begins here if none has begun
CONNECTS: Final = 1 << 13
FAILS: Final = 1 << 14
GIVES_UP: Final = 1 << 15  # said behind all else about a failure
SAID_BY: Final = {
    STARTS: ATTEMPT_STARTERS,
    STARTS_LATE: LATE_STARTERS,
    BREAKS: (*ATTEMPT_STARTERS, *LATE_STARTERS, *OUTCOMES),
    ANNOUNCES: (*ANNOUNCING, LATE_ANNOUNCING),
    ENDS: (*OUTCOMES, "connection_timeout_triggered"),
    SIGNS_IN: (FLOW_STARTER,),
    SIGNS_IN_LATE: (LATE_FLOW_STARTER,),
    BREAKS_FLOW: (FLOW_STARTER, LATE_FLOW_STARTER, *FLOW_RESULTS),
    NAMES_URL: URL_KINDS,
    CAUSES_SAVE: CAUSES,
    EXCHANGES_CODE: EXCHANGES,
    REFRESHES: PROACTIVE,
    GOES_ON: FLOW_LINES,
    CONNECTS: ("connected",),
    FAILS: ("http_connection_failed", "connection_failed"),
    GIVES_UP: ("authentication_required",),
}
IN_FLOW: Final = SIGNS_IN | SIGNS_IN_LATE | GOES_ON
MANY: Final = 2**32
NOTHING: Final = -1


def segment(stream: pl.DataFrame, has_url: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Say of each row what it belongs to.

    Args:
        stream: What `order_events` returns, with `name_id`, a number of the server (UInt32).
        has_url: Of each message, whether it names a URL.

    Returns:
        The rows with `actor_id` (UInt32), `attempt_id` and `flow_id` (UInt32, unique in the run, from 1; null outside
        of any), `url_id` (the `message_id` that last named the server's URL) and `saved_after` (UInt8, what went
        before, as AFTER_EXCHANGE and its like). And what the actors are, by their number: a server in a process, or
        what names no server there; `case_id`, `process_id`, `name_id`, its last `row`, and `url_id` there.
    """
    actors, lines = _in_turn(stream, has_url)
    told = _belonging(_starting(lines))
    rows = stream.hstack([_scattered(column, lines["row"]) for column in (*told, lines["actor_id"])])
    last = actors["row"].list.last()
    return rows, pl.DataFrame([*(rows[name][last] for name in ("case_id", "process_id", "name_id", "url_id")), last])


def _scattered(values: pl.Series, rows: pl.Series) -> pl.Series:
    """Return the values at their rows."""
    return values.new_from_index(0, len(values)).scatter(rows, values) if len(values) else values


def _in_turn(stream: pl.DataFrame, has_url: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the rows of each actor, and all rows, those of an actor side by side, with what their kinds say.

    To group takes a quarter of the time of sorting.
    """
    server = stream["name_id"]
    is_named = server.is_not_null()
    actor = stream["process_id"].cast(pl.UInt64) * MANY + server.zip_with(is_named, constant(MANY - 1, pl.UInt32(), 1))
    actors = actor.to_frame("actor").with_row_index("row").group_by("actor", maintain_order=True).agg("row")
    turn = actors[["row"]].with_row_index("actor_id").explode("row")
    row = turn["row"]
    message = stream["message_id"][row]
    lines = turn.hstack(
        [
            _says()[stream["kind"].to_physical()[row]].alias("says"),
            is_named[row].alias("named"),
            (stream["confidence"][row] != Confidence.RECORDED.value).alias("pasted"),
            message,
            has_url[message].alias("has_url"),
        ]
    )
    return actors, lines


def _says() -> pl.Series:
    """Return what each kind says, by its number."""
    said = dict.fromkeys(KIND.categories, 0)
    for word, kinds in SAID_BY.items():
        said.update((kind, said[kind] | word) for kind in kinds)
    return pl.Series(said.values(), dtype=pl.UInt16)


def _does(word: int) -> pl.Expr:
    return pl.col("says") & word != 0


def _starting(lines: pl.DataFrame) -> pl.DataFrame:
    """Say which lines begin an attempt or a flow."""
    announced = _before(pl.when(_does(BREAKS)).then(_does(ANNOUNCES)), nothing=False)
    signing = _before(pl.when(_does(BREAKS_FLOW)).then(_does(SIGNS_IN)), nothing=False)
    first = pl.col("actor_id").ne_missing(pl.col("actor_id").shift())
    told = lines.with_columns(first=first).with_columns(
        starts=pl.col("named") & (_does(STARTS) | (_does(STARTS_LATE) & ~announced)),
    )
    if told["pasted"].any():
        told = told.with_columns(pl.col("starts") | (pl.col("pasted") & pl.col("named") & _is_of_another()))
    is_open = _before(pl.when(_does(BREAKS_FLOW | GOES_ON) | pl.col("starts")).then(_does(IN_FLOW)), nothing=False)
    told = told.with_columns(
        flow_starts=pl.col("named")
        & (_does(SIGNS_IN) | (_does(SIGNS_IN_LATE) & ~signing) | (_does(GOES_ON) & ~is_open)),
    )
    # A log that begins in the middle of an attempt shows its result without its start.
    started = _carried(pl.when("starts").then(pl.lit(value=True)), nothing=False)
    early = told.select_seq(pl.col("actor_id").filter(_does(ENDS) & pl.col("named") & ~started)).to_series()
    if early.is_empty():
        return told
    return told.with_columns(pl.col("starts") | (pl.col("first") & pl.col("actor_id").is_in(early.unique().implode())))


def _is_of_another() -> pl.Expr:
    """Say which results belong to another attempt than the last one: it had connected, failed, or been given up."""
    result = pl.when(_does(CONNECTS)).then(CONNECTS).when(_does(FAILS)).then(FAILS).when(_does(GIVES_UP)).then(GIVES_UP)
    last = _before(pl.when("starts").then(NOTHING).otherwise(result), nothing=NOTHING)
    return (_does(CONNECTS) & last.is_in([FAILS, GIVES_UP])) | (_does(FAILS) & last.is_in([CONNECTS, GIVES_UP]))


def _belonging(lines: pl.DataFrame) -> pl.DataFrame:
    """Return what each line belongs to."""
    number, flow = (pl.when(name).then("row").rank("ordinal") for name in ("starts", "flow_starts"))
    names_url = _does(NAMES_URL) & pl.col("has_url") & pl.col("named")
    cause = pl.when(_does(EXCHANGES_CODE)).then(AFTER_EXCHANGE).when(_does(REFRESHES)).then(AFTER_PROACTIVE)
    return lines.select_seq(
        attempt_id=_number(number),
        flow_id=_number(pl.coalesce(flow, pl.when("starts").then(NOTHING))),
        url_id=_number(pl.when(names_url).then("message_id")),
        saved_after=_before(pl.when(_does(CAUSES_SAVE)).then(cause.otherwise(AFTER_OTHER)), nothing=AFTER_OTHER).cast(
            pl.UInt8
        ),
    )


def _number(told: pl.Expr) -> pl.Expr:
    """Return the number that was told last in the same turn; null where none was, or where it ended."""
    return _carried(told.cast(pl.Int64), nothing=NOTHING).cast(pl.UInt32, strict=False)


def _carried(told: pl.Expr, *, nothing: bool | int) -> pl.Expr:
    """Return what was told last in the same turn, this line included; `nothing` where nothing was."""
    return pl.coalesce(told, pl.when("first").then(nothing)).forward_fill()


def _before(told: pl.Expr, *, nothing: bool | int) -> pl.Expr:
    """Return what was told last in the same turn before this line."""
    return pl.when("first").then(nothing).otherwise(_carried(told, nothing=nothing).shift())
