"""What may be printed of texts that a store repeats in entry after entry, each worked out once."""

from typing import ClassVar

from msgspec import field

from mcplog.credentials.resource_url import public_url
from mcplog.model.redaction import redact, redact_name
from mcplog.model.veiled import Veiled


class Shown(Veiled, frozen=True):
    """What was worked out so far. Holds plain values: it never leaves its package, and goes when the store is read."""

    HIDDEN: ClassVar[tuple[str, ...]] = ("urls", "names")

    urls: dict[str, str | None] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def url(self, text: str) -> str | None:
        """Return the URL that may be printed; null when `text` is none."""
        if text not in self.urls:
            shown = public_url(text)
            self.urls[text] = shown and redact(shown)
        return self.urls[text]

    def name(self, text: str) -> str:
        """Return what may be printed of a name, or of words."""
        if text not in self.names:
            self.names[text] = redact_name(text)
        return self.names[text]
