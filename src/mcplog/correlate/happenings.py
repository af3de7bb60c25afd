"""One happening, one event: the debug file and the per-server log of a process tell the same messages twice.

The n-th message of a kind that a process logs about a server stands in both places. They become one row with two
places: the debug file's, which people read, and the per-server log's. The per-server log lends what the debug file
lacks: the time (old debug files have no stamps), the session id (the oldest debug file is shared by all processes) and
field values that the debug file hides.
"""

import polars as pl

from mcplog.model.frames import constant
from mcplog.model.vocabulary import SERVER_LOGS, DocumentFormat, TimeBasis

PROCESS = ["case_id", "session_id", "server"]
NEAR_MS = 250  # both files are written within milliseconds; recorded differences stay under 40 ms


def merge_happenings(rows: pl.DataFrame, documents: pl.DataFrame) -> pl.DataFrame:
    """Fold the two reports of one happening into one row.

    Args:
        rows: EVENT_ROWS.
        documents: DOCUMENTS of the run.

    Returns:
        EVENT_ROWS with `case_id`, `other_document_id`, `other_line` (null: told once) and `other_message_id` (what the
        second report says; equal to `message_id` mostly). `session_id` is filled from the document's name or from the
        second report.
    """
    owner = rows["document_id"]  # the row of DOCUMENTS
    nothing = constant(None, pl.UInt32(), len(rows))
    others = [nothing.alias(name) for name in ("other_document_id", "other_line", "other_message_id")]
    told = rows.with_columns(pl.coalesce("session_id", documents["session_id"][owner]).alias("session_id"))
    told = told.hstack([documents["case_id"][owner], *others])
    formats = set(documents["format"].to_list())
    if formats.isdisjoint(SERVER_LOGS) or DocumentFormat.DEBUG_FILE not in formats:
        return told
    written_as = documents["format"][owner]
    second = told.filter(written_as.is_in(SERVER_LOGS))
    first = told.filter((written_as == DocumentFormat.DEBUG_FILE) & told["server"].is_not_null())
    if second.is_empty() or first.is_empty():
        return told
    pairs = _pairs(first, second)
    return _fold(told, pairs, second)


def _pairs(first: pl.DataFrame, second: pl.DataFrame) -> pl.DataFrame:
    """Return the keys of the debug file's row and of its twin (`twin_document_id`, `twin_entry_id`)."""
    known = first.filter(pl.col("session_id").is_not_null())
    shared = first.filter(pl.col("session_id").is_null())
    by_kind = [*PROCESS, "kind"]
    equal_counts = known.group_by(by_kind).len().join(second.group_by(by_kind).len(), on=[*by_kind, "len"]).drop("len")
    counted = _match(known.join(equal_counts, on=by_kind, how="semi"), second, by_kind)
    rest = known.join(equal_counts, on=by_kind, how="anti")
    near = _match_near(rest, second, [*by_kind, "message_id"])
    by_text = _match(shared, second.sort("event_at", maintain_order=True), ["case_id", "server", "message_id"])
    pairs = [counted, near, by_text]
    unstamped = rest.filter(pl.col("event_at").is_null())
    if len(unstamped):
        from_front, from_end = _alike(known, second)
        keys = [*by_kind, "message_id"]
        pairs += [
            _match(unstamped.join(from_front, on=PROCESS, how="semi"), second, keys),
            _match(unstamped.join(from_end, on=PROCESS, how="semi"), second, keys, is_from_end=True),
        ]
    return pl.concat(pairs)


def _alike(first: pl.DataFrame, second: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the processes whose two logs begin alike, so that one was cut behind, and those that only end alike."""
    told = [
        rows.group_by(PROCESS).agg(begins=pl.col("message_id").first(), ends=pl.col("message_id").last())
        for rows in (first.sort("document_id", "entry_id"), second)
    ]
    both = told[0].join(told[1], on=PROCESS, suffix="_twin")
    begins_alike = pl.col("begins") == pl.col("begins_twin")
    return both.filter(begins_alike), both.filter(~begins_alike & (pl.col("ends") == pl.col("ends_twin")))


def _match(first: pl.DataFrame, second: pl.DataFrame, keys: list[str], *, is_from_end: bool = False) -> pl.DataFrame:
    """Pair the n-th row of a key with the n-th row of the same key, counted from the front or from the end."""
    nth = pl.int_range(pl.len(), dtype=pl.UInt32)
    nth = (nth.reverse() if is_from_end else nth).over(keys).alias("nth")
    left = first.sort("document_id", "entry_id").with_columns(nth)
    right = second.with_columns(nth).select(
        *keys, "nth", twin_document_id="document_id", twin_entry_id="entry_id", twin_line="line_from"
    )
    return left.join(right, on=[*keys, "nth"], how="inner").select(
        "document_id", "entry_id", "twin_document_id", "twin_entry_id"
    )


def _match_near(first: pl.DataFrame, second: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Pair rows of one text whose stamps agree: the way when one of the two logs is cut.

    Only rows of moments side by side are compared: a text that is said thousands of times would make too many pairs.
    """
    moment = (pl.col("event_at").dt.epoch("ms") // NEAR_MS).alias("moment")
    left = first.filter(pl.col("event_at").is_not_null()).with_columns(moment)
    at = second.select(*keys, "event_at", moment, twin_document_id="document_id", twin_entry_id="entry_id")
    right = pl.concat([at.with_columns(pl.col("moment") + apart) for apart in (-1, 0, 1)])
    near = left.join(right, on=[*keys, "moment"], how="inner", suffix="_twin").with_columns(
        distance=(pl.col("event_at") - pl.col("event_at_twin")).dt.total_milliseconds().abs()
    )
    once = near.filter(pl.col("distance") <= NEAR_MS).sort("distance", "entry_id", "twin_entry_id")
    return (
        once.unique(["document_id", "entry_id"], keep="first", maintain_order=True)
        .unique(["twin_document_id", "twin_entry_id"], keep="first", maintain_order=True)
        .select("document_id", "entry_id", "twin_document_id", "twin_entry_id")
    )


def _fold(rows: pl.DataFrame, pairs: pl.DataFrame, second: pl.DataFrame) -> pl.DataFrame:
    """Drop the twins and lend what they know to the rows that stay."""
    lent = second.select(
        twin_document_id="document_id",
        twin_entry_id="entry_id",
        twin_line="line_from",
        twin_at="event_at",
        twin_session="session_id",
        twin_message_id="message_id",
        twin_confidence="confidence",  # of a per-server log, which nobody wrote by hand
    )
    twins = pairs.join(lent, on=["twin_document_id", "twin_entry_id"])
    stay = rows.join(
        pairs.select(document_id="twin_document_id", entry_id="twin_entry_id"),
        on=["document_id", "entry_id"],
        how="anti",
    ).join(twins, on=["document_id", "entry_id"], how="left", maintain_order="left")
    borrowed = pl.col("event_at").is_null() & pl.col("twin_at").is_not_null()
    return stay.with_columns(
        time_basis=pl.when(borrowed).then(pl.lit(TimeBasis.LENT, rows.schema["time_basis"])).otherwise("time_basis"),
        event_at=pl.coalesce("event_at", "twin_at"),
        session_id=pl.coalesce("session_id", "twin_session"),
        confidence=pl.coalesce("twin_confidence", "confidence"),
        other_document_id="twin_document_id",
        other_line="twin_line",
        other_message_id="twin_message_id",
    ).select(rows.columns)
