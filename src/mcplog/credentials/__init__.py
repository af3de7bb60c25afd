"""Store bytes, JWTs and log traces to credential states over time; plain tokens end at its door.

May import: model, knowledge.
Touches: nothing.
"""

from mcplog.credentials.changes import store_changes
from mcplog.credentials.reading import StoreReading, read_stores
from mcplog.credentials.timeline import credential_timeline

__all__ = ["StoreReading", "credential_timeline", "read_stores", "store_changes"]
