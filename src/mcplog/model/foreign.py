"""Logs of other MCP clients: what an adapter is, and what it gives.

An adapter is an object of a module that the entry point group `mcplog.adapters` names, or of a module in
`sources/foreign/`. It turns the text of a log into entries; what these say is the grammar's business.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from mcplog.model.vocabulary import Level


class ForeignEntry(Struct, frozen=True, kw_only=True):
    """One thing that another client logged.

    Attributes:
        line: Its first line in the log, 1-based.
        line_to: Its last line; null: the same.
        message: What it says. What the grammar does not know is counted as not recognised.
        server: The MCP server it is about; null where nothing names one.
        at: When; null where the log does not tell. One without a zone is UTC.
        level: As logged.
    """

    line: int
    message: str
    line_to: int | None = None
    server: str | None = None
    at: datetime | None = None
    level: Level = Level.NONE


class Adapter(Protocol):
    """Reads the logs of one other client. Must not touch anything but the text that it is given."""

    @property
    def name(self) -> str:
        """What the client is called."""
        ...

    def recognises(self, head: str) -> bool:
        """Say whether a text that begins with `head` is a log of this client; some thousand characters are given."""
        ...

    def entries(self, text: str) -> Iterable[ForeignEntry]:
        """Yield the entries of a log `text`, in order."""
        ...
