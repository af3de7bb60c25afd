"""Store bytes, JWTs and log traces to credential states over time; plain tokens end at its door.

May import: model, knowledge.
Touches: nothing.
"""

from mcplog.credentials.log_marks import TOKEN_COLUMNS, TOKEN_KINDS
from mcplog.credentials.reading import StoreReading, read_stores
from mcplog.credentials.timeline import CredentialHistory, credential_history, credential_timeline, store_changes

__all__ = [
    "TOKEN_COLUMNS",
    "TOKEN_KINDS",
    "CredentialHistory",
    "StoreReading",
    "credential_history",
    "credential_timeline",
    "read_stores",
    "store_changes",
]
