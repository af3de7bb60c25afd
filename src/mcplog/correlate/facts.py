"""EVENTS and STATES in, FACTS out: every event with its process, attempt, flow and what the store held at its moment.

Derived events are said here, once: how attempts and sign-ins ended, which saves were refreshes, when a stored token
expired, what changed in the store, where the evidence has holes, where a process and the evidence end. All of it is
done on narrow rows (`model/facts.py`): what the messages and states say is joined to nothing before somebody asks.
"""

from datetime import datetime
from typing import Final

import polars as pl
from msgspec import Struct

from mcplog.correlate.asof import held_states, state_as_of
from mcplog.correlate.coverage import document_gaps
from mcplog.correlate.derived import STEP, Derived, messages_of, with_derived
from mcplog.correlate.endings import beginnings, endings
from mcplog.correlate.happenings import merge_happenings
from mcplog.correlate.outcomes import attempt_results, flow_results
from mcplog.correlate.refreshes import token_saves
from mcplog.correlate.store_rows import Stores, store_rows
from mcplog.correlate.stream import order_events, segment
from mcplog.model.facts import Facts, Shared
from mcplog.model.frames import CONTEXT, FIELDS, KIND, PLACED
from mcplog.model.vocabulary import GapReason, TimeBasis

RECORDED: Final = pl.lit(TimeBasis.RECORDED, PLACED["time_basis"])


class Logs(Struct, frozen=True, kw_only=True):
    """What the logs say.

    Attributes:
        rows: EVENT_ROWS.
        messages: MESSAGES; `message_id` is the row number.
        documents: DOCUMENTS.
        gaps: GAPS.
    """

    rows: pl.DataFrame
    messages: pl.DataFrame
    documents: pl.DataFrame
    gaps: pl.DataFrame


def order_stream(logs: Logs) -> Facts:
    """Put the events of all logs into one order and tell processes, attempts and sign-ins apart.

    Args:
        logs: Events, what they say, and where they come from.

    Returns:
        EVENTS with the columns of CONTEXT and `sort_at` (the event's moment for ordering; null: no clock at all), in
        order.
    """
    rows, messages = _merged_messages(order_events(merge_happenings(logs.rows, logs.documents)), logs.messages)
    stream = segment(rows, messages["url"].is_not_null())
    return Facts(
        rows=stream.drop("other_message_id").with_columns(
            order=pl.int_range(pl.len(), dtype=pl.Int64) * STEP,
            trigger=pl.lit(None, CONTEXT["trigger"]),
            version_id=pl.col("process_id") - 1,
        ),
        shared=(
            Shared("message_id", messages.drop("message_id")),
            Shared("url_id", messages.select(configured_url="url")),
            Shared("version_id", _versions(stream, logs.documents)),
        ),
    )


def _merged_messages(rows: pl.DataFrame, messages: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Let the second report of a happening fill what the first one hides: what both say is a message of its own."""
    if rows["other_message_id"].null_count() == len(rows):
        return rows, messages
    both = ["message_id", "other_message_id"]
    pairs = rows.select(both).unique(maintain_order=True).filter(pl.col("message_id") != pl.col("other_message_id"))
    numbers = pl.int_range(len(messages), len(messages) + len(pairs), dtype=pl.UInt32, eager=True)
    first, second = (messages[pairs[name]] for name in both)
    filled = first.with_columns(
        numbers.alias("message_id"), *(first[name].fill_null(second[name]) for name in FIELDS)
    )
    found = rows.select(both).join(pairs.with_columns(new=numbers), on=both, how="left", maintain_order="left")["new"]
    return rows.with_columns(message_id=pl.coalesce(found, "message_id")), pl.concat([messages, filled])


def _versions(stream: pl.DataFrame, documents: pl.DataFrame) -> pl.DataFrame:
    """Return the client version of each process, in their order."""
    return (
        stream.select("document_id", "process_id")
        .unique(maintain_order=True)
        .join(documents.select("document_id", "client_version"), on="document_id", maintain_order="left")
        .group_by("process_id")
        .agg(pl.col("client_version").drop_nulls().first())
        .sort("process_id")
        .select("client_version")
    )


def build_facts(events: Facts, logs: Logs, stores: Stores) -> Facts:
    """Add the derived events and what the store held at the moment of each event.

    Args:
        events: What `order_stream` returns.
        logs: The same logs.
        stores: Credential states and changes.

    Returns:
        FACTS in the order of the stream; `order` is dense from 0 within the run.
    """
    keys = _credential_keys(events, stores)
    results = [attempt_results(events), flow_results(events), token_saves(events)]
    derived = pl.concat([part.rows for part in results])
    gaps = document_gaps(events.rows, logs.documents, logs.gaps).with_columns(kind=pl.lit("coverage_gap", KIND))
    late = gaps.filter(pl.col("reason") == GapReason.STARTS_LATE)["process_id"]
    parts = [
        *results,
        Derived(gaps.drop("reason"), gaps.select("reason")),
        beginnings(events.rows, late),
        *store_rows(stores, keys, events.rows, derived),
        endings(events.rows, derived, keys, logs.documents),
    ]
    ...
