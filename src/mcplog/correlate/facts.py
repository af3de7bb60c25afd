"""EVENTS and STATES in, FACTS out: every event with its process, attempt, flow and what the store held at its moment.

Derived events are said here, once: how attempts and sign-ins ended, which saves were refreshes, when a stored token
expired, what changed in the store, where the evidence has holes, where a process and the evidence end. All of it is
done on narrow rows (`model/facts.py`): what the messages and states say is joined to nothing before somebody asks.
"""

from datetime import datetime
from typing import Final

import polars as pl
from msgspec import Struct

from mcplog.correlate.asof import FOR_SEARCH, held_states, state_as_of
from mcplog.correlate.copied_failures import copied_failures
from mcplog.correlate.coverage import document_gaps
from mcplog.correlate.derived import (
    ACTOR,
    CREDENTIAL,
    MARKER,
    MESSAGE,
    NAME,
    STATE,
    STEP,
    URL,
    VERSION,
    Derived,
    with_derived,
)
from mcplog.correlate.endings import beginnings, endings
from mcplog.correlate.happenings import merge_happenings
from mcplog.correlate.outcomes import results
from mcplog.correlate.refreshes import token_saves
from mcplog.correlate.segments import segment
from mcplog.correlate.store_rows import ABOUT_ENTRIES, Stores, store_rows
from mcplog.correlate.stream import distinct, order_events
from mcplog.model.facts import Facts, of_kind
from mcplog.model.frames import CONTEXT, FIELDS, PLACED, constant
from mcplog.model.vocabulary import GapReason, TimeBasis

KEYS: Final = pl.Schema({"case_id": pl.UInt32, "server": pl.String, "credential_key": pl.String, "store_id": pl.UInt32})
NO_ENTRY: Final = (None, None)
VERSIONS: Final = {"client_version": CONTEXT["client_version"]}
RECORDED: Final = pl.lit(TimeBasis.RECORDED, PLACED["time_basis"])


class Logs(Struct, frozen=True, kw_only=True):
    """What the logs say.

    Attributes:
        rows: EVENT_ROWS.
        messages: MESSAGES; `message_id` is the row number.
        documents: DOCUMENTS.
        gaps: GAPS.
        backwards: The cases whose logs without times come last one first: nobody knows their order.
    """

    rows: pl.DataFrame
    messages: pl.DataFrame
    documents: pl.DataFrame
    gaps: pl.DataFrame
    backwards: frozenset[int] = frozenset()


def order_stream(logs: Logs) -> Facts:
    """Put the events of all logs into one order and tell processes, attempts and sign-ins apart.

    Args:
        logs: Events, what they say, and where they come from.

    Returns:
        EVENTS with the columns of CONTEXT and `sort_at` (the event's moment for ordering; null: no clock at all), in
        order.
    """
    ordered = order_events(merge_happenings(logs.rows, logs.documents), logs.gaps, logs.backwards)
    rows, messages = _merged_messages(ordered, logs.messages)
    numbers = rows["server"].cast(pl.Categorical(pl.Categories.random())).to_physical()  # of their own: from 0
    stream, actors = segment(rows.hstack([numbers.alias(NAME)]), messages["url"].is_not_null())
    actors = actors.hstack([rows["server"][actors["row"]]])
    return Facts(
        rows=stream[[name for name in stream.columns if name not in {"other_message_id", "server"}]].hstack(
            [
                (pl.int_range(len(stream), dtype=pl.Int64, eager=True) * STEP).alias("order"),
                constant(None, CONTEXT["trigger"], len(stream)).alias("trigger"),
                (stream["process_id"] - 1).alias(VERSION),
            ]
        ),
        shared={
            MESSAGE: messages[[name for name in messages.columns if name != MESSAGE]],
            URL: messages["url"].to_frame("configured_url"),
            VERSION: _versions(stream, logs.documents),
            NAME: _names(actors).to_frame(),
            ACTOR: actors,
        },
    )


