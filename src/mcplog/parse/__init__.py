"""Documents to entries (line shapes, exact places) and entries to events (the client's messages).

May import: model, knowledge.
Touches: nothing.
"""

from mcplog.parse.entries import Parsed, read_entries

__all__ = ["Parsed", "read_entries"]
