"""The only reader of the user's files: finds logs and stores, and what belongs together. Reads, never writes.

May import: model, knowledge.
Touches: user files, read only.
"""

from mcplog.sources.file_content import FileContent
from mcplog.sources.gather import gather
from mcplog.sources.here import gather_here
from mcplog.sources.inputs import HistoryOf, Inputs, changes_while_reading

__all__ = [
    "FileContent",
    "HistoryOf",
    "Inputs",
    "changes_while_reading",
    "gather",
    "gather_here",
]
