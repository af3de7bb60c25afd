"""Stand-ins for secrets, for evidence that is to be shown to others.

    rt-CGLHSSpTWEjfPQD6          rt-QwmxBTkaLRvuHGE2          letters for letters, digits for digits, the rest stays
    eyJhbGci….eyJpc3Mi….c2ln     eyJhbGci….eyJpc3Mi….kD8x     the same times and scopes, other names, no real signature

Equal secrets get equal stand-ins, different ones different ones, and shapes stay: what could be decoded still can, what
was damaged still is. They are made with a random key, so that nothing can be looked up.
"""

import base64
import hmac
import json
from collections.abc import Callable, Iterator
from itertools import count, groupby
from typing import Final
from urllib.parse import quote, unquote

import polars as pl

from mcplog.credentials._plain.tokens import DIGEST_MARK, JWE_PARTS, JWS_PARTS
from mcplog.knowledge.public_words import public_words

BREAKS: Final = frozenset("\"'\\,;(){}<>=&[]|`?#")
MASK_WORDS: Final = frozenset(
    ("redacted", "omitted", "hidden", "masked", "removed", "secret", "token", "bearer", "basic")
)
LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
HEXADECIMAL: Final = "0123456789abcdef"
FEWEST_HEX: Final = 8
SHORTEST_SWEPT: Final = 8
LONGER_THAN_WORDS: Final = 20
SAFE: Final = "-._~"
ANY_ADDRESS: Final = ("://",)
WEB_ADDRESSES: Final = ("http://", "https://")  # a client id may be one (MCP authorization); no other secret is
JWT_START: Final = "ey"
TOLD_HEADERS: Final = frozenset(("alg", "typ", "cty", "enc", "zip", "crit", "b64"))
TIMES: Final = frozenset(("iat", "nbf", "exp", "auth_time", "updated_at", "rat"))
TOLD_CLAIMS: Final = frozenset(("iss", "aud", "scope", "scp", "typ", "ver", "token_use", "amr", "acr", "gty"))
LEAST_TELLING: Final = 1000  # a smaller number names nobody


