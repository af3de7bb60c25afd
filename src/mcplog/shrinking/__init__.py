"""Makes the smallest evidence that still tells the same of one server, with nothing private in it.

May import: errors, model, sources, diagnose, pipeline, sharing.
Touches: user files, read only.
"""

from mcplog.shrinking.shrink import Shrunk, shrink

__all__ = ["Shrunk", "shrink"]
