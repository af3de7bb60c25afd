"""Tokens numbered within their case: `RT#3f9a01c2` becomes `RT#1`.

A fingerprint differs from key to key. In a table that is compared with last week's it would make every row a new one.
"""

from typing import Final

from mcplog.model.fingerprint import SecretKind

DIGITS: Final = frozenset("0123456789abcdef")
LENGTH: Final = 8
KINDS: Final = tuple(sorted(SecretKind, key=len, reverse=True))


class Tokens:
    """The tokens of one case, in the order in which its rows name them."""

    def __init__(self) -> None:
        """Begin to count."""
        self._numbers: dict[tuple[str, str], int] = {}
        self._counts: dict[str, int] = {}

    def numbered(self, text: str) -> str:
        """Return `text` with each fingerprint replaced by the number of its token."""
        if "#" not in text:
            return text
        first, *rest = text.split("#")
        shown = [first]
        for before, part in zip([first, *rest], rest, strict=False):
            kind = next((kind for kind in KINDS if before.endswith(kind)), None)
            digits = part[:LENGTH]
            if kind is None or len(digits) < LENGTH or not DIGITS.issuperset(digits):
                shown.append(part)
            else:
                shown.append(f"{self._number(kind, digits)}{part[LENGTH:]}")
        return "#".join(shown)

    def _number(self, kind: str, digits: str) -> int:
        if (kind, digits) not in self._numbers:
            self._counts[kind] = self._numbers[kind, digits] = self._counts.get(kind, 0) + 1
        return self._numbers[kind, digits]
