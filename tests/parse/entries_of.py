"""Build the smallest ENTRIES frame that holds given messages."""

from collections.abc import Sequence

import polars as pl

from mcplog.model.frames import ENTRIES

KEY = b"k" * 32


def entries_of(messages: Sequence[str], *, server: str | None = "tracker", level: str = "debug") -> pl.DataFrame:
    """Return ENTRIES, one row a message, in order."""
    return pl.DataFrame(
        {
            "document_id": [0] * len(messages),
            "entry_id": range(len(messages)),
            "line_from": range(1, len(messages) + 1),
            "line_to": range(1, len(messages) + 1),
            "byte_from": [0] * len(messages),
            "byte_to": [1] * len(messages),
            "event_at": [None] * len(messages),
            "time_basis": ["order"] * len(messages),
            "level": [level] * len(messages),
            "confidence": ["recorded"] * len(messages),
            "server": [server] * len(messages),
            "session_id": [None] * len(messages),
            "message": messages,
        },
        schema=ENTRIES,
    )
