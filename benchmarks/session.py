"""One invented client session: its debug log line by line, and what its credential store held after each change.

    2026-03-01T08:00:00.123Z [DEBUG] MCP server "linear": Returning tokens
    2026-03-01T08:00:00.124Z [DEBUG] Watching for changes in setting files …

Wording is that of client 2.1.90: stamps, raw continuation lines, `Has refresh token` in clear. Only `random()` is
drawn, so a seed gives the same bytes on every Python 3. Names, hosts, ids and tokens are invented.
"""

import hashlib
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

START: Final = 1_772_352_000.0  # 2026-03-01T08:00:00Z
KNOWN: Final = ("linear", "plugin:notes:notes", "sentry", "github", "figma-desktop", "claude.ai Mail", "ide")


T = TypeVar("T")


class Dice:
    """Random choices that are the same everywhere."""

    def __init__(self, seed: int) -> None:
        self.roll = random.Random(seed).random

    def number(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included."""
        return low + int(self.roll() * (high - low + 1))

    def pick(self, items: Sequence[T]) -> T:
        """Return one of `items`."""
        return items[int(self.roll() * len(items))]

    def hexadecimal(self, digits: int) -> str:
        """Return a text of `digits` hexadecimal digits."""
        return "".join(f"{int(self.roll() * 16**8):08x}" for _ in range(digits // 8 + 1))[:digits]


@dataclass(slots=True, kw_only=True)
class Server:
    """One configured server and what the store holds for it.

    Attributes:
        name: As in the log.
        url: Its address.
        token: Number of the last token pair; 0 while none is stored.
        expires_at: Epoch seconds.
        has_refresh_token: Whether the pair has one.
        busy: A scenario of it is under way.
    """

    name: str
    url: str
    token: int = 0
    expires_at: float = 0.0
    has_refresh_token: bool = False
    busy: bool = False

    @property
    def key(self) -> str:
        """The store's key: name and hash of how it is configured."""
        configured = f'{{"type":"http","url":"{self.url}","headers":{{}}}}'
        return f"{self.name}|{hashlib.sha256(configured.encode()).hexdigest()[:16]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What the store held for one server from a moment on; `token` 0: the tokens were removed."""

    at_ms: int
    server: int
    token: int
    expires_at_ms: int
    has_refresh_token: bool


@dataclass(slots=True, kw_only=True)
class Tally:
    """The truth about one server: its lines by event kind, and the three answers that the peers give."""

    kinds: Counter[str] = field(default_factory=Counter)
    refused_after_auth: int = 0
    refreshes: int = 0
    refused_with_refresh_token_unused: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One MCP line behind the server's name: level, text with its separator, and the kind it must be recognised as."""

    text: str
    kind: str
    level: str = "DEBUG"


class Session:
    """Writes one log; keeps the store's changes and the truth."""

    def __init__(self, *, seed: int, servers: int, share: float, start: float = START, step_s: float = 0.2) -> None:
        self.dice = Dice(seed)
        self.now = start
        self.step_s = step_s
        self.share = share
        names = [*KNOWN, *(f"srv-{n:05d}" for n in range(servers))][:servers]
        self.servers = [Server(name=name, url=f"https://mcp{n}.example/mcp") for n, name in enumerate(names)]
        self.tallies = {name: Tally() for name in names}
        self.changes: list[Change] = []
        self.lines = 0
        self.mcp_lines = 0
        self.tokens = 0
        self._second = -1
        self._stamp = ""

    def stamp(self) -> str:
        """Let a little time pass and return it as the log writes it."""
        self.now += self.step_s * 2 * self.dice.roll()
        second = int(self.now)
        if second != self._second:
            self._second = second
            self._stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        return f"{self._stamp}.{int((self.now - second) * 1000):03d}Z"

    def save(self, server: Server, *, lifetime_s: int, has_refresh_token: bool) -> None:
        """Put a new token pair of `server` into the store, for `lifetime_s`, `has_refresh_token` or not."""
        self.tokens += 1
        server.token = self.tokens
        server.expires_at = self.now + lifetime_s
        server.has_refresh_token = has_refresh_token
        self._note(server)

    def wipe(self, server: Server) -> None:
        """Take the tokens of `server` out of the store."""
        server.token = 0
        server.has_refresh_token = False
        self._note(server)

    def _note(self, server: Server) -> None:
        self.changes.append(
            Change(
                at_ms=int(self.now * 1000),
                server=self.servers.index(server),
                token=server.token,
                expires_at_ms=int(server.expires_at * 1000) if server.token else 0,
                has_refresh_token=server.has_refresh_token,
            )
        )
