r"""Half of a character: `\ud800` alone, which JSON can spell and no frame can hold.

May import: nothing of mcplog. Touches: nothing.
"""

from typing import Final

_SPELLED: Final = "\\ud"


def may_spell_half(text: str) -> bool:
    """Say at little cost whether the JSON `text` may spell half of a character."""
    return _SPELLED in text.lower()


def with_whole_characters(text: str) -> str:
    """Return `text` with U+FFFD for each half of a character."""
    return text if text.isascii() else text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
