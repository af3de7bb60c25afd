"""Tolerant readers for the fields of an entry.

Absent is `""`, `()` or false; hidden by a redaction mark or of a wrong JSON type is null. A redaction mark in a token's
place proves that there is one. Where an object says that more stood in it, what it does not show is null too.
"""

from typing import ClassVar, Final

from msgspec import field

from mcplog.credentials._plain.faults import Faults
from mcplog.credentials._plain.shown import Shown
from mcplog.credentials._plain.text import DUPLICATE, MISSING, JsonObject, json_type
from mcplog.model.store_names import LEFT_OUT
from mcplog.model.veiled import Veiled

MASK_CHARACTERS: Final = frozenset("*•·xX#-_.…")
MASK_WORDS: Final = ("redacted", "***", "•••")
MASK_BRACKETS: Final = (("[", "]"), ("<", ">"), ("{", "}"), ("${", "}"))
BRACKETS: Final = frozenset(start[0] for start, _ in MASK_BRACKETS)
MASK_LENGTH: Final = 3
LAST_MS: Final = 253_402_300_799_999  # 9999-12-31T23:59:59.999Z
PLAUSIBLE_MS: Final = 10**11  # 1973; an earlier `expiresAt` was written in seconds
TEXTS: Final = (
    "serverName",
    "serverUrl",
    "accessToken",
    "refreshToken",
    "clientId",
    "clientSecret",
    "redirectUri",
    "scope",
    "stepUpScope",
    "issuer",
)
NO_TEXTS: Final = frozenset((bool, int, float, list, dict))
LIST_LIMIT: Final = 64
WORD_LIMIT: Final = 1024


class Fields(Veiled, frozen=True):
    """The raw fields of one entry. Holds plain values: it never leaves its package."""

    HIDDEN: ClassVar[tuple[str, ...]] = ("raw", "shown")

    raw: JsonObject
    faults: Faults
    shown: Shown = field(default_factory=Shown)

    def value(self, name: str) -> object:
        """Return the raw value; `MISSING` for absent and for null, `DUPLICATE` for one that cannot be known."""
        value = self.raw.get(name, MISSING)
        if value is DUPLICATE:
            self.faults.add(f"{name} is there twice, neither can be believed")
        if value is MISSING and self._is_left_out(name):
            return DUPLICATE
        return MISSING if value is None else value

    def _is_left_out(self, name: str) -> bool:
        """Say whether a field may have stood in the object, which was not copied whole."""
        return name not in self.raw and not self.raw.keys().isdisjoint(LEFT_OUT)

    def text(self, name: str) -> str | None:
        """Return a text."""
        value = self.value(name)
        if value is MISSING:
            return ""
        if isinstance(value, str):
            return None if is_masked(value) else value
        if value is not DUPLICATE:
            self.faults.add(f"{name} is {json_type(value)}, not a text")
        return None

    def secret(self, name: str) -> tuple[bool | None, str | None]:
        """Return whether there is one, and its plain value where it is shown."""
        value = self.text(name)
        if value is None:
            return (True, None) if isinstance(self.raw.get(name), str) else (None, None)
        return (True, value) if value else (False, None)

    def url(self, name: str) -> str | None:
        """Return a URL that may be printed; null also when absent."""
        text = self.text(name)
        if not text:
            return None
        url = self.shown.url(text)
        if url is None:
            self.faults.add(f"{name} is no web address")
        return url

    def words(self, *names: str) -> tuple[str, ...] | None:
        """Return the words of a text or the texts of a list, under the first of the names that is there."""
        name = next((name for name in names if name in self.raw), names[0])
        value = self.value(name)
        if value is MISSING:
            return ()
        words = self.texts(name, value.split() if isinstance(value, str) else value)
        if words is None or not isinstance(value, str):
            return words and tuple(map(self.shown.name, words))
        return tuple(self.shown.name(value).split())

    def texts(self, name: str, value: object) -> tuple[str, ...] | None:
        """Return the texts of a list or a single text."""
        if value is MISSING or value is DUPLICATE:
            return () if value is MISSING else None
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list) or {*map(type, items)} - {str}:
            self.faults.add(f"{name} is neither a text nor a list of texts")
            return None
        if len(items) > LIST_LIMIT or max(map(len, items), default=0) > WORD_LIMIT:
            self.faults.add(f"{name} is too long")
            return None
        return None if any(map(is_masked, items)) else tuple(items)

    def moment_ms(self, name: str) -> int | None:
        """Return a count of milliseconds since 1970; null also when absent."""
        value = self.value(name)
        if value is MISSING or value is DUPLICATE:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.faults.add(f"{name} is {json_type(value)}, not a number")
            return None
        if not 0 <= value <= LAST_MS:
            self.faults.add(f"{name} is out of range")
            return None
        return int(value)

    def foreign_values(self) -> str:
        """Return what no client writes: `type` (a number for a text or the reverse), `fraction` of a ms, or `none`."""
        types = map(type, map(self.raw.get, TEXTS))
        expiry = self.raw.get("expiresAt")
        is_text = isinstance(expiry, str) and not is_masked(expiry)
        if is_text or not NO_TEXTS.isdisjoint(types):
            return "type"
        return "fraction" if isinstance(expiry, float) and not expiry.is_integer() else "none"

    def expiry(self) -> tuple[int | None, bool | None]:
        """Return `expiresAt` in milliseconds and whether it is zero; both null when it cannot be read."""
        value = self.raw.get("expiresAt")
        moment = self.moment_ms("expiresAt")
        if moment is None:
            return None, False if value is None and not self._is_left_out("expiresAt") else None
        if value == 0:
            return None, True
        if isinstance(value, float):
            self.faults.add("expiresAt has a fraction, another program wrote it")
        if moment < PLAUSIBLE_MS:
            self.faults.add("expiresAt is before 1973, it was written in seconds")
        return moment, False


def is_masked(value: str) -> bool:
    """Say whether somebody put a mark in place of the value. One that is merely cut or quoted is not masked."""
    bare = value.strip()
    if not bare:
        return False
    if bare[0] in BRACKETS and any(bare.startswith(start) and bare.endswith(end) for start, end in MASK_BRACKETS):
        return True
    low = bare.lower()
    if any(word in low for word in MASK_WORDS):
        return True
    return bare[0] in MASK_CHARACTERS and len(bare) >= MASK_LENGTH and MASK_CHARACTERS.issuperset(bare)
