"""The tables of the client's wording, read when they are first asked for.

May import: knowledge. Touches: nothing.
"""

from functools import cache

from mcplog.knowledge.resources import message_table
from mcplog.parse._table import MessageTable, message_tables


@cache
def tables() -> dict[str, MessageTable]:
    """Return the tables by their start rule: `message`, `detail`, `quoted`."""
    return message_tables(message_table())
