"""Documents to entries (line shapes, exact places) and entries to events (the client's messages).

May import: model, knowledge.
Touches: nothing.
"""

from mcplog.parse.entries import Parsed, plain_document, read_entries
from mcplog.parse.floods import without_flood
from mcplog.parse.messages import EventTable, read_events, recognises

__all__ = ["EventTable", "Parsed", "plain_document", "read_entries", "read_events", "recognises", "without_flood"]
