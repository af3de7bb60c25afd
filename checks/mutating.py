"""Inputs that nobody meant: real ones cut, doubled, spliced, and strewn with what readers stumble over. Seeded."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

LARGEST: Final = 64 * 1024
MOST_CHANGES: Final = 8
MOST_REPEATS: Final = 200
WORDS: Final = (
    b"\n",
    b"\r\n",
    b"\r",
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xc3",
    b"\xe2\x80\xae",
    b"\x1b[2m",
    b'"',
    b'\\"',
    b"\\",
    b"\\ud800",
    b"\\u0000",
    b"\\n",
    b"{",
    b"}",
    b"[",
    b"]",
    b"**",
    b"_",
    b"> ",
    b"- ",
    b"```\n",
    b"<details>\n",
    b"\xe2\x94\x82 ",
    b" <- here",
    b"[...]\n",
    b"...",
    b"[DEBUG] ",
    b"[ERROR] ",
    b"2026-11-25T00:36:43.901Z ",
    b"2026-13-45T99:99:99.999Z ",
    b"0001-01-01T00:00:00.000Z ",
    b"9999-12-31T23:59:59.999Z ",
    b"12:01:37.827  ",
    b'MCP server "s": ',
    b'"MCP server \\"s\\": ',
    b"Saving tokens",
    b"Token expires in: 99999999999999999999",
    b"Token expires in: -1",
    b"[REDACTED]",
    b'{"debug":"Saving tokens","timestamp":"2026-11-25T00:53:03.511Z"}',
    b"eyJhbGciOiJub25lIn0.eyJleHAiOjFlOTk5fQ.",
    b'"expiresAt":1e308',
    b'"expiresAt":-99999999999999999999',
    b"sequence by server ",
    b"![",
    b" where ",
    b" with maxspan=",
    b"'''",
    b" as x",
)


@dataclass(slots=True)
class Mutator:
    """Makes inputs out of `seeds`; the same ones for the same `number`."""

    seeds: Sequence[bytes]
    number: int = 0
    dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        """Begin at the seed."""
        self.dice = random.Random(self.number)

    def next(self) -> bytes:
        """Return the next input."""
        data = self.dice.choice(self.seeds)
        for _ in range(self.dice.randint(1, MOST_CHANGES)):
            data = self._changed(data)[:LARGEST]
        return data

    def _changed(self, data: bytes) -> bytes:  # noqa: PLR0911 - one return per way to damage a file
        start, stop = sorted((self.dice.randint(0, len(data)), self.dice.randint(0, len(data))))
        near = min(stop, start + self.dice.randint(1, 64))
        part = data[start:near]
        match self.dice.randrange(8):
            case 0:
                return data[:start] + data[near:]
            case 1:
                return data[:start] + self.dice.choice(WORDS) + data[start:]
            case 2:
                return data[:start] + self.dice.choice(WORDS) * self.dice.randint(2, MOST_REPEATS) + data[start:]
            case 3:
                return data[:near] + part * self.dice.randint(1, MOST_REPEATS) + data[near:]
            case 4:
                other = self.dice.choice(self.seeds)
                return data[:start] + other[self.dice.randint(0, len(other)) :]
            case 5:
                return data[:start] + bytes(self.dice.randrange(256) for _ in part) + data[near:]
            case 6:
                return data[start:stop]
            case _:
                return data[:start] + data[stop:] + data[start:stop]


def pumped(size: int) -> list[tuple[str, bytes]]:
    """Return inputs of about `size` bytes that repeat one thing, by the beginning of what they repeat.

    Each word stands alone, behind a record's beginning and behind prose, each with an end that fits nothing, and in a
    string of an export: a reader that tries every place again for every place takes four times as long for twice the
    size.
    """
    odd_end = b"!x"
    around = (
        (b"", odd_end),
        (b'[DEBUG] MCP server "s": ', odd_end),
        (b"It does not work.\n\n> ", odd_end),
        (b'{"text":"[DEBUG] ', b'"}'),
    )
    found = []
    for word in WORDS:
        for beginning, end in around:
            data = beginning + word * (size // len(word)) + end
            found.append((f"{(beginning[:12] + word[:12])!r}", data))
    return found
