"""EVENTS and STATES in, FACTS out: every event with its process, attempt, flow and what the store held at its moment.

Derived events are said here, once: how attempts and sign-ins ended, which saves were refreshes, when a stored token
expired, what changed in the store, where the evidence has holes, where a process and the evidence end.
"""

from collections.abc import Collection
from datetime import datetime

import polars as pl
from msgspec import Struct

from mcplog.correlate.asof import order_before, state_as_of
from mcplog.correlate.coverage import document_gaps, unexplained_writes
from mcplog.correlate.happenings import merge_happenings
from mcplog.correlate.outcomes import attempt_results, flow_results
from mcplog.correlate.refreshes import token_saves
from mcplog.correlate.stream import ACTOR, order_events, segment
from mcplog.model.frames import CONTEXT, EVENTS, FACTS, FIELDS
from mcplog.model.vocabulary import GapReason, TimeBasis

STEP = 8  # room between two events for the rows that are derived from the first
URL_KINDS = ("http_transport_initializing", "http_transport_options", "config_url_told")


class Logs(Struct, frozen=True, kw_only=True):
    """What the logs say.

    Attributes:
        rows: EVENT_ROWS.
        messages: MESSAGES.
        documents: DOCUMENTS.
        gaps: GAPS.
    """

    rows: pl.DataFrame
    messages: pl.DataFrame
    documents: pl.DataFrame
    gaps: pl.DataFrame


class Stores(Struct, frozen=True, kw_only=True):
    """What the stores say.

    Attributes:
        states: STATES.
        changes: STORE_CHANGES.
        markers: MARKERS.
    """

    states: pl.DataFrame
    changes: pl.DataFrame
    markers: pl.DataFrame


def order_stream(logs: Logs, *, kinds: Collection[str] | None = None) -> pl.DataFrame:
    """Put the events of all logs into one order and tell processes, attempts and sign-ins apart.

    Args:
        logs: Events, what they say, and where they come from.
        kinds: Event kinds to keep; null keeps all. The kinds that tell attempts, flows and processes apart are used
            before the choice is made.

    Returns:
        EVENTS with the columns of CONTEXT and `sort_at` (the event's moment for ordering; null: no clock at all).
    """
    stream = segment(order_events(merge_happenings(logs.rows, logs.documents)))
    if kinds is not None:
        stream = stream.filter(pl.col("kind").cast(pl.String).is_in(list(kinds)))
    return _with_fields(stream.with_columns(order=pl.int_range(pl.len(), dtype=pl.Int64) * STEP), logs)


def build_facts(events: pl.DataFrame, logs: Logs, stores: Stores) -> pl.DataFrame:
    """Add the derived events and what the store held at the moment of each event.

    Args:
        events: What `order_stream` returns.
        logs: The same logs.
        stores: Credential states and changes.

    Returns:
        FACTS in the order of the stream; `order` is dense from 0 within the run.
    """
    derived = pl.concat([attempt_results(events), flow_results(events), token_saves(events)])
    keys = _credential_keys(events, stores)
    told = pl.concat([events, derived]).join(keys, on=["case_id", "server"], how="left", maintain_order="left")
    scattered = [
        *_from_documents(events, logs),
        *_from_stores(told, stores, keys),
        _endings(told, logs),
    ]
    everything = pl.concat([told, *(_widen(part, told) for part in scattered)], how="vertical")
    ordered = everything.sort("case_id", "order", nulls_last=True).with_columns(
        order=pl.int_range(pl.len(), dtype=pl.Int64)
    )
    return _finish(ordered, stores)


def _with_fields(stream: pl.DataFrame, logs: Logs) -> pl.DataFrame:
    """Join what the messages say; the second report of a happening fills what the first one hides."""
    fields = [*FIELDS, "excerpt"]
    events = stream.join(logs.messages, on="message_id", how="left", maintain_order="left")
    if events["other_message_id"].null_count() < len(events):
        second = logs.messages.rename({name: f"{name}_told" for name in fields}).rename(
            {"message_id": "other_message_id"}
        )
        events = events.join(second, on="other_message_id", how="left", maintain_order="left").with_columns(
            pl.coalesce(name, f"{name}_told").alias(name) for name in FIELDS
        )
    versions = (
        stream.select("document_id", "process_id")
        .unique()
        .join(logs.documents.select("document_id", "client_version"), on="document_id")
        .group_by("process_id")
        .agg(pl.col("client_version").drop_nulls().first())
    )
    url = pl.when(pl.col("kind").cast(pl.String).is_in(URL_KINDS)).then("url").forward_fill().over(ACTOR)
    return (
        events.join(versions, on="process_id", how="left", maintain_order="left")
        .with_columns(
            configured_url=pl.when(pl.col("server").is_not_null()).then(url),
            trigger=pl.lit(None, CONTEXT["trigger"]),
        )
        .select(*EVENTS.names(), *CONTEXT, "sort_at")
    )


