"""merge_happenings: the debug file and the per-server log of a process tell one happening once."""

import polars as pl

from mcplog.correlate import Logs
from mcplog.correlate.happenings import merge_happenings
from tests.correlate.given import Line, at, line, logs


def both(debug: list[Line], server_log: list[Line], *, shared: bool = False) -> Logs:
    """Return a debug file and a per-server log of one session; a shared debug file names no session."""
    given = logs(("s", debug), ("s", server_log))
    documents = given.documents.with_columns(
        format=pl.Series(["debug-file", "server-log-lines"], dtype=given.documents.schema["format"]),
        session_id=pl.Series([None if shared else "s", None]),
    )
    rows = given.rows.with_columns(session_id=pl.when(pl.col("document_id") == 1).then(pl.lit("s")))
    texts = given.rows.join(given.messages, on="message_id").group_by("kind", "excerpt").agg(pl.col("message_id").min())
    same = given.rows.join(given.messages, on="message_id").join(texts, on=["kind", "excerpt"], suffix="_same")
    shared_ids = dict(same.select("message_id", "message_id_same").rows())
    rows = rows.with_columns(message_id=pl.col("message_id").replace_strict(shared_ids, return_dtype=pl.UInt32))
    return Logs(rows=rows, messages=given.messages, documents=documents, gaps=given.gaps)


def places(merged: pl.DataFrame) -> list[tuple[object, ...]]:
    return merged.select("document_id", "line_from", "other_document_id", "other_line", "event_at").rows()


def test_a_message_in_both_logs_is_one_event_with_two_places() -> None:
    given = both([line(0, "connected"), line(2, "tool_called")], [line(0, "connected")])

    merged = merge_happenings(given.rows, given.documents)

    assert places(merged) == [(0, 1, 1, 1, at(0)), (0, 2, None, None, at(2))]


def test_the_per_server_log_lends_the_time() -> None:
    given = both([line(None, "connected")], [line(7, "connected")])

    merged = merge_happenings(given.rows, given.documents)

    assert merged.select("event_at", "time_basis").rows() == [(at(7), "lent")]


def test_a_copied_line_that_the_per_server_log_has_is_as_the_client_wrote_it() -> None:
    given = both([line(0, "connected"), line(2, "tool_called")], [line(0, "connected")])
    copied = pl.when(pl.col("document_id") == 0).then(pl.lit("pasted", given.rows.schema["confidence"]))
    rows = given.rows.with_columns(confidence=copied.otherwise(pl.lit("recorded", given.rows.schema["confidence"])))

    merged = merge_happenings(rows, given.documents)

    assert merged["confidence"].to_list() == ["recorded", "pasted"]


def test_a_shared_debug_file_learns_the_session() -> None:
    given = both([line(None, "connected")], [line(7, "connected")], shared=True)

    merged = merge_happenings(given.rows, given.documents)

    assert merged["session_id"].to_list() == ["s"]


def test_where_one_log_is_cut_the_stamps_decide() -> None:
    given = both([line(9, "connected")], [line(1, "connected"), line(9, "connected")])

    merged = merge_happenings(given.rows, given.documents)

    assert sorted(places(merged), key=str) == [(0, 1, 1, 2, at(9)), (1, 1, None, None, at(1))]


def test_a_cut_log_lends_its_times_from_the_front_where_both_begin_alike() -> None:
    given = both(
        [line(None, "tool_called"), line(None, "connected"), line(None, "connected")],
        [line(1, "tool_called"), line(2, "connected")],
    )

    merged = merge_happenings(given.rows, given.documents)

    assert places(merged) == [(0, 1, 1, 1, at(1)), (0, 2, 1, 2, at(2)), (0, 3, None, None, None)]


def test_a_log_that_lost_its_beginning_lends_its_times_from_the_end() -> None:
    given = both(
        [line(None, "tool_called"), line(None, "connected"), line(None, "connected")],
        [line(2, "connected")],
    )

    merged = merge_happenings(given.rows, given.documents)

    assert places(merged) == [(0, 1, None, None, None), (0, 2, None, None, None), (0, 3, 1, 1, at(2))]


def test_two_cut_logs_that_have_no_end_in_common_lend_nothing() -> None:
    given = both(
        [line(None, "tool_called"), line(None, "connected"), line(None, "connected"), line(None, "tool_called")],
        [line(2, "connected")],
    )

    merged = merge_happenings(given.rows, given.documents)

    assert merged["other_line"].to_list() == [None] * 5
