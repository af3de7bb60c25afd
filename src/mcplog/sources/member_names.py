r"""Names of archive members: where a member lies in its archive, or why its name is refused.

    debug/x.txt   ./debug/x.txt   debug\x.txt         one and the same place
    ../x   /etc/x   C:\x   //host/x   a/../../x       lead out of the archive

Nothing is ever written there, but a name that lies about its place is not believed.
"""

from typing import Final

from mcplog.errors import InputError

OUTSIDE: Final = "has a name that leads out of the archive"
NAMELESS: Final = "has no name"
DRIVE_LENGTH: Final = 2
BYTE: Final = 0xFF
UNDECODED: Final = frozenset(map(chr, range(0xDC80, 0xDD00)))  # how PEP 383 has a byte that is not UTF-8


def place_in_archive(name: str) -> str:
    r"""Return a member's name with `/` between its folders, without `./` and a final `/`.

    Args:
        name: As the archive has it; `\` counts as `/`, as archives from Windows have it.

    Raises:
        InputError: The name leads out of the archive, or there is none.
    """
    bare = name.replace("\\", "/")
    is_drive = bare[1:DRIVE_LENGTH] == ":" and bare[:1].isascii() and bare[:1].isalpha()
    parts = bare.split("/")
    if bare.startswith("/") or is_drive or ".." in parts or "\0" in bare:
        raise InputError(OUTSIDE)
    place = "/".join(part for part in parts if part not in ("", "."))
    if not place:
        raise InputError(NAMELESS)
    return place


def decoded(raw: bytes, *, is_utf8: bool) -> tuple[str, bool]:
    """Return a name as text, and whether the archive keeps its word on how it is written.

    Args:
        raw: The bytes of the name.
        is_utf8: The archive says, or its format demands, that it is UTF-8; bytes that are not become `%ff`. Else it may
            be that or the old code page of zip, which gives every byte a character.
    """
    try:
        return raw.decode("utf-8"), True
    except UnicodeDecodeError:
        if not is_utf8:
            return raw.decode("cp437"), True
    text = raw.decode("utf-8", "surrogateescape")
    return "".join(f"%{ord(char) & BYTE:02x}" if char in UNDECODED else char for char in text), False
