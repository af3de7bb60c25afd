"""Where something stands in the user's input."""

from msgspec import Struct


class Place(Struct, frozen=True, kw_only=True):
    """A stretch of one document.

    Attributes:
        document_id: The document within the run.
        origin: The document's name as shown to the user (a path, `archive.zip!member`, `issue #42, comment 3`).
        line_from: First line, 1-based.
        line_to: Last line, 1-based, inclusive.
        byte_from: First byte, 0-based; null when it was not computed.
        byte_to: One past the last byte; null when it was not computed.
    """

    document_id: int
    origin: str
    line_from: int
    line_to: int
    byte_from: int | None = None
    byte_to: int | None = None

    def __str__(self) -> str:
        """Return `origin:line` or `origin:from-to`."""
        if self.line_to > self.line_from:
            return f"{self.origin}:{self.line_from}-{self.line_to}"
        return f"{self.origin}:{self.line_from}"
