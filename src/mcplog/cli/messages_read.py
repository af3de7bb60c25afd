"""The messages of logs, without rules, stores or anything that follows: what grammar work looks at."""

import secrets
from collections.abc import Sequence

import polars as pl

from mcplog.credentials import read_stores
from mcplog.parse import EventTable, read_entries, read_events, recognises
from mcplog.pipeline import KEY_BYTES
from mcplog.sources import gather_here


def messages_read(paths: Sequence[str]) -> tuple[EventTable, pl.DataFrame]:
    """Return the events of the logs at `paths`, and DOCUMENTS. Stores only lend the names of servers."""
    inputs = gather_here(paths)
    key = secrets.token_bytes(KEY_BYTES)
    stores = read_stores(inputs.dumps, key=key)
    parsed = read_entries(inputs.documents, known_servers=stores.servers, looks_like_message=recognises)
    return read_events(parsed.entries, key=key), parsed.documents
