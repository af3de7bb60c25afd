"""The only modules that see a plain token: store bytes in, entries of facts and fingerprints out.

Nothing plain is kept once a function here returns, and no text that leaves names a value: problems name fields.
"""

from mcplog.credentials._plain.stores import markers_of, snapshots_of

__all__ = ["markers_of", "snapshots_of"]
