"""Which version of the client wrote a document, and the lines that tell it."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

NUMBERS: Final = 3  # major, minor, patch
MINORS: Final = {0: (2,), 1: (0,), 2: range(10)}  # by major; what other programs count is seldom among them
MOST_DIGITS: Final = 3  # Claude Desktop's versions have more: 1.21459.0


class VersionEvidence(Struct, frozen=True, kw_only=True):
    """One line that tells something of the client's version.

    Attributes:
        source: `user-agent`, `attribution`, `runtime` or `wording`.
        line: The first line that says it, 1-based.
        says: The line's excerpt, redacted.
        version: The version that it names; null for wording.
        after: The version is later than this; null when nothing is told.
        before: The version is earlier than this; null when nothing is told.
    """

    source: str
    line: int
    says: str
    version: str | None = None
    after: str | None = None
    before: str | None = None


class ClientVersion(Struct, frozen=True, kw_only=True):
    """What is known of the client that wrote a document.

    Attributes:
        document_id: Of the document.
        version: As it says itself; null when it does not.
        after: The wording is of a later version than this; null when it tells nothing.
        before: The wording is of an earlier version than this; null when it tells nothing.
        evidence: What tells it, exact first.
        contradicts: Some evidence excludes other evidence: several clients, or a change that is not known.
    """

    document_id: int
    version: str | None
    after: str | None
    before: str | None
    evidence: tuple[VersionEvidence, ...]
    contradicts: bool


def band_words(after: str | None, before: str | None) -> str:
    """Return in words that a version lies between two others, neither of them included.

    Args:
        after: The version is later; null when nothing is told.
        before: The version is earlier; null when nothing is told.
    """
    return ", ".join([f"later than {after}"] * bool(after) + [f"earlier than {before}"] * bool(before))


def told_version(numbers: Sequence[str]) -> str | None:
    """Return the version that somebody writes in words; null for what is none of Claude Code.

    Args:
        numbers: What stood between the dots; behind the third one anything may follow.
    """
    own = numbers[:NUMBERS]
    if len(own) < NUMBERS or not all(one.isascii() and one.isdigit() and len(one) <= MOST_DIGITS for one in own):
        return None
    return ".".join(own) if int(own[1]) in MINORS.get(int(own[0]), ()) else None
