"""Join events and credential states: one stream, its processes, attempts and flows, and what was held at each moment.

May import: errors, model.
Touches: nothing.
"""

from mcplog.correlate.facts import Logs, build_facts, order_stream, within
from mcplog.correlate.store_rows import Stores
from mcplog.correlate.unordered import unordered_servers

__all__ = ["Logs", "Stores", "build_facts", "order_stream", "unordered_servers", "within"]
