"""Find out whose a per-server log is that lies outside of the folder that names its server.

    2026-11-25T00-48-14-198Z.jsonl                                     attached alone
      MCP server "tracker" connection timed out after 30000ms          it says the name itself;
      Returning tokens                                                 the debug file of its session says so of one;
      Initializing HTTP transport to https://tracker.example/mcp       a store or a log knows who is at its address

Else its server has the empty name; where there are several such servers, each is called after its first log. A log of
which a debug file says the same of several servers tells nothing of its own and is left out.

May import: model. Touches: nothing.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

import polars as pl

from mcplog.model.event_kinds import URL_KINDS
from mcplog.model.vocabulary import SERVER_LOGS, DocumentFormat
from mcplog.parse.messages import EventTable
from mcplog.parse.places import Row
from mcplog.parse.server_names import OPENING

UNNAMED: Final = ""
NEAR_MS: Final = 250  # both files are written within milliseconds
SAID: Final = ["case_id", "session_id", "message_id"]
LEAST_TOLD: Final = 0.5  # of a log's messages, by the debug file of its session
Addresses = Mapping[int, Mapping[str, frozenset[str]]]


def name_said(rows: Iterable[Row]) -> str:
    """Return the name that a per-server log says of its server in one of its messages; the empty name if in none.

    Args:
        rows: Of one log.
    """
    said = (row.message.partition(OPENING)[2].partition('"')[0] for row in rows if OPENING in row.message)
    return next((name for name in said if name), UNNAMED)


def with_names(table: EventTable, documents: pl.DataFrame, addresses: Addresses) -> pl.DataFrame:
    """Return the events with names for the servers of logs that name none.

    Args:
        table: Events of a run; those of such logs have the empty name.
        documents: DOCUMENTS.
        addresses: By case, the servers that stores know at an address.

    Returns:
        EVENT_ROWS, without those of logs that another one tells and that nobody can name.
    """
    is_lone = documents["format"].is_in(SERVER_LOGS) & documents["server_folder"].is_null()
    owner = table.rows["document_id"]
    is_unnamed = owner.is_in(documents["document_id"].filter(is_lone).implode()) & (table.rows["server"] == UNNAMED)
    lone = table.rows.filter(is_unnamed)
    if lone.is_empty():
        return table.rows
    named = table.rows.filter(~is_unnamed & table.rows["server"].is_not_null() & (table.rows["server"] != UNNAMED))
    told = _told_by_debug_files(lone, named, documents)
    names = _Case(table, documents, addresses, lone, named).names(told)
    given = owner.replace_strict(list(names), list(names.values()), default=UNNAMED, return_dtype=pl.String())
    rows = table.rows.with_columns(server=given.zip_with(is_unnamed, table.rows["server"]))
    doubles = [document_id for document_id, server in told.items() if server is None]
    return rows.filter(~pl.col("document_id").is_in(doubles)) if doubles else rows


def _told_by_debug_files(lone: pl.DataFrame, named: pl.DataFrame, documents: pl.DataFrame) -> dict[int, str | None]:
    """Return the servers of which debug files say what logs of the same sessions say; null where of several."""
    debug = documents.filter(pl.col("format") == DocumentFormat.DEBUG_FILE)
    of_session = debug.select("document_id", "case_id", session_id="session_id").drop_nulls()
    if of_session.is_empty():
        return {}
    first = _moments(lone.join(documents.select("document_id", "case_id"), on="document_id", how="inner"))
    second = _moments(named.drop("session_id").join(of_session, on="document_id", how="inner"))
    counts = (
        _same(first, second)
        .group_by("document_id", "server_debug")
        .agg(pl.col("times").sum())
        .join(first.group_by("document_id").agg(pl.len().alias("all")), on="document_id")
        .filter(pl.col("times") >= pl.col("all") * LEAST_TOLD)
        .sort("document_id", "times", "server_debug", descending=[False, True, False])
    )
    found: dict[int, str | None] = {}
    most: dict[int, int] = {}
    for document_id, server, told, _ in counts.iter_rows():
        if document_id not in found:
            found[document_id], most[document_id] = server, told
        elif told == most[document_id]:
            found[document_id] = None
    return found


def _moments(rows: pl.DataFrame) -> pl.DataFrame:
    """Return who said what at which moment, each once: logs repeat themselves, and pairs of all would be too many."""
    moment = (pl.col("event_at").dt.epoch("ms") // NEAR_MS).alias("moment")
    return rows.select("document_id", "server", *SAID, moment).unique()


def _same(first: pl.DataFrame, second: pl.DataFrame) -> pl.DataFrame:
    """Return how often each document of `first` says what `second` says of a server, about then if times are known."""
    timed, timeless = second.drop_nulls("moment"), second.filter(pl.col("moment").is_null())
    near = pl.concat([timed.with_columns(pl.col("moment") + apart) for apart in (-1, 0, 1)])
    once = pl.lit(1, pl.UInt32).alias("times")
    alike = (
        (first.with_columns(once), near, [*SAID, "moment"]),
        (first.group_by("document_id", *SAID).agg(pl.len().alias("times")), timeless, SAID),
        (first.filter(pl.col("moment").is_null()).with_columns(once), timed, SAID),
    )
    told = ("document_id", "server_debug", "times")
    return pl.concat(
        one.join(other.select("server", *keys).unique().rename({"server": "server_debug"}), on=keys).select(told)
        for one, other, keys in alike
    )


class _Case:
    """What is known of the addresses of servers, case by case."""

    def __init__(
        self, table: EventTable, documents: pl.DataFrame, addresses: Addresses, lone: pl.DataFrame, named: pl.DataFrame
    ) -> None:
        ids = documents["document_id"]
        self._case_of: dict[int, int] = dict(zip(ids, documents["case_id"], strict=True))
        self._origin_of: dict[int, str] = dict(zip(ids, documents["origin"], strict=True))
        self._known: dict[tuple[int, str], set[str]] = {}
        for document_id, server, url in _urls(named, table.messages):
            self._known.setdefault((self._case_of[document_id], url), set()).add(server)
        for case_id, servers in addresses.items():
            for url, names in servers.items():
                self._known.setdefault((case_id, _plain(url)), set()).update(names)
        self._own: dict[int, set[str]] = {document_id: set() for document_id in lone["document_id"].unique()}
        for document_id, _, url in _urls(lone, table.messages):
            self._own[document_id].add(url)
        sessions = lone.group_by("document_id").agg(pl.col("session_id").unique())
        self._sessions: dict[int, set[str | None]] = {one: set(ids) for one, ids in sessions.iter_rows()}
        self._others = {self._case_of[document_id] for document_id in named["document_id"].unique()}
        self._others |= {case_id for case_id, _ in self._known}

    def names(self, told: Mapping[int, str | None]) -> dict[int, str]:
        """Return a name for each log; `told` are those whose server another log names."""
        names = {document_id: server for document_id, server in told.items() if server is not None}
        groups = self._groups(one for one in sorted(self._own) if one not in told)
        counts = Counter(case_id for case_id, _ in groups)
        alone = {case_id for case_id, count in counts.items() if count == 1} - self._others
        for (case_id, url), logs in groups.items():
            servers = self._known.get((case_id, url), set())
            stand_in = UNNAMED if case_id in alone else f"(server of {self._origin_of[logs[0]].rpartition('/')[2]})"
            names.update(dict.fromkeys(logs, next(iter(servers)) if len(servers) == 1 else stand_in))
        return names

    def _groups(self, logs: Iterable[int]) -> dict[tuple[int, str], list[int]]:
        """Return the logs by address; two of one session are of two servers, as a client writes one for each."""
        by_address: dict[tuple[int, str], list[int]] = {}
        for document_id in logs:
            urls = self._own[document_id]
            address = next(iter(urls)) if len(urls) == 1 else str(document_id)
            by_address.setdefault((self._case_of[document_id], address), []).append(document_id)
        groups: dict[tuple[int, str], list[int]] = {}
        for (case_id, address), of_address in by_address.items():
            sessions = [session for one in of_address for session in self._sessions[one] if session is not None]
            if len(sessions) == len(set(sessions)):
                groups[case_id, address] = of_address
            else:
                groups |= {(case_id, str(one)): [one] for one in of_address}
        return groups


def _urls(rows: pl.DataFrame, messages: pl.DataFrame) -> list[tuple[int, str, str]]:
    told = rows.filter(pl.col("kind").is_in(URL_KINDS)).select("document_id", "server", "message_id")
    urls = told.select("document_id", "server", url=messages["url"][told["message_id"]]).drop_nulls().unique()
    return [(document_id, server, _plain(url)) for document_id, server, url in urls.iter_rows()]


def _plain(url: str) -> str:
    return url.rstrip("/")