def _merged_messages(rows: pl.DataFrame, messages: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Let the second report of a happening fill what the first one hides: what both say is a message of its own."""
    if rows["other_message_id"].null_count() == len(rows):
        return rows, messages
    both = ["message_id", "other_message_id"]
    pairs = rows.select(both).unique(maintain_order=True).filter(pl.col("message_id") != pl.col("other_message_id"))
    numbers = pl.int_range(len(messages), len(messages) + len(pairs), dtype=pl.UInt32, eager=True)
    first, second = (messages[pairs[name]] for name in both)
    filled = first.with_columns(numbers.alias("message_id"), *(first[name].fill_null(second[name]) for name in FIELDS))
    found = rows.select(both).join(pairs.with_columns(new=numbers), on=both, how="left", maintain_order="left")["new"]
    return rows.with_columns(message_id=pl.coalesce(found, "message_id")), pl.concat([messages, filled])


def _names(actors: pl.DataFrame) -> pl.Series:
    """Return the servers by their number."""
    numbers, servers = (actors[name].drop_nulls() for name in (NAME, "server"))
    count = max(numbers.to_list(), default=-1) + 1
    return constant(None, pl.String(), count).alias("server").scatter(numbers, servers)


def _versions(stream: pl.DataFrame, documents: pl.DataFrame) -> pl.DataFrame:
    """Return the client version of each process, in their order."""
    of_documents = documents["client_version"]
    versions: dict[int, str | None] = {}
    for document_id, process_id in distinct(stream[["document_id", "process_id"]]).rows():
        if versions.get(process_id) is None:
            versions[process_id] = of_documents[document_id]
    return pl.DataFrame({"client_version": [version for _, version in sorted(versions.items())]}, schema=VERSIONS)


def build_facts(events: Facts, logs: Logs, stores: Stores) -> Facts:
    """Add the derived events and what the store held at the moment of each event.

    Args:
        events: What `order_stream` returns.
        logs: The same logs.
        stores: Credential states and changes.

    Returns:
        FACTS in the order of the stream; `order` is dense from 0 within the run.
    """
    credentials = _credentials(stores)
    actors = events.shared[ACTOR]
    keys = _entries_of_servers(actors, events.shared[URL]["configured_url"], stores.states)
    of_events = [results(events), token_saves(events), copied_failures(events)]
    derived = pl.concat([part.rows for part in of_events])
    gaps = document_gaps(events.rows, logs.documents, logs.gaps)
    gaps = gaps.hstack([of_kind("coverage_gap", len(gaps))])
    late = gaps["process_id"].filter(gaps["reason"] == GapReason.STARTS_LATE)
    told = with_derived(
        events,
        [
            *of_events,
            Derived(gaps[[name for name in gaps.columns if name != "reason"]], gaps[["reason"]]),
            beginnings(events.rows, late),
            store_rows(stores, keys, credentials, told=events, derived=derived),
            endings(events, derived, _covered(logs)),
        ],
    )
    held = held_states(stores.states, credentials)
    rows = _with_credentials(told.rows, actors, keys, credentials)
    markers = stores.markers[["case_id", "server", "marked_at"]]
    if len(markers) > 1:
        markers = markers.group_by("case_id", "server", maintain_order=True).agg(pl.col("marked_at").max())
    return Facts(
        rows=rows.hstack([*state_as_of(rows, held), _marker_ids(told, markers)]),
        shared={
            **{pointer: table for pointer, table in told.shared.items() if pointer != ACTOR},
            CREDENTIAL: credentials.to_frame(),
            STATE: held[[name for name in held.columns if name not in FOR_SEARCH]],
            MARKER: markers[["marked_at"]],
        },
    )


def _covered(logs: Logs) -> pl.DataFrame:
    """Return up to when the documents tell of their process; null where they tell of several."""
    if logs.gaps.is_empty():
        return logs.documents[["document_id", "covers_to"]]
    of_several = logs.gaps["document_id"].filter(logs.gaps["reason"] == GapReason.ANOTHER_RUN)
    if of_several.is_empty():
        return logs.documents[["document_id", "covers_to"]]
    is_one = ~pl.col("document_id").is_in(of_several.implode())
    return logs.documents.select("document_id", pl.when(is_one).then("covers_to"))


def _credentials(stores: Stores) -> pl.Series:
    """Return every credential key, sorted."""
    keys = {key for frame in (stores.states, stores.changes) for key in frame["credential_key"].to_list()}
    return pl.Series("credential_key", sorted(keys - {None}), dtype=pl.String)


def _entries_of_servers(actors: pl.DataFrame, urls: pl.Series, states: pl.DataFrame) -> pl.DataFrame:
    """Choose the store entry of each server: the one for its configured URL, else the one that was written last."""
    entries = states.group_by("case_id", "server", "credential_key", "store_id", maintain_order=True).agg(
        pl.col("valid_from").max().to_physical(), pl.col("held_server_url").drop_nulls().last()
    )
    of_servers: dict[tuple[int, str], list[tuple[str, int, int | None, str | None]]] = {}
    for case_id, server, key, store_id, since, url in entries.rows():
        of_servers.setdefault((case_id, server), []).append((key, store_id, since, url))
    named = dict.fromkeys(zip(actors["case_id"].to_list(), actors["server"].to_list(), strict=True))
    asked = [one for one in named if len(of_servers.get(one, ())) > 1]
    configured = _configured(actors, urls) if asked else {}
    chosen = [
        (*one, *max(reversed(own), key=lambda entry: _fits(entry, configured.get(one)))[:2])
        for one in named
        if (own := of_servers.get(one))
    ]
    return pl.DataFrame(chosen, schema=KEYS, orient="row")


def _fits(entry: tuple[str, int, int | None, str | None], url: str | None) -> tuple[bool, bool, int]:
    """Return how well an entry fits a server: the greater the better."""
    _, _, since, own = entry
    return url is not None and own == url, since is not None, since or 0


def _configured(actors: pl.DataFrame, urls: pl.Series) -> dict[tuple[int, str], str]:
    """Return the URL that was configured last for each server."""
    told = actors.hstack([urls[actors["url_id"]]]).sort("row").drop_nulls(["server", "configured_url"])
    return {(case_id, server): url for case_id, server, url in told["case_id", "server", "configured_url"].rows()}


def _with_credentials(
    rows: pl.DataFrame, actors: pl.DataFrame, keys: pl.DataFrame, credentials: pl.Series
) -> pl.DataFrame:
    """Give each row the store entry of its server, unless it is a row about an entry, and number the rows."""
    number = {key: at for at, key in enumerate(credentials.to_list())}
    entry_of = {(case_id, server): (number[key], store_id) for case_id, server, key, store_id in keys.rows()}
    servers = zip(actors["case_id"].to_list(), actors["server"].to_list(), strict=True)
    found = pl.DataFrame([entry_of.get(one, NO_ENTRY) for one in servers], schema=ABOUT_ENTRIES, orient="row")[
        rows["actor_id"]
    ]
    return rows[[name for name in rows.columns if name not in {"actor_id", "sort_at", "saved_after"}]].with_columns(
        pl.coalesce("credential_id", found["credential_id"]),
        pl.coalesce("store_id", found["store_id"]),
        time_basis=pl.col("time_basis").fill_null(RECORDED),
        order=pl.int_range(pl.len(), dtype=pl.Int64),
    )


def _marker_ids(told: Facts, markers: pl.DataFrame) -> pl.Series:
    """Return for each row which marker is its server's; null where none is."""
    if markers.is_empty():
        return constant(None, pl.UInt32(), told.rows.height).alias("marker_id")
    ids = markers.select("case_id", "server").with_row_index("marker_id")
    servers = told.frame(["case_id", "server"])
    return servers.join(ids, on=["case_id", "server"], how="left", maintain_order="left")["marker_id"]


def within(facts: Facts, *, since: datetime | None, until: datetime | None) -> Facts:
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
    of_processes = facts.rows.filter(pl.col("process_id").is_not_null()).group_by(
        "case_id", "process_id", maintain_order=True
    )
    cut = pl.concat(
        [
            of_processes.agg(pl.col(place).filter(early).last()),
            of_processes.agg(pl.col(place).filter(late).first()),
        ]
    ).filter(pl.col("order").is_not_null())
    gaps = Derived(
        cut.hstack([of_kind("coverage_gap", len(cut))]),
        cut.with_columns(reason=pl.lit(GapReason.LIMIT.value)).select("reason"),
    )
    return with_derived(Facts(rows=facts.rows.filter(~(early | late)), shared=facts.shared), [gaps])
