"""What people write where they left something out of a log.

May import: nothing of mcplog. Touches: nothing.
"""

from typing import Final

OMITTED: Final = frozenset({"omitted", "snip", "snipped", "truncated", "cut", "lines omitted", "output truncated"})
OMISSION_CHARS: Final = ".…-_ []()<>*"


def is_omission(text: str) -> bool:
    """Return whether `text` says that something was left out here."""
    bare = text.strip(OMISSION_CHARS).lower()
    return (not bare and ("..." in text or "…" in text)) or bare in OMITTED
