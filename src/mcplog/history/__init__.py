"""What the stores of this machine held before: an append-only history of fingerprints, in a database of mcplog's own.

May import: errors, model.
Touches: mcplog's own state folder; histories that the user names, read only.
"""

from mcplog.history.database import History, Kept, Row
from mcplog.history.key import key_check, key_of, new_key
from mcplog.history.reading import Remembered, remembered

__all__ = ["History", "Kept", "Remembered", "Row", "key_check", "key_of", "new_key", "remembered"]
