"""Requests with their statuses, as servers, gateways and browsers log them: `answered` of entry.lark, found in a text.

    "POST /mcp HTTP/1.1" 401 Unauthorized
    POST https://mcp.example/token → 200

A test holds it equal to lark.

May import: nothing. Touches: nothing.
"""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
BLANKS: Final = " \t"
QUOTES: Final = "\"'`"
SCHEMES: Final = ("http://", "https://")
VERSION: Final = " HTTP/"
ARROWS: Final = ("->", "=>", "-->", "==>", "-=>", "=->", "→")
BETWEEN: Final = f"{BLANKS}|:"
UNITS: Final = (" ms", " s", " bytes", " B")  # behind a number that is no status
DIGITS: Final = frozenset("0123456789")
LETTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
HOST_CHARS: Final = 200
PATH_CHARS: Final = 300
BLANK_CHARS: Final = 20
MARKS: Final = 60  # between a request and its status


class Answered(Struct, frozen=True):
    """A request, and what was answered.

    Attributes:
        start: Where it begins in the text.
        end: One past its status.
        method: Of HTTP.
        address: A path, or a whole URL, as written.
        status: Of HTTP (RFC 9110 §15).
    """

    start: int
    end: int
    method: str
    address: str
    status: int


def answered_in(text: str, start: int, end: int) -> Iterator[Answered]:
    """Yield the requests with a status between two places of a text, in order.

    Args:
        text: The whole of it.
        start: Where to begin.
        end: Where to stop.
    """
    places = {method: text.find(method, start, end) for method in METHODS}
    while method := min((one for one in METHODS if places[one] >= 0), key=places.__getitem__, default=""):
        at = places[method]
        found = answered_at(text, at, end) if not _goes_on(text[at - 1 : at]) else None
        if found is not None:
            yield found
        at = found.end if found else at + len(method)
        places = {one: text.find(one, at, end) if -1 < place < at else place for one, place in places.items()}


def answered_at(text: str, start: int, end: int) -> Answered | None:
    """Return the request that begins at a place of a text; null where none does.

    Args:
        text: The whole of it.
        start: The place.
        end: Where the text is over.
    """
    method = next((one for one in METHODS if text.startswith(one, start, end)), "")
    blank = start + len(method)
    begin = _skip(text, blank, min(end, blank + BLANK_CHARS), BLANKS)
    if not method or begin == blank:
        return None
    begin = _skip(text, begin, min(end, begin + 1), QUOTES)
    stop = _address_end(text, begin, end)
    at = _status_at(text, _behind_version(text, stop, end), end)
    if stop == begin or at < 0:
        return None
    return Answered(start, at + 3, method, text[begin:stop], int(text[at : at + 3]))


def _address_end(text: str, start: int, end: int) -> int:
    """Return one past the end of the address that begins at `start`; `start` where none does."""
    at = start
    scheme = next((one for one in SCHEMES if text.startswith(one, start, end)), "")
    if scheme:
        host = start + len(scheme)
        at = _skip_but(text, host, min(end, host + HOST_CHARS), f"{QUOTES}|/")
        if at == host:
            return start
    if not text.startswith("/", at, end):
        return start
    return _skip_but(text, at + 1, min(end, at + 1 + PATH_CHARS), f"{QUOTES}|")


def _behind_version(text: str, start: int, end: int) -> int:
    """Return the place behind ` HTTP/1.1`, where it stands at `start`; else `start`."""
    at = start + len(VERSION)
    if not (text.startswith(VERSION, start, end) and at < end and text[at] in DIGITS):
        return start
    is_dotted = at + 2 < end and text[at + 1] == "." and text[at + 2] in DIGITS
    return at + (3 if is_dotted else 1)


def _status_at(text: str, start: int, end: int) -> int:
    """Return where a status begins, of which only marks are before it; -1 where there is none."""
    at = first = _skip(text, start, min(end, start + 1), QUOTES)
    for _ in range(MARKS):
        mark = _mark_at(text, at, end)
        if not mark:
            break
        at += mark
    if at == first:
        return -1
    at = _skip(text, at, min(end, at + 1), QUOTES)
    digits = text[at : min(end, at + 3)]
    is_status = len(digits) == 3 and DIGITS.issuperset(digits) and digits[0] in "2345"  # noqa: PLR2004 - as RFC 9110 §15
    return at if is_status and not _is_amount(text, at + 3) else -1


def _mark_at(text: str, at: int, end: int) -> int:
    """Return how long the mark is that stands at a place between a request and its status; 0 where none does."""
    if at < end and text[at] in BETWEEN:
        return 1
    return max((len(arrow) for arrow in ARROWS if text.startswith(arrow, at, end)), default=0)


def _is_amount(text: str, at: int) -> bool:
    """Return whether a number that ends at `at` is no status: `401ms`, `404.html`, `200 bytes`."""
    behind = text[at : at + 1]
    units = (at + len(unit) for unit in UNITS if text.startswith(unit, at))
    return _goes_on(behind) or behind == "." or any(text[stop : stop + 1] not in LETTERS for stop in units)


def _goes_on(char: str) -> bool:
    return char in DIGITS or char in LETTERS or char == "_"


def _skip(text: str, start: int, end: int, chars: str) -> int:
    at = start
    while at < end and text[at] in chars:
        at += 1
    return at


def _skip_but(text: str, start: int, end: int, chars: str) -> int:
    at = start
    while at < end and text[at] not in chars and not text[at].isspace():
        at += 1
    return at