class StandIns:
    """Makes stand-ins and remembers them. Holds plain secrets: it goes when the evidence is rewritten.

    Args:
        key: Random; who has it can look up short secrets.
        stays: Says whether a word is one of the client's own, which no secret is.
        rename: Gives addresses, and other texts that may be told, their new names.
    """

    __slots__ = ("_key", "_known", "_made", "_rename", "_stays")

    def __init__(self, key: bytes, *, stays: Callable[[str], bool], rename: Callable[[str], str]) -> None:
        self._key = key
        self._stays = stays
        self._rename = rename
        self._known: dict[str, str] = {}
        self._made: set[str] = set()

    def of(self, text: str, *, is_surely_secret: bool = False) -> str:
        """Return `text` with a stand-in for each token in it; what is masked stays, addresses are renamed.

        Args:
            text: A secret, or some with blanks and punctuation between; may be percent-encoded.
            is_surely_secret: Even the client's own words are secrets here.
        """
        marks = WEB_ADDRESSES if is_surely_secret else ANY_ADDRESS
        if any(mark in text for mark in marks):
            return self._rename(text)
        plain = unquote(text) if "%" in text else text
        if any(mark in plain for mark in marks):
            made = self._rename(plain)
        else:
            runs = groupby(plain, key=lambda char: char.isspace() or char in BREAKS)
            pieces = (("".join(run), is_break) for is_break, run in runs)
            made = "".join(piece if is_break else self._token(piece, is_surely_secret) for piece, is_break in pieces)
        if made == plain:
            return text
        return made if plain is text else quote(made, safe=SAFE)

    def is_made(self, text: str) -> bool:
        """Say whether `text` is a stand-in."""
        return text in self._made

    def without_known(self, texts: pl.Series) -> pl.Series:
        """Return String `texts` with a stand-in for each secret that was seen anywhere, wherever it stands."""
        pairs = {old: new for old, new in self._known.items() if _is_telling(old)}
        pairs |= {quote(old, safe=""): quote(new, safe="") for old, new in pairs.items()}
        longest_first = sorted(pairs, key=len, reverse=True)
        if not longest_first:
            return texts
        return texts.str.replace_many(longest_first, [pairs[old] for old in longest_first], leftmost=True)

    def _token(self, token: str, is_surely_secret: bool) -> str:  # noqa: FBT001 - one caller
        if token in self._known:
            return self._known[token]
        if token in self._made or not any(map(str.isalnum, token)) or token.lower() in MASK_WORDS:
            return token
        if not is_surely_secret and self._stays(token):
            return token
        made = self._jwt(token) or self._opaque(token)
        self._known[token] = made
        self._made.add(made)
        return made

    def _opaque(self, token: str) -> str:
        start = DIGEST_MARK if token.startswith(DIGEST_MARK) else ""
        bare = token[len(start) :]
        for attempt in count():
            made = start + _scrambled(bare, self._stream(token, attempt))
            if made != token and made not in self._made:
                return made
        raise AssertionError  # pragma: no cover - `count` does not end

    def _stream(self, token: str, attempt: int) -> Iterator[int]:
        """Yield bytes that are the token's own, without an end."""
        for block in count():
            text = f"{attempt}.{block}.{token}".encode("utf-8", "surrogatepass")
            yield from hmac.digest(self._key, text, "sha256")

    def _jwt(self, token: str) -> str | None:
        """Return the stand-in of a JWT or JWE; null when `token` is neither."""
        head, *parts = token.split(".")
        if not head.startswith(JWT_START) or len(parts) + 1 not in (JWS_PARTS, JWE_PARTS):
            return None
        header = _object_in(head)
        if header is None:
            return None
        new_head = _encoded({name: self._header(name, value) for name, value in header.items()})
        claims = _object_in(parts[0])
        if claims is None or len(parts) + 1 == JWE_PARTS:
            return ".".join([new_head, *(self._opaque(part) if part else "" for part in parts)])
        told = _encoded({self._claim_name(name): self._claim(name, value) for name, value in claims.items()})
        return ".".join([new_head, told, self._signature(token, parts[1])])

    def _signature(self, token: str, signature: str) -> str:
        size = len(signature) * 3 // 4
        stream = self._stream(token, 0)
        return base64.urlsafe_b64encode(bytes(next(stream) for _ in range(size))).rstrip(b"=").decode()

    def _header(self, name: str, value: object) -> object:
        return value if name in TOLD_HEADERS else self._hidden(value)

    def _claim_name(self, name: str) -> str:
        return name if name in public_words().claims else self.of(name)

    def _claim(self, name: str, value: object) -> object:
        if name in TIMES and not isinstance(value, str | list | dict):
            return value
        return self._told(value) if name in TOLD_CLAIMS else self._hidden(value)

    def _told(self, value: object) -> object:
        """Return a claim that may be told: addresses and scopes by their new names, other names hidden."""
        if isinstance(value, list):
            return [self._told(item) for item in value]
        if isinstance(value, str):
            return " ".join(self._rename(word) if "://" in word else self.of(word) for word in value.split(" "))
        return self._hidden(value)

    def _hidden(self, value: object) -> object:
        if isinstance(value, dict):
            return {self._claim_name(name): self._hidden(item) for name, item in value.items()}
        if isinstance(value, list):
            return [self._hidden(item) for item in value]
        if isinstance(value, str):
            return self.of(value)
        if isinstance(value, bool) or value is None or (isinstance(value, int) and abs(value) < LEAST_TELLING):
            return value
        return 0


def _is_telling(token: str) -> bool:
    """Say whether a token is no word that a log may hold for other reasons."""
    is_no_word = any(map(str.isdigit, token)) or len(token) >= LONGER_THAN_WORDS
    return len(token) >= SHORTEST_SWEPT and is_no_word


def _scrambled(token: str, stream: Iterator[int]) -> str:
    letters = {char for char in token.lower() if char.isalpha()}
    is_hex = len(token) >= FEWEST_HEX and letters <= set(HEXADECIMAL)
    return "".join(_other(char, next(stream), is_hex=is_hex) if char.isalnum() else char for char in token)


def _other(char: str, number: int, *, is_hex: bool) -> str:
    if is_hex and char.isascii():
        made = HEXADECIMAL[number % len(HEXADECIMAL)]
    elif char.isdigit():
        made = str(number % 10)
    else:
        made = LETTERS[number % len(LETTERS)]
    return made.upper() if char.isupper() else made


def _object_in(part: str) -> dict[str, object] | None:
    try:
        value = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _encoded(value: dict[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).rstrip(b"=").decode()
