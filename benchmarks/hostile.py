"""Inputs that a careless reader dies of: one file for each hazard, all of them around good lines."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from benchmarks.log import write_lines
from benchmarks.session import Dice, Session

STAMP: Final = b"2026-03-01T08:00:01.123Z [DEBUG] "
LONG_BYTES: Final = 50_000_000
TEMPLATES: Final = 1_000_000
DEEP: Final = 200_000


def write_hostile(folder: Path, seed: int) -> None:
    """Write every hostile file into `folder`; `seed` decides the good lines in them."""
    folder.mkdir(parents=True, exist_ok=True)
    good = "".join(write_lines(Session(seed=seed, servers=5, share=0.3), 2000)).encode()
    for name, make in HOSTILE.items():
        with (folder / name).open("wb") as file:
            file.writelines(make(good))


def _long_line(good: bytes) -> Iterator[bytes]:
    piece = b'abc \\" '
    yield good + STAMP + b'Tool result: "'
    for _ in range(LONG_BYTES // len(piece)):
        yield piece
    yield b'"\n' + good


def _templates(good: bytes) -> Iterator[bytes]:
    """Yield a million messages of a known server that no grammar knows and no two of which are alike."""
    dice = Dice(7)
    yield good
    for n in range(TEMPLATES):
        word = dice.hexadecimal(8).translate(str.maketrans("0123456789", "ghijklmnop"))
        yield STAMP + f'MCP server "linear": {word} {n:x}z happened\n'.encode()


def _bad_bytes(good: bytes) -> Iterator[bytes]:
    yield good + STAMP + b'MCP server "\xff\xfe\xc3": Saving tokens\n\x80\x81\n'
    yield "é\u2028x\x85y\x0bz\x0cw\n".encode() + good


def _nul(good: bytes) -> Iterator[bytes]:
    yield good + STAMP + b'MCP server "a\0b": Returning tokens\n\0\0\0\n' + good


def _crlf(good: bytes) -> Iterator[bytes]:
    yield good.replace(b"\n", b"\r\n")


def _mixed_ends(good: bytes) -> Iterator[bytes]:
    yield good.replace(b"\n", b"\r\n") + b"\rlone-cr\r\r\n" + good + b"no end"


def _utf16(good: bytes) -> Iterator[bytes]:
    yield good.decode().encode("utf-16")


def _binary(_: bytes) -> Iterator[bytes]:
    yield bytes(range(256)) * 4000


def _empty(_: bytes) -> Iterator[bytes]:
    yield b""


def _cut(good: bytes) -> Iterator[bytes]:
    yield good[17 : len(good) - 23]


def _deep(good: bytes) -> Iterator[bytes]:
    yield (
        good
        + STAMP
        + b'MCP server "linear": Connection established with capabilities: '
        + b'{"a":' * DEEP
        + b"\n"
        + good
    )


def _backwards(good: bytes) -> Iterator[bytes]:
    yield b"\n".join(reversed(good.splitlines())) + b"\n"


def _escapes(good: bytes) -> Iterator[bytes]:
    yield good + STAMP + b'MCP server "\x1b]0;title\x07\x1b[2J\xe2\x80\xae": Saving tokens\n' + good


def _many_servers(good: bytes) -> Iterator[bytes]:
    yield good
    for n in range(100_000):
        yield STAMP + f'MCP server "s{n}": Returning tokens\n'.encode()


HOSTILE: Final[dict[str, Callable[[bytes], Iterator[bytes]]]] = {
    "long-line.txt": _long_line,
    "unknown-templates.txt": _templates,
    "bad-bytes.txt": _bad_bytes,
    "nul.txt": _nul,
    "crlf.txt": _crlf,
    "mixed-ends.txt": _mixed_ends,
    "utf16.txt": _utf16,
    "binary.txt": _binary,
    "empty.txt": _empty,
    "cut.txt": _cut,
    "deep-json.txt": _deep,
    "backwards.txt": _backwards,
    "escapes.txt": _escapes,
    "many-servers.txt": _many_servers,
}