def _credential_keys(events: pl.DataFrame, stores: Stores) -> pl.DataFrame:
    """Choose the store entry of each server: the one for its configured URL, else the one that was written last."""
    named = events.filter(pl.col("server").is_not_null())
    urls = named.group_by("case_id", "server").agg(pl.col("configured_url").drop_nulls().last())
    entries = stores.states.group_by("case_id", "store_id", "server", "credential_key").agg(
        pl.col("valid_from").max(), pl.col("held_server_url").drop_nulls().last()
    )
    fits = (pl.col("held_server_url") == pl.col("configured_url")).fill_null(value=False)
    return (
        urls.join(entries, on=["case_id", "server"])
        .sort(fits, "valid_from", nulls_last=False)
        .unique(["case_id", "server"], keep="last", maintain_order=True)
        .select("case_id", "server", "credential_key", "store_id")
    )


def _from_documents(events: pl.DataFrame, logs: Logs) -> list[pl.DataFrame]:
    """Return rows for the holes of the documents and for the beginnings of processes."""
    gaps = document_gaps(events, logs.documents, logs.gaps).with_columns(kind=pl.lit("coverage_gap"))
    late = gaps.filter(pl.col("reason") == GapReason.STARTS_LATE)["process_id"].implode()
    first = events.sort("order").unique("process_id", keep="first", maintain_order=True)
    started = first.filter(~pl.col("process_id").is_in(late)).select(
        "case_id",
        "process_id",
        "document_id",
        "line_from",
        "line_to",
        "event_at",
        "client_version",
        order=pl.col("order") - 1,
        kind=pl.lit("process_started"),
    )
    return [gaps, started]


def _from_stores(told: pl.DataFrame, stores: Stores, keys: pl.DataFrame) -> list[pl.DataFrame]:
    """Return rows for expiries, for changes of the store and for writes that no log explains."""
    clock = told.filter(pl.col("sort_at").is_not_null()).group_by("case_id").agg(until=pl.col("sort_at").max())
    held = stores.states.join(keys.select("credential_key"), on="credential_key", how="semi").join(clock, on="case_id")
    at = pl.max_horizontal("held_expires_at", "valid_from")
    expired = (
        held.filter(pl.col("held_has_access_token") & pl.col("held_expires_at").is_not_null())
        .sort("valid_from")
        .unique(["credential_key", "held_access_token", "held_expires_at"], keep="first", maintain_order=True)
        .with_columns(event_at=at)
        .filter(
            (at < pl.col("valid_to").fill_null(pl.col("until") + pl.duration(milliseconds=1))) & (at <= pl.col("until"))
        )
        .select(
            "case_id",
            "server",
            "credential_key",
            "store_id",
            "event_at",
            excerpt=pl.lit("the stored access token's expiry has passed"),
        )
        .with_columns(kind=pl.lit("access_token_expired"))
    )
    dated = stores.changes.filter(pl.col("changed_at").is_not_null())
    of_entries = dated.filter(pl.col("credential_key").is_not_null())
    of_store = dated.filter(pl.col("credential_key").is_null()).drop("credential_key", "server")
    touched = of_store.join(keys.select("store_id", "credential_key", "server"), on="store_id").select(dated.columns)
    changes = pl.concat([of_entries, touched]).select(
        "case_id",
        "server",
        "credential_key",
        "store_id",
        event_at="changed_at",
        reason=pl.col("change").cast(pl.String),
        excerpt=pl.format("{}: {}", "origin", pl.col("change").cast(pl.String).str.replace_all("-", " ", literal=True)),
        kind=pl.when(pl.col("change").cast(pl.String) == "store-damaged")
        .then(pl.lit("store_damaged"))
        .otherwise(pl.lit("store_changed")),
    )
    saves = told.filter(pl.col("kind").cast(pl.String) == "token_saved")
    foreign = (
        unexplained_writes(stores.states, saves)
        .select(
            "case_id",
            "server",
            "credential_key",
            "event_at",
            excerpt=pl.lit("a token that no log saved appears in the store"),
        )
        .with_columns(kind=pl.lit("coverage_gap"), reason=pl.lit(GapReason.UNEXPLAINED_WRITE))
    )
    return [_by_time(frame, told) for frame in (expired, changes, foreign)]


