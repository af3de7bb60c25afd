"""The door for evidence that is to be shown to others: stores and secrets by their stand-ins.

Apart from the room's own door, since reading a log needs none of it.
"""

from mcplog.credentials._plain.shared_stores import StoreNames, shared_store
from mcplog.credentials._plain.stand_ins import StandIns

__all__ = ["StandIns", "StoreNames", "shared_store"]
