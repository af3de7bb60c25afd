"""What else a sentence says of the fact that it tells: a version, a word, how long, a status, an address.

May import: model, knowledge. Touches: nothing.
"""

from collections.abc import Sequence
from typing import Final

from mcplog.knowledge.reported_facts import ReportedFact
from mcplog.model.client_version import NUMBERS, told_version
from mcplog.parse.addresses import endpoint
from mcplog.parse.report_phrases import Span, first_of, words_of
from mcplog.parse.report_sentences import Sentence

MINUTE_MS: Final = 60_000
UNITS: Final = {
    "minute": 1,
    "minutes": 1,
    "min": 1,
    "mins": 1,
    "m": 1,
    "hour": 60,
    "hours": 60,
    "hr": 60,
    "hrs": 60,
    "h": 60,
}
NUMBER_WORDS: Final = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "every": 1, "each": 1}
LONGEST_MINUTES: Final = 60 * 24 * 60
NO_SERVERS: Final = (
    "github.com",
    "githubusercontent.com",
    "docs.",
    "gist.",
    "/issues/",
    "/oauth",
    "/.well-known",
    "localhost:8080/callback",
)


def read_of(sentence: Sentence, fact: ReportedFact) -> dict[str, object] | None:
    """Return columns of FIELDS that a sentence tells with its fact; null when it lacks what the fact needs."""
    match fact.reads:
        case "version":
            version = next((found for word in sentence.words if (found := _version(word))), None)
            return None if version is None else {"version": version}
        case "word":
            word = next((word for word, group in fact.words.items() if first_of(sentence.words, group)), None)
            return None if word is None else {"reason": word}
        case "minutes":
            return _delay(words_of(sentence.text))
        case "status":
            status = next((int(word) for word in sentence.words if word in ("401", "403")), None)
            return {"http_status": status}
        case "url":
            url = server_url(sentence.text)
            return {"url": url} if url or fact.kind != "server_url_reported" else None
        case _:
            return {}


def _version(word: str) -> str | None:
    numbers = word.removeprefix("v").split(".")
    return told_version(numbers) if len(numbers) == NUMBERS else None


def _delay(words: Sequence[str]) -> dict[str, object] | None:
    """Return how long something lasts, in milliseconds: `60-75 minutes`, `an hour`, `8h`."""
    for place, word in enumerate(words):
        before = words[place - 1] if place else ""
        if word in UNITS and (found := _range(before)):
            low, high = (number * UNITS[word] for number in found)
        elif (unit := word.lstrip("0123456789-")) in UNITS and unit != word and (found := _range(word[: -len(unit)])):
            low, high = (number * UNITS[unit] for number in found)
        else:
            continue
        if 0 < low <= high <= LONGEST_MINUTES:
            return {"duration_ms": low * MINUTE_MS, "limit_ms": high * MINUTE_MS if high > low else None}
    return None


def _range(word: str) -> Span | None:
    if word in NUMBER_WORDS:
        return NUMBER_WORDS[word], NUMBER_WORDS[word]
    low, _, high = word.lstrip("~").partition("-")
    digits = [low, high or low]
    if not all(part.isascii() and part.isdigit() and len(part) < 6 for part in digits):  # noqa: PLR2004 - minutes of two months
        return None
    return int(digits[0]), int(digits[1])


def server_url(text: str) -> str | None:
    """Return the address of an MCP server that a text names, without its query; null when it names none.

    Args:
        text: A sentence or a command.
    """
    for word in text.split():
        at = max(word.find("https://"), word.find("http://"))
        if at < 0:
            continue
        url = word[at:]
        for end in "`\"'<>()[]{}|,":
            url = url.partition(end)[0]
        url = endpoint(url.rstrip(".:;!*_"))
        if len(url) > len("https://") and not any(part in url for part in NO_SERVERS):
            return url
    return None