def _by_time(rows: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """Give rows that come from the store their place in the stream: behind the last event that is not later."""
    clock = told.filter(pl.col("sort_at").is_not_null())
    return rows.with_columns(order=order_before(rows, clock).fill_null(-STEP) + 4)


def _endings(told: pl.DataFrame, logs: Logs) -> pl.DataFrame:
    """Return `process_ended` rows for each process and each of its servers, `evidence_ended` for each server of a case."""
    until = logs.documents.select("document_id", "covers_to")
    processes = (
        told.join(until, on="document_id", how="left")
        .sort("order")
        .group_by("case_id", "process_id")
        .agg(
            pl.col("document_id").last(),
            pl.col("line_from").last(),
            pl.col("line_to").last(),
            order=pl.col("order").max() + 5,
            event_at=pl.max_horizontal(pl.col("covers_to").max(), pl.col("event_at").max()),
        )
        .with_columns(kind=pl.lit("process_ended"))
    )
    last = processes.group_by("case_id").agg(order=pl.col("order").max() + 1, event_at=pl.col("event_at").max())
    servers = (
        told.filter(pl.col("server").is_not_null() & pl.col("line_from").is_not_null())
        .sort("order")
        .group_by("case_id", "server", maintain_order=True)
        .agg(pl.col("document_id", "line_from", "line_to", "credential_key", "store_id").last())
        .join(last, on="case_id")
        .with_columns(kind=pl.lit("evidence_ended"))
    )
    of_servers = (
        told.filter(pl.col("server").is_not_null() & pl.col("process_id").is_not_null())
        .sort("order")
        .group_by("case_id", "process_id", "server", maintain_order=True)
        .agg(pl.col("document_id", "line_from", "line_to", "credential_key", "store_id").last())
        .join(processes.select("process_id", "order", "event_at", "kind"), on="process_id")
    )
    return pl.concat([processes, of_servers, servers], how="diagonal_relaxed")


def _widen(rows: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """Give `rows` all columns of `told`; what they do not have is null."""
    have = set(rows.columns)
    return rows.select(
        (pl.col(name) if name in have else pl.lit(None)).cast(dtype, strict=False).alias(name)
        for name, dtype in told.schema.items()
    )


def _finish(ordered: pl.DataFrame, stores: Stores) -> pl.DataFrame:
    """Join the state as of each event and the server's needs-auth marker."""
    marked = stores.markers.group_by("case_id", "server").agg(pl.col("marked_at").max())
    with_basis = ordered.with_columns(
        time_basis=pl.col("time_basis").fill_null(pl.lit(TimeBasis.RECORDED, ordered.schema["time_basis"]))
    )
    facts = state_as_of(with_basis, stores.states).join(
        marked, on=["case_id", "server"], how="left", maintain_order="left"
    )
    return facts.select(pl.col(name).cast(dtype) for name, dtype in FACTS.items())


def within(facts: pl.DataFrame, *, since: datetime | None, until: datetime | None) -> pl.DataFrame:
    """Keep the events of a stretch of time; what was cut away is a coverage gap, so its absence proves nothing.

    Args:
        facts: FACTS.
        since: First moment; null keeps the beginning.
        until: First moment that is left out; null keeps the end.

    Returns:
        FACTS without the events outside; events without a time stay.
    """
    if since is None and until is None:
        return facts
    early = (pl.col("event_at") < since).fill_null(value=False) if since else pl.lit(value=False)
    late = (pl.col("event_at") >= until).fill_null(value=False) if until else pl.lit(value=False)
    place = ("document_id", "line_from", "line_to", "order", "event_at")
    of_processes = facts.filter(pl.col("process_id").is_not_null()).group_by("case_id", "process_id")
    cut = pl.concat(
        [
            of_processes.agg(pl.col(place).filter(early).last()),
            of_processes.agg(pl.col(place).filter(late).first()),
        ]
    ).filter(pl.col("order").is_not_null())
    gaps = cut.with_columns(kind=pl.lit("coverage_gap"), reason=pl.lit(GapReason.LIMIT))
    return pl.concat([facts.filter(~(early | late)), _widen(gaps, facts)]).sort("case_id", "order")
